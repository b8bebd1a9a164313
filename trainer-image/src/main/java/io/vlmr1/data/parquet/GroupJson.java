package io.vlmr1.data.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Base64;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A row of Parquet as JSON. Lists lose the two levels that Parquet wraps them in; a struct of bytes
 * and path, as Hugging Face stores pictures, becomes the name of a file.
 */
final class GroupJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private final Pictures pictures;

  GroupJson(Pictures pictures) {
    this.pictures = pictures;
  }

  /** Keeps pictures. */
  interface Pictures {
    /** The name under which the picture is kept. */
    String keep(byte[] bytes) throws IOException;
  }

  JsonNode of(Group group) throws IOException {
    GroupType type = group.getType();
    if (picture(type)) {
      return group.getFieldRepetitionCount("bytes") > 0
          ? JSON.textNode(pictures.keep(group.getBinary("bytes", 0).getBytes()))
          : value(group, type.getFieldIndex("path"));
    }
    ObjectNode object = JSON.objectNode();
    for (int field = 0; field < type.getFieldCount(); field++) {
      JsonNode value = value(group, field);
      if (!value.isNull()) {
        object.set(type.getFieldName(field), value);
      }
    }
    return object;
  }

  private static boolean picture(GroupType type) {
    return type.getFieldCount() == 2
        && type.containsField("bytes")
        && type.containsField("path")
        && type.getType("bytes").isPrimitive();
  }

  private JsonNode value(Group group, int field) throws IOException {
    Type type = group.getType().getType(field);
    int count = group.getFieldRepetitionCount(field);
    if (type.isRepetition(Type.Repetition.REPEATED)) {
      ArrayNode list = JSON.arrayNode();
      for (int i = 0; i < count; i++) {
        list.add(one(group, field, i));
      }
      return list;
    }
    return count == 0 ? JSON.nullNode() : one(group, field, 0);
  }

  private JsonNode one(Group group, int field, int index) throws IOException {
    Type type = group.getType().getType(field);
    if (type.isPrimitive()) {
      return primitive(group, field, index, type.asPrimitiveType());
    }
    Group inner = group.getGroup(field, index);
    return list(type.asGroupType()) ? elements(inner) : of(inner);
  }

  /** A group around one repeated field is a list. */
  private static boolean list(GroupType type) {
    return type.getFieldCount() == 1 && type.getType(0).isRepetition(Type.Repetition.REPEATED);
  }

  private JsonNode elements(Group wrapper) throws IOException {
    Type repeated = wrapper.getType().getType(0);
    ArrayNode list = JSON.arrayNode();
    for (int i = 0; i < wrapper.getFieldRepetitionCount(0); i++) {
      boolean wrapped = !repeated.isPrimitive() && repeated.asGroupType().getFieldCount() == 1;
      list.add(wrapped ? value(wrapper.getGroup(0, i), 0) : one(wrapper, 0, i));
    }
    return list;
  }

  private static JsonNode primitive(Group group, int field, int index, PrimitiveType type) {
    PrimitiveTypeName kind = type.getPrimitiveTypeName();
    return switch (kind) {
      case BOOLEAN -> JSON.booleanNode(group.getBoolean(field, index));
      case INT32 -> JSON.numberNode(group.getInteger(field, index));
      case INT64 -> JSON.numberNode(group.getLong(field, index));
      case FLOAT -> JSON.numberNode(group.getFloat(field, index));
      case DOUBLE -> JSON.numberNode(group.getDouble(field, index));
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 ->
          type.getLogicalTypeAnnotation()
                  instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
              ? JSON.textNode(group.getString(field, index))
              : JSON.textNode(
                  Base64.getEncoder().encodeToString(group.getBinary(field, index).getBytes()));
    };
  }
}
