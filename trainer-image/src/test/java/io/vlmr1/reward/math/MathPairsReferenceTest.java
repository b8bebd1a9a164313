package io.vlmr1.reward.math;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Equality against a person's judgement. Every disagreement is listed in
 * target/math-disagreements.txt.
 */
class MathPairsReferenceTest {
  private record Pair(String category, String gold, String answer, boolean equal) {}

  @Test
  void agreesWithAPersonAtLeastAsOftenAsMathVerifyAndNeverFindsUnequalOnesEqual() throws Exception {
    List<Pair> pairs = new ArrayList<>();
    long atLeast = 0;
    for (JsonNode row : ReferenceFolder.lines("rewards/math_pairs.jsonl")) {
      boolean expected = row.get("expected").asBoolean();
      pairs.add(
          new Pair(
              row.get("category").asText(),
              row.get("gold").asText(),
              row.get("answer").asText(),
              expected));
      atLeast += row.get("math_verify_latex").asBoolean() == expected ? 1 : 0;
    }

    List<Pair> disagreements = disagreements(pairs);

    report(pairs, disagreements, atLeast);
    assertThat(disagreements).noneMatch(pair -> !pair.equal());
    assertThat((long) pairs.size() - disagreements.size()).isGreaterThanOrEqualTo(atLeast);
  }

  /** What bare texts are compared by in `default` and `math` is math-verify's, right or wrong. */
  @Test
  void readsBareTextAsMathVerifyDoes() {
    List<String> different = new ArrayList<>();
    int pairs = 0;
    for (JsonNode row : ReferenceFolder.lines("rewards/math_pairs.jsonl")) {
      boolean same = BareText.same(row.get("answer").asText(), row.get("gold").asText());
      pairs++;
      if (same != row.get("math_verify_text").asBoolean()) {
        different.add(row.toString());
      }
    }
    assertThat(different).as("of %d pairs", pairs).hasSizeLessThanOrEqualTo(pairs / 100);
  }

  @Test
  void agreesOnOtherPairsOfTheSameKinds() throws Exception {
    List<Pair> pairs = new ArrayList<>();
    Path file = Path.of("src/test/resources/reward/math_pairs.tsv");
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split("\t", -1);
      pairs.add(new Pair(fields[0], fields[1], fields[2], fields[3].equals("true")));
    }

    assertThat(pairs).hasSizeGreaterThan(1700);
    assertThat(disagreements(pairs)).isEmpty();
  }

  private static List<Pair> disagreements(List<Pair> pairs) {
    return pairs.stream()
        .filter(
            pair -> {
              MathEquality.Answer truth = MathEquality.OWN.read(pair.gold());
              MathEquality.Answer answer = MathEquality.OWN.read(pair.answer());
              return MathEquality.OWN.compare(answer, truth).equal() != pair.equal();
            })
        .toList();
  }

  private static void report(List<Pair> pairs, List<Pair> disagreements, long atLeast)
      throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(pairs.size() - disagreements.size()).append(" of ").append(pairs.size());
    text.append(" pairs agree with a person; math-verify on LaTeX: ").append(atLeast).append('\n');
    disagreements.forEach(pair -> text.append(pair).append('\n'));
    Path file = Path.of("target/math-disagreements.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
