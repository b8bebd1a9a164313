package io.vlmr1.model.decoder;

import io.vlmr1.model.Pack;
import io.vlmr1.nn.Rotary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where everything of a pack lies in the rows of one pass: all prompts end to end, then all
 * completions.
 */
final class PackRows {
  private final DecoderModel model;
  private final Pack pack;
  private final List<Places> places;
  private final long[] ids;
  private final long[] predicting;
  private final long[] targets;

  PackRows(DecoderModel model, Pack pack) {
    this.model = model;
    this.pack = separated(pack, model.language().turning());
    places =
        this.pack.groups().stream().map(group -> model.vision().place(group.prompt())).toList();
    int promptRows = IntStream.of(promptLengths()).sum();
    int completionRows = pack.completionTokens();
    ids = new long[promptRows + completionRows];
    predicting = new long[completionRows];
    targets = new long[completionRows];
    int promptRow = 0;
    int row = promptRows;
    for (Pack.Group group : this.pack.groups()) {
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

  /**
   * Where a completion's length changes how its prompt is turned (dynamic bases beyond the longest
   * sequence), completions of different bases cannot share the prompt: each gets its own.
   */
  private static Pack separated(Pack pack, Turning turning) {
    List<Pack.Group> groups = new ArrayList<>();
    for (Pack.Group group : pack.groups()) {
      long bases =
          group.completions().stream()
              .mapToDouble(each -> turning.base().applyAsDouble(length(group, each)))
              .distinct()
              .count();
      if (bases < 2) {
        groups.add(group);
      } else {
        group.completions().forEach(e -> groups.add(new Pack.Group(group.prompt(), List.of(e))));
      }
    }
    return new Pack(groups);
  }

  private static int length(Pack.Group group, int[] completion) {
    return group.prompt().ids().length + completion.length;
  }

  private long checked(int id) {
    int vocabulary = model.facts().vocabularySize();
    if (id < 0 || id >= vocabulary) {
      throw new IllegalArgumentException(
          "token id " + id + " is outside the vocabulary of " + vocabulary);
    }
    return id;
  }

  /** The pack as it is computed. */
  Pack pack() {
    return pack;
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

  /** Rows that stand for pieces of pictures, picture by picture. */
  long[] imageRows() {
    return rows(true);
  }

  /** Rows that do not. */
  long[] textRows() {
    return rows(false);
  }

  private long[] rows(boolean image) {
    return IntStream.range(0, ids.length)
        .filter(row -> (ids[row] == model.vision().imageToken()) == image)
        .asLongStream()
        .toArray();
  }

  /** Ids of the rows that do not stand for pieces of pictures. */
  long[] textIds() {
    return IntStream.range(0, ids.length)
        .mapToLong(row -> ids[row])
        .filter(id -> id != model.vision().imageToken())
        .toArray();
  }

  /** Turns all rows; places of a completion go on behind its prompt. */
  Rotary rotary() {
    Turning.Rows rows = model.language().turning().rows(ids.length);
    for (int g = 0; g < places.size(); g++) {
      rows.sequence(longest(pack.groups().get(g)));
      rows.add(places.get(g));
    }
    for (int g = 0; g < places.size(); g++) {
      rows.sequence(longest(pack.groups().get(g)));
      for (int[] completion : pack.groups().get(g).completions()) {
        rows.add(places.get(g).next(), completion.length);
      }
    }
    return rows.angles();
  }

  private static int longest(Pack.Group group) {
    return group.completions().stream()
        .mapToInt(completion -> length(group, completion))
        .max()
        .orElse(group.prompt().ids().length);
  }
}
