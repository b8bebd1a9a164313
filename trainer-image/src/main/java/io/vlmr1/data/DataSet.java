package io.vlmr1.data;

import io.vlmr1.api.contract.VlmR1Exception;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;

/**
 * The rows of one or more data files, checked as a whole before anything is trained on them. Rows
 * stay on disk: a row is read when it is asked for.
 */
public final class DataSet {
  private final List<Part> parts;
  private final int size;

  private DataSet(List<Part> parts) {
    this.parts = List.copyOf(parts);
    this.size = parts.stream().mapToInt(part -> part.chosen().count()).sum();
  }

  private record Part(RowFile file, Sampling.Chosen chosen) {}

  /**
   * Reads all files with an index in memory.
   *
   * @param sources in order; their rows follow each other
   * @param check what rows must fulfil besides their form
   * @param seed of `random:N` samples
   * @throws VlmR1Exception BAD_DATA with every problem of every file, one a line: `file:line: what
   *     is wrong`
   */
  public static DataSet read(List<DataSource> sources, RowCheck check, long seed) {
    return read(sources, DataScan.inMemory(check), seed);
  }

  /**
   * Reads all files, those without an index for these checks from front to back.
   *
   * @throws VlmR1Exception as {@link #read(List, RowCheck, long)}
   */
  public static DataSet read(List<DataSource> sources, DataScan scan, long seed) {
    DataScan.Faults faults = new DataScan.Faults();
    List<Part> chosen = new ArrayList<>();
    PythonRandom random = new PythonRandom(seed);
    List<DataSource> files =
        sources.stream().flatMap(source -> Expansion.of(source, scan.folder()).stream()).toList();
    for (DataSource source : files) {
      RowFile file = scan.open(source, faults);
      chosen.add(new Part(file, source.sampling().of(file.size(), random)));
    }
    faults.throwIfAny();
    DataSet data = new DataSet(chosen);
    if (data.size == 0) {
      String left = data.dropped() == 0 ? "" : " left: " + data.dropped() + " were dropped";
      faults.add(
          sources.stream().map(source -> source.file().toString()).toList()
              + ": no rows"
              + left
              + "; name files with rows, or take another sampling");
      faults.throwIfAny();
    }
    return data;
  }

  /** How many rows. */
  public int size() {
    return size;
  }

  /** How many rows were left out because a check drops them. */
  public int dropped() {
    return parts.stream().mapToInt(part -> part.file().header().dropped()).sum();
  }

  /** SHA-256 of each file, by its path. */
  public Map<Path, String> hashes() {
    Map<Path, String> hashes = new LinkedHashMap<>();
    parts.forEach(part -> hashes.put(part.file().source().file(), part.file().header().sha256()));
    return hashes;
  }

  /** A row, counted from 0; read now. */
  public Row row(int index) {
    int within = index;
    for (Part part : parts) {
      if (within < part.chosen().count()) {
        return part.file().row(part.chosen().at(within));
      }
      within -= part.chosen().count();
    }
    throw new IndexOutOfBoundsException(index + " of " + size);
  }

  /** All rows as a list that reads each of them when it is asked for. */
  public List<Row> rows() {
    return new Listed();
  }

  private final class Listed extends AbstractList<Row> implements RandomAccess {
    @Override
    public Row get(int index) {
      return row(index);
    }

    @Override
    public int size() {
      return size;
    }
  }
}
