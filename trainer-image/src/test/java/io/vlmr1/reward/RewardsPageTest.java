package io.vlmr1.reward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.rules.KnownRewards;
import io.vlmr1.reward.accuracy.AccuracyMethods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/rewards.md, the rules and the engine name the same rewards and methods. */
class RewardsPageTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

  @Test
  void thePageTellsOfEveryKindAndMethodAndOfNoOther() throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("root.dir", ".."), "docs", "rewards.md"));
    String[] parts = page.split("## Methods of `accuracy`", -1);

    assertThat(names(parts[0])).containsExactlyInAnyOrderElementsOf(KnownRewards.KINDS);
    assertThat(names(parts[1])).containsExactlyInAnyOrderElementsOf(KnownRewards.METHODS);
  }

  @Test
  void theEngineHasWhatTheRulesAllow() {
    assertThat(AccuracyMethods.names()).containsExactlyInAnyOrderElementsOf(KnownRewards.METHODS);
    assertThat(Rewards.known())
        .containsAll(KnownRewards.KINDS.stream().filter(kind -> !kind.equals("java")).toList());
  }

  private static List<String> names(String page) {
    return ROW.matcher(page).results().map(match -> match.group(1)).toList();
  }
}
