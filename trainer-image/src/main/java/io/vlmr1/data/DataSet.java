package io.vlmr1.data;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of one or more data files, checked as a whole before anything is trained on them. */
public final class DataSet {
  /** More would hide the first behind a screenful. */
  private static final int PROBLEMS_SHOWN = 20;

  private final List<Row> rows;

  private DataSet(List<Row> rows) {
    this.rows = List.copyOf(rows);
  }

  /**
   * Reads all files.
   *
   * @param sources in order; their rows follow each other
   * @param check what rows must fulfil besides their form
   * @param seed of `random:N` samples
   * @throws VlmR1Exception BAD_DATA with every problem of every file, one a line: `file:line: what
   *     is wrong`
   */
  public static DataSet read(List<DataSource> sources, RowCheck check, long seed) {
    List<String> problems = new ArrayList<>();
    List<Row> chosen = new ArrayList<>();
    PythonRandom random = new PythonRandom(seed);
    for (DataSource source : sources) {
      List<Row> all = rows(source, check, problems);
      for (int row : source.sampling().of(all.size(), random)) {
        chosen.add(all.get(row));
      }
    }
    if (problems.isEmpty() && chosen.isEmpty()) {
      problems.add(
          sources.stream().map(source -> source.file().toString()).toList()
              + ": no rows; name files with rows, or take another sampling");
    }
    if (!problems.isEmpty()) {
      throw new VlmR1Exception(ExitCode.BAD_DATA, message(problems));
    }
    return new DataSet(chosen);
  }

  /** How many rows. */
  public int size() {
    return rows.size();
  }

  /** A row, counted from 0. */
  public Row row(int index) {
    return rows.get(index);
  }

  /** All rows. */
  public List<Row> rows() {
    return rows;
  }

  private static List<Row> rows(DataSource source, RowCheck check, List<String> problems) {
    List<Row> rows = new ArrayList<>();
    RowReader reader = new RowReader(source, check);
    int line = 0;
    try (BufferedReader lines = Files.newBufferedReader(source.file())) {
      String text;
      while ((text = lines.readLine()) != null) {
        line++;
        if (line == 1 && text.startsWith("\ufeff")) {
          text = text.substring(1); // a byte order mark
        }
        if (!text.isBlank()) {
          Optional<Row> row = reader.read(text, line, problems);
          row.ifPresent(rows::add);
        }
      }
    } catch (CharacterCodingException e) {
      problems.add(source.file() + ":" + (line + 1) + " or a little later: not UTF-8");
    } catch (IOException e) {
      String why =
          Files.exists(source.file())
              ? "not readable (" + e.getMessage() + ")"
              : "no such file; correct path of data set " + source.name();
      problems.add(source.file() + ": " + why);
    }
    return rows;
  }

  private static String message(List<String> problems) {
    int hidden = problems.size() - PROBLEMS_SHOWN;
    String shown =
        String.join("\n", problems.subList(0, Math.min(problems.size(), PROBLEMS_SHOWN)));
    return hidden > 0 ? shown + "\nand " + hidden + " more problems" : shown;
  }
}
