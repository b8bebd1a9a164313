@NullMarked
package io.vlmr1.operator.ops;

import org.jspecify.annotations.NullMarked;
