/**
 * Parquet files as rows of JSON Lines with pictures beside them; without Hadoop.
 *
 * <p>May use: api, and Parquet's own column reader.
 */
@NullMarked
package io.vlmr1.data.parquet;

import org.jspecify.annotations.NullMarked;
