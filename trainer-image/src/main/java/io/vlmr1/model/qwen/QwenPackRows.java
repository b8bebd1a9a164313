package io.vlmr1.model.qwen;

import io.vlmr1.model.Pack;
import io.vlmr1.nn.Rotary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where everything of a pack lies in the rows of one pass: all prompts end to end, then all
 * completions.
 */
final class QwenPackRows {
  private final QwenConfig config;
  private final Pack pack;
  private final List<QwenPositions> positions;
  private final long[] ids;
  private final long[] predicting;
  private final long[] targets;

  QwenPackRows(QwenConfig config, Pack pack) {
    this.config = config;
    this.pack = pack;
    positions =
        pack.groups().stream().map(group -> QwenPositions.of(group.prompt(), config)).toList();
    int promptRows = IntStream.of(promptLengths()).sum();
    int completionRows = pack.completionTokens();
    ids = new long[promptRows + completionRows];
    predicting = new long[completionRows];
    targets = new long[completionRows];
    int promptRow = 0;
    int row = promptRows;
    for (Pack.Group group : pack.groups()) {
      for (int id : group.prompt().ids()) {
        ids[promptRow++] = checked(id);
      }
      for (int[] completion : group.completions()) {
        for (int j = 0; j < completion.length; j++, row++) {
          ids[row] = checked(completion[j]);
          targets[row - promptRows] = completion[j];
          predicting[row - promptRows] = j == 0 ? promptRow - 1 : row - 1;
        }
      }
    }
  }

  private long checked(int id) {
    if (id < 0 || id >= config.vocabularySize()) {
      throw new IllegalArgumentException(
          "token id " + id + " is outside the vocabulary of " + config.vocabularySize());
    }
    return id;
  }

  /** Token ids of all rows. */
  long[] ids() {
    return ids;
  }

  /** The row whose hidden state predicts each completion token. */
  long[] predicting() {
    return predicting;
  }

  /** Each completion token. */
  long[] targets() {
    return targets;
  }

  /** Rows of a prompt by group. */
  int[] promptLengths() {
    return pack.groups().stream().mapToInt(group -> group.prompt().ids().length).toArray();
  }

  /** Rows of a completion. */
  int[] completionLengths() {
    return pack.groups().stream()
        .flatMap(group -> group.completions().stream())
        .mapToInt(completion -> completion.length)
        .toArray();
  }

  /** Rows of all completions of a group. */
  int[] groupLengths() {
    return pack.groups().stream()
        .mapToInt(
            group -> group.completions().stream().mapToInt(completion -> completion.length).sum())
        .toArray();
  }

  /** Rows that stand for merged patches, picture by picture. */
  long[] imageRows() {
    return IntStream.range(0, ids.length)
        .filter(row -> ids[row] == config.tokens().image())
        .asLongStream()
        .toArray();
  }

  /** Rows that do not. */
  long[] textRows() {
    return IntStream.range(0, ids.length)
        .filter(row -> ids[row] != config.tokens().image())
        .asLongStream()
        .toArray();
  }

  /** Ids of the rows that do not stand for merged patches. */
  long[] textIds() {
    return IntStream.range(0, ids.length)
        .filter(row -> ids[row] != config.tokens().image())
        .mapToLong(row -> ids[row])
        .toArray();
  }

  /** Rotary angles of all rows; positions of a completion go on behind its prompt. */
  Rotary.Angles angles() {
    List<int[]> completions = new ArrayList<>();
    for (int g = 0; g < pack.groups().size(); g++) {
      for (int[] completion : pack.groups().get(g).completions()) {
        completions.add(new int[] {positions.get(g).next(), completion.length});
      }
    }
    return QwenPositions.angles(config, positions, completions);
  }
}
