package io.vlmr1.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Natives;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {
  private static final String VALUES = "\"shape\":[2],\"data_offsets\":[0,8]";
  @TempDir Path folder;

  @BeforeAll
  static void load() {
    Natives.load();
  }

  @Test
  void readsWhatItWrote() throws IOException {
    Path file = folder.resolve("all.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("bf16", torch.randn(7, 3).to(torch.ScalarType.BFloat16));
      tensors.put("f32", torch.randn(3, 5));
      tensors.put("turned", torch.randn(4, 6).t());
      tensors.put("i64", Tensors.ofLongs(1, 2, 3));
      tensors.put("empty", Tensors.empty(Dtype.FLOAT32, 0, 4));
      tensors.put("number", Tensors.ofFloats(new float[] {3.5f}).view(new long[0]));
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
      try (SafetensorsFile read = SafetensorsFile.open(file)) {
        assertThat(read.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
        assertThat(read.metadata()).containsEntry("format", "pt");
        tensors.forEach(
            (name, tensor) -> {
              assertThat(read.entry(name).shape()).isEqualTo(Tensors.shape(tensor));
              assertThat(torch.equal(read.tensor(name), tensor)).as(name).isTrue();
            });
      }
    }
    assertThat(files()).containsExactly("all.safetensors");
  }

  private String[] files() throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).toArray(String[]::new);
    }
  }

  @Test
  void aTensorOfAReadFileOutlivesIt() throws IOException {
    Path file = folder.resolve("one.safetensors");
    try (Scope scope = Scope.open()) {
      SafetensorsWriter.write(file, Map.of("a", Tensors.ofFloats(new float[] {1, 2}, 2)), Map.of());
      Tensor tensor;
      try (SafetensorsFile read = SafetensorsFile.open(file)) {
        tensor = read.tensor("a");
      }
      assertThat(Tensors.toFloats(tensor)).containsExactly(1, 2);
    }
  }

  static Stream<Arguments> brokenHeaders() {
    return Stream.of(
        Arguments.of("{\"a\":{\"dtype\":\"F32\"," + VALUES + "}", "is not JSON"),
        Arguments.of("[1]", "not a JSON object"),
        Arguments.of("{\"a\":{\"dtype\":\"F7\"," + VALUES + "}}", "unknown dtype 'F7'"),
        Arguments.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", "truncated"),
        Arguments.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", "offsets [8, 0]"),
        Arguments.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
            "does not fill its 8 bytes"),
        Arguments.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,8],\"data_offsets\":[0,8]}}",
            "does not fill its 8 bytes"),
        Arguments.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
            "does not fill its 8 bytes"),
        Arguments.of(
            "{\"a\":{\"dtype\":\"F32\","
                + VALUES
                + "},\"b\":{\"dtype\":\"I64\",\"shape\":[1],"
                + "\"data_offsets\":[0,8]}}",
            "overlaps"));
  }

  @ParameterizedTest
  @MethodSource("brokenHeaders")
  void refusesBrokenHeadersByFileAndTensor(String header, String expected) throws IOException {
    refuses(file(header, 8), expected);
  }

  @Test
  void refusesFilesThatEndTooEarly() throws IOException {
    byte[] whole = Files.readAllBytes(file("{\"a\":{\"dtype\":\"F32\"," + VALUES + "}}", 8));
    for (int length : new int[] {0, 5, 8, 20, whole.length - 1}) {
      Path file = folder.resolve("cut.safetensors");
      Files.write(file, Arrays.copyOf(whole, length));
      refuses(file, "download or write the file again");
    }
  }

  @Test
  void refusesAFileThatIsNotThere() {
    refuses(folder.resolve("absent.safetensors"), "absent.safetensors: cannot be read");
  }

  private static void refuses(Path file, String expected) {
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(expected)
        .extracting(error -> ((VlmR1Exception) error).exitCode())
        .isEqualTo(ExitCode.BAD_MODEL);
  }

  private Path file(String header, int bytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.allocate(8 + json.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(json.length).put(json);
    Path file = folder.resolve("broken.safetensors");
    Files.write(file, buffer.array());
    return file;
  }
}
