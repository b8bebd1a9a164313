/**
 * Every cross-field rule, once: a GrpoJob in, a list of problems out.
 *
 * <p>May use: api.v1alpha1, api.contract.
 */
@NullMarked
package io.vlmr1.api.rules;

import org.jspecify.annotations.NullMarked;
