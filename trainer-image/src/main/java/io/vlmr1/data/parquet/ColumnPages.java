package io.vlmr1.data.parquet;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/** The pages of one column in one row group; each is decompressed when it is read. */
final class ColumnPages implements PageReader {
  private final CompressionCodec codec;
  private final byte[] chunk;
  private final long values;
  private final Deque<Page> pages = new ArrayDeque<>();
  private @Nullable Page dictionary;

  private record Page(PageHeader header, int from, int to) {}

  /** From the bytes of a column chunk. */
  ColumnPages(byte[] chunk, CompressionCodec codec, long values) throws IOException {
    this.chunk = chunk;
    this.codec = codec;
    this.values = values;
    ByteArrayInputStream in = new ByteArrayInputStream(chunk);
    long seen = 0;
    while (seen < values) {
      PageHeader header = Util.readPageHeader(in);
      int from = chunk.length - in.available();
      Page page = new Page(header, from, from + header.getCompressed_page_size());
      in.skipNBytes(header.getCompressed_page_size());
      if (header.isSetDictionary_page_header()) {
        dictionary = page;
      } else if (header.isSetData_page_header()) {
        seen += header.getData_page_header().getNum_values();
        pages.add(page);
      } else if (header.isSetData_page_header_v2()) {
        seen += header.getData_page_header_v2().getNum_values();
        pages.add(page);
      }
    }
  }

  @Override
  public @Nullable DictionaryPage readDictionaryPage() {
    Page page = dictionary;
    if (page == null) {
      return null;
    }
    var header = page.header().getDictionary_page_header();
    byte[] bytes = decompressed(page.from(), page.to(), page.header().getUncompressed_page_size());
    return new DictionaryPage(
        BytesInput.from(bytes),
        bytes.length,
        header.getNum_values(),
        Encoding.valueOf(header.getEncoding().name()));
  }

  @Override
  public long getTotalValueCount() {
    return values;
  }

  @Override
  public @Nullable DataPage readPage() {
    Page page = pages.poll();
    if (page == null) {
      return null;
    }
    return page.header().isSetData_page_header_v2() ? second(page) : first(page);
  }

  private DataPage first(Page page) {
    DataPageHeader header = page.header().getData_page_header();
    byte[] bytes = decompressed(page.from(), page.to(), page.header().getUncompressed_page_size());
    return new DataPageV1(
        BytesInput.from(bytes),
        header.getNum_values(),
        bytes.length,
        null,
        Encoding.valueOf(header.getRepetition_level_encoding().name()),
        Encoding.valueOf(header.getDefinition_level_encoding().name()),
        Encoding.valueOf(header.getEncoding().name()));
  }

  /** Its levels stand before the values and are never compressed. */
  private DataPage second(Page page) {
    DataPageHeaderV2 header = page.header().getData_page_header_v2();
    int repetition = page.from() + header.getRepetition_levels_byte_length();
    int definition = repetition + header.getDefinition_levels_byte_length();
    int size = page.header().getUncompressed_page_size() - (definition - page.from());
    byte[] values =
        header.isIs_compressed()
            ? decompressed(definition, page.to(), size)
            : Arrays.copyOfRange(chunk, definition, page.to());
    return DataPageV2.uncompressed(
        header.getNum_rows(),
        header.getNum_nulls(),
        header.getNum_values(),
        BytesInput.from(Arrays.copyOfRange(chunk, page.from(), repetition)),
        BytesInput.from(Arrays.copyOfRange(chunk, repetition, definition)),
        Encoding.valueOf(header.getEncoding().name()),
        BytesInput.from(values),
        null);
  }

  private byte[] decompressed(int from, int to, int size) {
    return switch (codec) {
      case UNCOMPRESSED -> Arrays.copyOfRange(chunk, from, to);
      case SNAPPY -> decompressed(new SnappyDecompressor(), from, to, size);
      case ZSTD -> decompressed(new ZstdDecompressor(), from, to, size);
      case LZ4_RAW -> decompressed(new Lz4Decompressor(), from, to, size);
      case GZIP -> gunzipped(from, to);
      case LZO, BROTLI, LZ4 ->
          throw new IllegalArgumentException(
              "compressed with " + codec + "; write it with snappy, zstd, gzip or none");
    };
  }

  private byte[] decompressed(Decompressor codec, int from, int to, int size) {
    byte[] out = new byte[size];
    codec.decompress(chunk, from, to - from, out, 0, size);
    return out;
  }

  private byte[] gunzipped(int from, int to) {
    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(chunk, from, to - from))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalArgumentException("a page is no gzip: " + e.getMessage(), e);
    }
  }
}
