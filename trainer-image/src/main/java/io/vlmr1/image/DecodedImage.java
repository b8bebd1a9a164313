package io.vlmr1.image;

/**
 * A picture as plain RGB.
 *
 * @param rgb bytes [height * width * 3], rows from the top, red first
 * @param width pixels
 * @param height pixels
 */
public record DecodedImage(byte[] rgb, int width, int height) {}
