package io.vlmr1.data.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/** A Parquet file, one row group in memory at a time. */
final class ParquetFile {
  private static final String MAGIC = "PAR1";

  private ParquetFile() {}

  /** Takes rows in the order of the file. */
  interface Taker {
    /** One row. */
    void take(Group row) throws IOException;
  }

  /**
   * Reads the whole file.
   *
   * @throws IOException when it is torn or no Parquet file
   * @throws IllegalArgumentException for a compression that is not known
   */
  static void read(Path file, Taker taker) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      FileMetaData footer = footer(file, in);
      MessageType schema = ParquetSchema.of(footer.getSchema());
      for (RowGroup group : footer.getRow_groups()) {
        RecordReader<Group> reader =
            new ColumnIOFactory(footer.getCreated_by())
                .getColumnIO(schema)
                .getRecordReader(pages(in, group), new GroupRecordConverter(schema));
        for (long i = 0; i < group.getNum_rows(); i++) {
          taker.take(reader.read());
        }
      }
    }
  }

  private static FileMetaData footer(Path file, RandomAccessFile in) throws IOException {
    long size = in.length();
    byte[] tail = size < 12 ? new byte[0] : bytes(in, size - 8, 8);
    if (tail.length == 0 || !new String(tail, 4, 4, StandardCharsets.US_ASCII).equals(MAGIC)) {
      throw new IOException(file + " does not end as a Parquet file does; copy it again");
    }
    int length =
        (tail[0] & 0xff) | (tail[1] & 0xff) << 8 | (tail[2] & 0xff) << 16 | (tail[3] & 0xff) << 24;
    if (length <= 0 || length > size - 8) {
      throw new IOException(file + " has a footer of " + length + " bytes; copy it again");
    }
    return Util.readFileMetaData(new ByteArrayInputStream(bytes(in, size - 8 - length, length)));
  }

  private static PageReadStore pages(RandomAccessFile in, RowGroup group) throws IOException {
    Map<String, ColumnPages> columns = new HashMap<>();
    for (ColumnChunk chunk : group.getColumns()) {
      ColumnMetaData column = chunk.getMeta_data();
      long start = column.getData_page_offset();
      if (column.isSetDictionary_page_offset() && column.getDictionary_page_offset() > 0) {
        start = Math.min(start, column.getDictionary_page_offset());
      }
      byte[] bytes = bytes(in, start, Math.toIntExact(column.getTotal_compressed_size()));
      columns.put(
          String.join(".", column.getPath_in_schema()),
          new ColumnPages(bytes, column.getCodec(), column.getNum_values()));
    }
    return new Store(columns, group.getNum_rows());
  }

  private static byte[] bytes(RandomAccessFile in, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.seek(offset);
    in.readFully(bytes);
    return bytes;
  }

  private record Store(Map<String, ColumnPages> columns, long rows) implements PageReadStore {
    @Override
    public PageReader getPageReader(ColumnDescriptor descriptor) {
      return Optional.ofNullable(columns.get(String.join(".", descriptor.getPath())))
          .orElseThrow(() -> new IllegalArgumentException("no column " + descriptor));
    }

    @Override
    public long getRowCount() {
      return rows;
    }
  }
}
