package io.vlmr1.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.data.Row;
import io.vlmr1.eval.Answerer.Answer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Answers of an evaluation that is not over, beside its result file: what was answered before a
 * stop is not asked again. Answers of another model, prompt or data are forgotten.
 */
final class AnswerLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final BufferedWriter writer;
  private final Map<String, Answer> known;

  private AnswerLog(Path file, BufferedWriter writer, Map<String, Answer> known) {
    this.file = file;
    this.writer = writer;
    this.known = known;
  }

  private record Line(String row, Answer answer) {}

  /** The log beside a result file; `same` is what answers depend on. */
  static AnswerLog open(Path result, String same) {
    Path file = result.resolveSibling(result.getFileName() + ".answers.jsonl");
    try {
      Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
      Map<String, Answer> known = new HashMap<>();
      String head = JSON.writeValueAsString(same);
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (!lines.isEmpty() && lines.get(0).equals(head)) {
        for (String line : lines.subList(1, lines.size())) {
          remember(line, known);
        }
      }
      BufferedWriter writer = Files.newBufferedWriter(file);
      AnswerLog log = new AnswerLog(file, writer, known);
      log.write(head);
      for (Map.Entry<String, Answer> entry : known.entrySet()) {
        log.write(JSON.writeValueAsString(new Line(entry.getKey(), entry.getValue())));
      }
      return log;
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static void remember(String line, Map<String, Answer> known) {
    try {
      Line read = JSON.readValue(line, Line.class);
      known.put(read.row(), read.answer());
    } catch (JsonProcessingException e) {
      // torn by a killed process: it is asked again
    }
  }

  /** Asks only for rows that were not answered before. */
  Answerer over(Answerer answerer) {
    return rows -> {
      List<Row> open = rows.stream().filter(row -> !known.containsKey(row.place())).toList();
      List<Answer> fresh = open.isEmpty() ? List.of() : answerer.answer(open);
      for (int i = 0; i < open.size(); i++) {
        keep(open.get(i).place(), fresh.get(i));
      }
      List<Answer> answers = new ArrayList<>();
      rows.forEach(row -> answers.add(Objects.requireNonNull(known.get(row.place()))));
      return answers;
    };
  }

  private void keep(String row, Answer answer) {
    known.put(row, answer);
    try {
      write(JSON.writeValueAsString(new Line(row, answer)));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private void write(String line) throws IOException {
    writer.write(line);
    writer.newLine();
    writer.flush();
  }

  /** The evaluation is over and its result is written. */
  void remove() {
    try {
      writer.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static VlmR1Exception unwritable(Path file, IOException cause) {
    return new VlmR1Exception(
        ExitCode.OUTPUT_VOLUME,
        file + ": " + cause + "; give the output folder space and write permission",
        cause);
  }
}
