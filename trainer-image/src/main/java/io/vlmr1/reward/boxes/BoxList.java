package io.vlmr1.reward.boxes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Items of a list of boxes, `{"bbox_2d": [x1, y1, x2, y2], "label": …}`, as the rewards read them.
 */
final class BoxList {
  private BoxList() {}

  /** The four corners of an item; empty when they are not four numbers or more. */
  static Optional<double[]> corners(JsonNode item) {
    JsonNode box = item.path("bbox_2d");
    if (!box.isArray() || box.size() < 4) {
      return Optional.empty();
    }
    double[] corners = new double[4];
    for (int i = 0; i < 4; i++) {
      JsonNode corner = box.get(i);
      if (!corner.isNumber() && !corner.isBoolean()) {
        return Optional.empty();
      }
      corners[i] = corner.isBoolean() ? (corner.booleanValue() ? 1 : 0) : corner.doubleValue();
    }
    return Optional.of(corners);
  }

  /** A label as a key; numbers and truth values as Python compares them. Empty for none. */
  static Optional<Object> label(JsonNode item) {
    JsonNode label = item.get("label");
    if (label == null || label.isContainerNode()) {
      return Optional.empty();
    }
    if (label.isTextual()) {
      return Optional.of(label.textValue());
    }
    if (label.isNull()) {
      return Optional.of(List.of());
    }
    return Optional.of(
        label.isBoolean() ? (label.booleanValue() ? 1.0 : 0.0) : label.doubleValue());
  }

  /** Items with labels and corners, labels counted in order of appearance. */
  record Truth(List<AveragePrecision.Labelled> boxes, Map<Object, Integer> labels) {
    /** Empty when an item lacks something. */
    static Optional<Truth> of(List<JsonNode> items) {
      Map<Object, Integer> labels = new LinkedHashMap<>();
      List<AveragePrecision.Labelled> boxes = new ArrayList<>();
      for (JsonNode item : items) {
        Optional<Object> label = label(item);
        Optional<double[]> corners = corners(item);
        if (label.isEmpty() || corners.isEmpty()) {
          return Optional.empty();
        }
        labels.putIfAbsent(label.get(), labels.size());
        boxes.add(labelled(corners.get(), labels.get(label.get())));
      }
      return Optional.of(new Truth(boxes, labels));
    }

    /** Those of other items whose label the truth has. */
    List<AveragePrecision.Labelled> known(List<JsonNode> items) {
      List<AveragePrecision.Labelled> boxes = new ArrayList<>();
      for (JsonNode item : items) {
        Integer label = label(item).map(labels::get).orElse(null);
        corners(item)
            .ifPresent(
                corners -> {
                  if (label != null) {
                    boxes.add(labelled(corners, label));
                  }
                });
      }
      return boxes;
    }

    private static AveragePrecision.Labelled labelled(double[] box, int label) {
      return new AveragePrecision.Labelled(label, box[0], box[1], box[2] - box[0], box[3] - box[1]);
    }
  }
}
