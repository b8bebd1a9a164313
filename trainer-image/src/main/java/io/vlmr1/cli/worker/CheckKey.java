package io.vlmr1.cli.worker;

import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Everything that the check of a row depends on besides the row: a change makes it run again. */
final class CheckKey {
  private CheckKey() {}

  static String of(WorkerSettings settings) {
    GrpoJobSpec spec = settings.spec();
    StringBuilder key = new StringBuilder("rows 1\n");
    key.append(spec.method()).append('\n');
    key.append(spec.data().task()).append('\n');
    key.append(spec.data().promptTemplate()).append('\n');
    key.append(spec.data().maxPromptTokens()).append(' ').append(spec.data().longPrompts());
    key.append('\n').append(spec.model().minPixels()).append(' ');
    key.append(spec.model().maxPixels()).append('\n');
    spec.rewards().forEach(reward -> key.append(reward.name()).append('\n'));
    Path model = settings.startingModel();
    for (String name :
        List.of(
            "tokenizer.json", "config.json", "preprocessor_config.json", "chat_template.json")) {
      key.append(name).append(' ').append(stamp(model.resolve(name))).append('\n');
    }
    return key.toString();
  }

  private static String stamp(Path file) {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return "absent";
    }
  }
}
