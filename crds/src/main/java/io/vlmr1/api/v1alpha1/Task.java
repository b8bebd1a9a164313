package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Which prompt a question is put into; the texts are those that published checkpoints were trained
 * on.
 */
public enum Task {
  /** Think, then answer. */
  @JsonProperty("default")
  DEFAULT,

  /** Referring expression: the answer is a box as JSON. */
  @JsonProperty("rec")
  REC,

  /** Image and caption questions answered as JSON. */
  @JsonProperty("ic")
  IC,

  /** Object detection; the instruction stands before the question. */
  @JsonProperty("odLength")
  OD_LENGTH,

  /** Graphical user interfaces; the text of the default task. */
  @JsonProperty("gui")
  GUI
}
