/**
 * The report of a run as one HTML file that opens without a network.
 *
 * <p>May use: report.
 */
@NullMarked
package io.vlmr1.report.html;

import org.jspecify.annotations.NullMarked;
