package io.vlmr1.api.schema;

import io.vlmr1.api.contract.ExitCode;

/** docs/reference/exit-codes.md. */
final class ExitCodePage {
  private ExitCodePage() {}

  static String markdown() {
    StringBuilder page =
        new StringBuilder(
            """
            # Exit codes

            Of worker processes and of every `vlmr1` command. Made from `ExitCode`; rewrite with
            `mvn -pl crds -am test -Ddocs.update`. After a code without retry the operator ends the job at once, whatever
            `restartPolicy` allows. Any other number comes from outside the contract (137: killed) and is retried.

            | code | name | retried | what happened | what to do |
            | --- | --- | --- | --- | --- |
            """);
    for (ExitCode code : ExitCode.values()) {
      page.append(
          String.format(
              "| %d | `%s` | %s | %s | %s |%n",
              code.code(),
              code.name(),
              code.retryHelps() ? "yes" : "no",
              code.meaning(),
              code.remedy()));
    }
    return page.toString();
  }
}
