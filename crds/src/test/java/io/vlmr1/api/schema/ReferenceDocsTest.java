package io.vlmr1.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.contract.WorkerEnvironment;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reference pages against the code that they describe. */
class ReferenceDocsTest {
  private static final String UPDATE = "docs.update";

  @Test
  void thePageOfGrpoJobIsWhatTheTypesSay() {
    GeneratedFile.of("docs/reference/grpojob.md", UPDATE).mustBe(GrpoJobPage.markdown());
  }

  @Test
  void thePageOfExitCodesIsWhatTheEnumSays() {
    GeneratedFile.of("docs/reference/exit-codes.md", UPDATE).mustBe(ExitCodePage.markdown());
  }

  @Test
  void theWorkersContractNamesEveryVariableAndEveryNumberOfProgress() throws Exception {
    String page =
        Files.readString(GeneratedFile.of("docs/reference/worker-contract.md", UPDATE).file());
    for (Field constant : WorkerEnvironment.class.getFields()) {
      if (Modifier.isStatic(constant.getModifiers())) {
        assertThat(page).contains("`" + constant.get(null) + "`");
      }
    }
    for (RecordComponent number : Progress.class.getRecordComponents()) {
      assertThat(page).contains("`" + number.getName() + "`");
    }
  }

  @Test
  void theArchitecturePageNamesEveryPackage() throws Exception {
    String text = Files.readString(GeneratedFile.of("docs/architecture.md", UPDATE).file());
    for (String module : List.of("crds", "operator", "trainer-image")) {
      Path code = GeneratedFile.of(module + "/src/main/java/io/vlmr1", UPDATE).file();
      try (Stream<Path> files = Files.walk(code)) {
        assertThat(files.filter(file -> file.endsWith("package-info.java")))
            .as("packages of %s without a row in docs/architecture.md", module)
            .allSatisfy(info -> assertThat(text).contains('`' + name(code, info) + '`'));
      }
    }
  }

  private static String name(Path code, Path info) {
    return code.relativize(info).toString().replace("/package-info.java", "").replace('/', '.');
  }
}
