/** Rules about the house itself, and fixtures of all. */
@NullMarked
package io.vlmr1.operator;

import org.jspecify.annotations.NullMarked;
