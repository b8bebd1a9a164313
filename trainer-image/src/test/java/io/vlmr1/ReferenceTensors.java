package io.vlmr1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** A safetensors file of the reference folder as Java arrays, read without the code under test. */
public final class ReferenceTensors {
  private final JsonNode header;
  private final ByteBuffer data;

  private ReferenceTensors(JsonNode header, ByteBuffer data) {
    this.header = header;
    this.data = data;
  }

  /** Reads a file of the folder. */
  public static ReferenceTensors read(String path) {
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(Files.readAllBytes(ReferenceFolder.path(path)))
              .order(ByteOrder.LITTLE_ENDIAN);
      byte[] header = new byte[(int) bytes.getLong()];
      bytes.get(header);
      JsonNode json = new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8));
      return new ReferenceTensors(json, bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the tensors. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    return names;
  }

  /** Sizes of a tensor. */
  public long[] shape(String name) {
    JsonNode shape = header.get(name).get("shape");
    long[] sizes = new long[shape.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape.get(i).asLong();
    }
    return sizes;
  }

  /** Every element of an integer tensor, row by row. */
  public int[] ints(String name) {
    float[] values = floats(name); // exact below 2^24
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) values[i];
    }
    return ints;
  }

  /** Every element, row by row, of whatever number type. */
  public float[] floats(String name) {
    JsonNode entry = header.get(name);
    int from = entry.get("data_offsets").get(0).asInt();
    int to = entry.get("data_offsets").get(1).asInt();
    String type = entry.get("dtype").asText();
    int size =
        switch (type) {
          case "F32", "I32" -> 4;
          case "I64", "F64" -> 8;
          case "BOOL", "U8" -> 1;
          default -> throw new IllegalArgumentException(type);
        };
    float[] values = new float[(to - from) / size];
    for (int i = 0; i < values.length; i++) {
      int at = from + i * size;
      values[i] =
          switch (type) {
            case "F32" -> data.getFloat(at);
            case "I32" -> data.getInt(at);
            case "I64" -> data.getLong(at);
            case "F64" -> (float) data.getDouble(at);
            default -> data.get(at);
          };
    }
    return values;
  }
}
