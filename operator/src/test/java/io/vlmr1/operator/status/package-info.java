@NullMarked
package io.vlmr1.operator.status;

import org.jspecify.annotations.NullMarked;
