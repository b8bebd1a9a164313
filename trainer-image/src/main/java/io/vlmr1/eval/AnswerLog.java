package io.vlmr1.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.data.Row;
import io.vlmr1.eval.Answerer.Answer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Answers of an evaluation that is not over, beside its result file: what was answered before a
 * stop is not asked again, nor what another process has answered. Answers of another model, prompt
 * or data are forgotten.
 */
final class AnswerLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANSWERS = ".answers";
  private static final String LINES = ".jsonl";

  private final Path result;
  private final Path file;
  private final BufferedWriter writer;
  private final Map<String, Answer> known;

  private AnswerLog(Path result, Path file, BufferedWriter writer, Map<String, Answer> known) {
    this.result = result;
    this.file = file;
    this.writer = writer;
    this.known = known;
  }

  private record Line(String row, Answer answer) {}

  /**
   * The log of a share of the rows beside a result file. It knows what all shares have answered.
   *
   * @param same what answers depend on
   */
  static AnswerLog open(Path result, String same, EvaluationRun.Share share) {
    String end = share.whole() ? "" : "-" + share.index();
    Path file = result.resolveSibling(result.getFileName() + ANSWERS + end + LINES);
    try {
      Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
      Map<String, Answer> known = new HashMap<>();
      Map<String, Answer> own = new HashMap<>();
      String head = JSON.writeValueAsString(same);
      for (Path log : logs(result)) {
        List<String> lines = Files.readAllLines(log);
        if (!lines.isEmpty() && lines.get(0).equals(head)) {
          boolean ours = log.getFileName().equals(file.getFileName());
          lines.subList(1, lines.size()).forEach(line -> remember(line, ours ? own : known));
        }
      }
      known.putAll(own);
      // replaces half a surrogate pair, which a server may answer
      BufferedWriter writer =
          new BufferedWriter(
              new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8));
      AnswerLog log = new AnswerLog(result, file, writer, known);
      log.write(head);
      for (Map.Entry<String, Answer> entry : own.entrySet()) {
        log.write(JSON.writeValueAsString(new Line(entry.getKey(), entry.getValue())));
      }
      return log;
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** The logs of all shares. */
  private static List<Path> logs(Path result) throws IOException {
    String start = result.getFileName() + ANSWERS;
    Path folder = Objects.requireNonNull(result.toAbsolutePath().getParent());
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(start))
          .filter(file -> String.valueOf(file.getFileName()).endsWith(LINES))
          .toList();
    }
  }

  /** Rows that the logs beside a result file hold by now. */
  static int answered(Path result) {
    int rows = 0;
    try {
      for (Path log : logs(result)) {
        try (Stream<String> lines = Files.lines(log)) {
          rows += Math.max(0, (int) lines.count() - 1);
        }
      }
      return rows;
    } catch (IOException e) {
      throw unwritable(result, e);
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
      for (Path log : logs(result)) {
        Files.deleteIfExists(log);
      }
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
