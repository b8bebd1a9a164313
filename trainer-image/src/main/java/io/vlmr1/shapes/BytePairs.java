package io.vlmr1.shapes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A byte-level BPE vocabulary made so that chosen words are one token each. Each word is split by
 * the merges so far, then merges are added that join its pieces; later merges rank behind earlier
 * ones, so words that were whole stay whole.
 */
final class BytePairs {
  private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
  private final Map<List<String>, Integer> ranks = new LinkedHashMap<>();

  BytePairs() {
    for (int value = 0; value < 256; value++) {
      vocabulary.put(letter(value), value);
    }
  }

  /** Makes a word one token; a leading blank belongs to it. */
  void add(String word) {
    List<String> pieces = split(word);
    while (pieces.size() > 1) {
      List<String> pair = List.of(pieces.get(0), pieces.get(1));
      String joined = pair.get(0) + pair.get(1);
      ranks.putIfAbsent(pair, ranks.size());
      vocabulary.putIfAbsent(joined, vocabulary.size());
      pieces = split(word);
    }
  }

  /** The tokens of a word under the merges so far. */
  List<String> split(String word) {
    List<String> pieces = new ArrayList<>();
    for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
      pieces.add(letter(value & 0xff));
    }
    while (true) {
      int best = -1;
      int bestRank = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < pieces.size(); i++) {
        Integer rank = ranks.get(List.of(pieces.get(i), pieces.get(i + 1)));
        if (rank != null && rank < bestRank) {
          best = i;
          bestRank = rank;
        }
      }
      if (best < 0) {
        return pieces;
      }
      pieces.set(best, pieces.get(best) + pieces.remove(best + 1));
    }
  }

  /** Tokens with their ids, bytes first. */
  Map<String, Integer> vocabulary() {
    return vocabulary;
  }

  /** Pairs to join, first ranks first. */
  List<List<String>> merges() {
    return List.copyOf(ranks.keySet());
  }

  /** GPT-2's printable letter of a byte. */
  private static String letter(int value) {
    boolean ascii = value >= '!' && value <= '~';
    boolean printable = ascii || (value >= 0xa1 && value != 0xad);
    if (printable) {
      return String.valueOf((char) value);
    }
    int place;
    if (value <= ' ') {
      place = value;
    } else if (value == 0xad) {
      place = 67;
    } else {
      place = 33 + value - 0x7f; // 0x7f to 0xa0
    }
    return String.valueOf((char) (256 + place));
  }
}
