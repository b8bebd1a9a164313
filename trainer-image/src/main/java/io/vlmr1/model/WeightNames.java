package io.vlmr1.model;

import io.vlmr1.nn.Slot.Part;
import java.util.List;

/** What the weights of a family are called, and where in the model they are. */
public interface WeightNames {

  /** A region of a model. */
  enum Region {
    /** What `freeze: [vision]` means: the tower, and the merger where the family counts it in. */
    VISION,
    /** Between the two, where the family has it apart: learns while the tower is frozen. */
    PROJECTOR,
    /** Embedding, decoder and output projection. */
    LANGUAGE
  }

  /**
   * Every name that a weight has somewhere: first its name inside transformers, which peft's files
   * use, then the hub's and others'.
   *
   * @param hub as the hub's files name it
   */
  List<String> all(String hub);

  /** Where a weight is. */
  Region region(String hub);

  /** Hub name of the embedding. */
  String embedding();

  /** Hub name of the output projection, which is no weight of its own when it is tied. */
  String head();

  /**
   * Whether the class inside transformers has the interface of generation, which peft asks for
   * where an adapter's task is CAUSAL_LM; without, the adapter names no task.
   */
  boolean generates();

  /** Whether a weight is the matrix of a linear layer: adapters go beside those. */
  default boolean linear(Part part) {
    String name = part.name();
    return part.shape().length == 2
        && name.endsWith(".weight")
        && !name.equals(embedding())
        && !name.contains("position_embedding");
  }

  /** The path of the module inside transformers that holds a weight. */
  default String module(String hub) {
    String name = all(hub).get(0);
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }
}
