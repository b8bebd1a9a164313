package io.vlmr1.data;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The usable rows of one file, each read from disk when it is asked for. */
final class RowFile {
  private final DataSource source;
  private final RowIndex index;
  private final RowReader reader;

  RowFile(DataSource source, RowIndex index) {
    this.source = source;
    this.index = index;
    this.reader = new RowReader(source, RowCheck.NONE);
  }

  static RowFile empty(DataSource source) {
    try (RowIndex.Builder none = new RowIndex.Builder(null)) {
      return new RowFile(source, none.build(new RowIndex.Header("", "", 0)));
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written", e);
    }
  }

  DataSource source() {
    return source;
  }

  RowIndex.Header header() {
    return index.header();
  }

  int size() {
    return index.size();
  }

  /**
   * A row, counted from 0.
   *
   * @throws VlmR1Exception BAD_DATA when the file is no longer the one that was checked
   */
  Row row(int number) {
    List<String> problems = new ArrayList<>();
    try {
      byte[] bytes = RawRows.read(source.file(), index.offset(number), index.length(number));
      RawRows.Raw raw = new RawRows.Raw(index.offset(number), index.line(number), bytes);
      return reader
          .read(raw, problems, new ArrayList<>())
          .orElseThrow(() -> new VlmR1Exception(ExitCode.BAD_DATA, String.join("\n", problems)));
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.BAD_DATA,
          source.file() + ":" + index.line(number) + ": can no longer be read (" + e + ")",
          e);
    }
  }
}
