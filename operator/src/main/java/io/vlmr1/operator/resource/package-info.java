/**
 * Pure builders, one class for each kind of object.
 *
 * <p>May use: api, Kubernetes models, and Jackson's trees for templates.
 */
@NullMarked
package io.vlmr1.operator.resource;

import org.jspecify.annotations.NullMarked;
