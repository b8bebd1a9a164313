/**
 * What a user may ask for, and what the operator answers: the GrpoJob resource.
 *
 * <p>May use: Jackson and Fabric8 models; nothing of ours.
 */
@NullMarked
package io.vlmr1.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
