/**
 * The operator: turns a GrpoJob into pods, and pods into status.
 *
 * <p>May use: every package of the operator; makes their parts from the settings.
 */
@NullMarked
package io.vlmr1.operator;

import org.jspecify.annotations.NullMarked;
