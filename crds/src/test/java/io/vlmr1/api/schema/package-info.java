/**
 * Makes the CRD and the reference pages from the types, and compares them with what is committed.
 *
 * <p>May use: everything of this module.
 */
@NullMarked
package io.vlmr1.api.schema;

import org.jspecify.annotations.NullMarked;
