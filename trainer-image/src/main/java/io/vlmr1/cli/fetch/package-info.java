/**
 * `vlmr1 fetch`: a model of the hub as a folder, in parallel, resumed where it broke off, checked.
 *
 * <p>May use: api.contract.
 */
@NullMarked
package io.vlmr1.cli.fetch;

import org.jspecify.annotations.NullMarked;
