@NullMarked
package io.vlmr1.operator.progress;

import org.jspecify.annotations.NullMarked;
