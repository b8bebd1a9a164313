package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What answers questions: the trainer's own engine, or an inference server of OpenAI's API. */
public enum Engine {
  /** The trainer's own engine. */
  @JsonProperty("own")
  OWN,

  /** Any server: its arguments say how it is started. */
  @JsonProperty("server")
  SERVER,

  /** vLLM. */
  @JsonProperty("vllm")
  VLLM,

  /** vLLM on Ascend. */
  @JsonProperty("vllm-ascend")
  VLLM_ASCEND,

  /** xLLM. */
  @JsonProperty("xllm")
  XLLM
}
