package io.vlmr1.report.html;

import io.vlmr1.report.CompletionsLog.Entry;
import io.vlmr1.report.CompletionsLog.Judgement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Groups of completions from the first, some middle and the last steps, each with its rewards and
 * their reasons.
 */
final class CompletionList {
  private static final int GROUPS = 6;

  private CompletionList() {}

  static String html(List<Entry> completions) {
    StringBuilder out = new StringBuilder();
    List<List<Entry>> groups = spread(groups(completions));
    for (int i = 0; i < groups.size(); i++) {
      group(out, groups.get(i), i == groups.size() - 1);
    }
    return out.toString();
  }

  /** One group a step: the one whose rewards differ most, which is the one that teaches. */
  private static List<List<Entry>> groups(List<Entry> completions) {
    Map<Integer, Map<String, List<Entry>>> steps = new TreeMap<>();
    for (Entry entry : completions) {
      steps
          .computeIfAbsent(entry.step(), step -> new LinkedHashMap<>())
          .computeIfAbsent(entry.prompt(), prompt -> new ArrayList<>())
          .add(entry);
    }
    List<List<Entry>> chosen = new ArrayList<>();
    for (Map<String, List<Entry>> prompts : steps.values()) {
      prompts.values().stream()
          .max((a, b) -> Double.compare(spreadOf(a), spreadOf(b)))
          .ifPresent(chosen::add);
    }
    return chosen;
  }

  private static double spreadOf(List<Entry> group) {
    return group.stream().mapToDouble(entry -> Math.abs(entry.advantage())).sum();
  }

  private static List<List<Entry>> spread(List<List<Entry>> groups) {
    if (groups.size() <= GROUPS) {
      return groups;
    }
    List<List<Entry>> some = new ArrayList<>();
    for (int i = 0; i < GROUPS; i++) {
      some.add(groups.get((int) Math.round(i * (groups.size() - 1.0) / (GROUPS - 1))));
    }
    return some;
  }

  private static void group(StringBuilder out, List<Entry> group, boolean open) {
    Entry first = group.get(0);
    out.append(open ? "<details open>" : "<details>")
        .append("<summary><span class=\"step\">step " + first.step() + "</span> ")
        .append(Html.escape(first.question()))
        .append(" <span class=\"truth-text\">truth ")
        .append(Html.escape(first.truth()))
        .append("</span></summary><div class=\"scroll\"><table class=\"completions\"><tr>")
        .append("<th>advantage</th><th>reward</th><th>completion</th><th>why</th></tr>");
    for (Entry entry : group) {
      out.append("<tr><td class=\"" + (entry.advantage() >= 0 ? "up" : "down") + "\">")
          .append(String.format(Locale.ROOT, "%+.2f", entry.advantage()))
          .append("</td><td>" + number(entry.reward()) + "</td><td class=\"text\">")
          .append(Html.escape(entry.text()))
          .append("</td><td class=\"why\">");
      for (Map.Entry<String, Judgement> reward : entry.rewards().entrySet()) {
        out.append("<div><b>" + Html.escape(reward.getKey()) + " ")
            .append(number(reward.getValue().value()) + "</b> ")
            .append(Html.escape(reward.getValue().reason()) + "</div>");
      }
      out.append("</td></tr>");
    }
    out.append("</table></div></details>");
  }

  private static String number(@org.jspecify.annotations.Nullable Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, "%.2f", value);
  }
}
