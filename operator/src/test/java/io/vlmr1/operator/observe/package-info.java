@NullMarked
package io.vlmr1.operator.observe;

import org.jspecify.annotations.NullMarked;
