package io.vlmr1.text;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
  @TempDir Path folder;

  @Test
  void namesTheFileThatIsMissing() {
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining(folder.resolve("tokenizer.json") + ": not there");
  }

  @Test
  void namesTheFileThatIsNotATokenizer() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": \"1.0\"}");

    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining(folder.resolve("tokenizer.json") + ": not a tokenizer");
  }
}
