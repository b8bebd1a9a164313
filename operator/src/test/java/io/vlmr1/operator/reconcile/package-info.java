@NullMarked
package io.vlmr1.operator.reconcile;

import org.jspecify.annotations.NullMarked;
