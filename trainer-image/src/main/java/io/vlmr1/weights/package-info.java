/**
 * Safetensors files and Hugging Face folders: read both namings, write the hub's.
 *
 * <p>May use: tensor.
 */
@NullMarked
package io.vlmr1.weights;

import org.jspecify.annotations.NullMarked;
