package io.vlmr1.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What a resumed run must know besides weights and moments; training_state.json. Random numbers
 * have no state: they follow from seed and step.
 *
 * @param step optimizer steps done
 * @param tokens seen by all ranks so far
 * @param optimizerSteps as the optimizer counts them
 * @param worldSize processes that made it
 * @param weightsOnly whether the optimizer's state was left out
 * @param job the parts of the spec that must stay the same
 * @param files bytes of every other file of the checkpoint by name
 */
public record TrainingState(
    long step,
    long tokens,
    long optimizerSteps,
    int worldSize,
    boolean weightsOnly,
    JsonNode job,
    Map<String, Long> files) {}
