package io.vlmr1.data.parquet;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** The schema of a footer, which lists a tree depth first, as a tree. */
final class ParquetSchema {
  private ParquetSchema() {}

  static MessageType of(List<SchemaElement> elements) {
    Iterator<SchemaElement> rest = elements.iterator();
    SchemaElement root = rest.next();
    return new MessageType(root.getName(), children(root, rest));
  }

  private static List<Type> children(SchemaElement parent, Iterator<SchemaElement> rest) {
    List<Type> children = new ArrayList<>();
    for (int i = 0; i < parent.getNum_children(); i++) {
      children.add(type(rest.next(), rest));
    }
    return children;
  }

  private static Type type(SchemaElement element, Iterator<SchemaElement> rest) {
    Repetition repetition = Repetition.valueOf(element.getRepetition_type().name());
    if (element.isSetNum_children() && element.getNum_children() > 0) {
      return new GroupType(repetition, element.getName(), children(element, rest));
    }
    String name = element.getType().name();
    PrimitiveTypeName kind = PrimitiveTypeName.valueOf(name.equals("BYTE_ARRAY") ? "BINARY" : name);
    var primitive = Types.primitive(kind, repetition);
    if (element.isSetType_length()) {
      primitive = primitive.length(element.getType_length());
    }
    boolean text =
        element.getConverted_type() == ConvertedType.UTF8
            || (element.isSetLogicalType() && element.getLogicalType().isSetSTRING());
    return text
        ? primitive.as(LogicalTypeAnnotation.stringType()).named(element.getName())
        : primitive.named(element.getName());
  }
}
