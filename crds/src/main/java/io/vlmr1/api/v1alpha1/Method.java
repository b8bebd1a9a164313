package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a GrpoJob trains. */
public enum Method {
  /** Group relative policy optimisation: completions are sampled and rewarded. */
  @JsonProperty("GRPO")
  GRPO,

  /** Supervised fine-tuning on the data sets' own answers: the baseline. */
  @JsonProperty("SFT")
  SFT
}
