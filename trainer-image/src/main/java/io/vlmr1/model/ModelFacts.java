package io.vlmr1.model;

import java.util.Set;

/**
 * What training and rollout need to know of a loaded model.
 *
 * @param modelType `model_type` of config.json
 * @param vocabularySize rows of the embedding; may exceed the tokenizer's
 * @param endTokens a completion ends with one of these
 * @param padToken fills what is never read
 * @param neverSampled image and vision tokens: their probability is 0 in every rollout
 * @param maxPositions longest sequence that the model was made for
 */
public record ModelFacts(
    String modelType,
    int vocabularySize,
    Set<Integer> endTokens,
    int padToken,
    Set<Integer> neverSampled,
    int maxPositions) {}
