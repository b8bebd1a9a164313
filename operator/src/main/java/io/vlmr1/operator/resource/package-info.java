/**
 * Pure builders, one class for each kind of object.
 *
 * <p>May use: api and Kubernetes models.
 */
@NullMarked
package io.vlmr1.operator.resource;

import org.jspecify.annotations.NullMarked;
