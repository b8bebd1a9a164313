/**
 * What a user may ask for, and what the operator answers: the GrpoJob resource.
 *
 * <p>Maps and lists of the status that may become empty are left out then: by server-side apply an
 * empty one in the place of a filled one would become null, which the schema does not take.
 *
 * <p>May use: Jackson and Fabric8 models; nothing of ours.
 */
@NullMarked
package io.vlmr1.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
