@NullMarked
package io.vlmr1.operator.decide;

import org.jspecify.annotations.NullMarked;
