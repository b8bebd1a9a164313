package io.vlmr1.cli.fetch;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model of the hub, {@code hf://organisation/name@revision}.
 *
 * @param repository organisation/name
 * @param revision branch, tag or commit
 */
record HubModel(String repository, String revision) {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";
  private static final Pattern FORM =
      Pattern.compile("hf://(" + NAME + "/" + NAME + ")(?:@([A-Za-z0-9][A-Za-z0-9._-]*))?");

  static HubModel parse(String source) {
    Matcher match = FORM.matcher(source);
    if (!match.matches()) {
      throw new VlmR1Exception(
          ExitCode.USAGE,
          '"' + source + "\" is no model of the hub; write hf://organisation/name@revision");
    }
    String revision = match.group(2);
    return new HubModel(match.group(1), revision == null ? "main" : revision);
  }

  @Override
  public String toString() {
    return "hf://" + repository + "@" + revision;
  }
}
