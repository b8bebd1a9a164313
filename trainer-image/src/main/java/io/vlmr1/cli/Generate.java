package io.vlmr1.cli;

import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.cli.evaluation.AnsweringModel;
import io.vlmr1.data.TaskPrompt;
import io.vlmr1.eval.OpenModel;
import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.rollout.Stops;
import io.vlmr1.rollout.TextGeneration;
import io.vlmr1.text.Message;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a model about pictures. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = "Asks a model a question about one or more pictures and prints its answer.",
    footer = {
      "",
      "Example:",
      "  vlmr1 generate --model runs/shapes/final --image picture.png --task rec \\",
      "                 \"the small red circle left of the square\""
    })
final class Generate implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private AnsweringModel model = new AnsweringModel();

  @Option(names = "--image", paramLabel = "FILE", description = "a picture; may be repeated")
  private List<Path> images = List.of();

  @Option(
      names = "--task",
      description =
          "put the question into a task's prompt, ${COMPLETION-CANDIDATES} (default: as it is)")
  private @Nullable Task task;

  @Option(names = "--max-new-tokens", description = "(default: ${DEFAULT-VALUE})")
  private int maxNewTokens = 256;

  @Option(
      names = "--temperature",
      description = "0: the most probable token each time (default: ${DEFAULT-VALUE})")
  private double temperature;

  @Option(names = "--top-k", description = "0: all (default: ${DEFAULT-VALUE})")
  private int topK;

  @Option(names = "--top-p", description = "(default: ${DEFAULT-VALUE})")
  private double topP = 1;

  @Option(names = "--min-p", description = "(default: ${DEFAULT-VALUE})")
  private double minP;

  @Option(names = "--repetition-penalty", description = "(default: ${DEFAULT-VALUE})")
  private double repetitionPenalty = 1;

  @Option(names = "--seed", description = "chooses the sample (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "the answer ends before this; may be repeated")
  private List<String> stops = List.of();

  @Option(
      names = "--stop-id",
      paramLabel = "ID",
      description = "a token that ends the answer besides the model's own; may be repeated")
  private Set<Integer> stopIds = Set.of();

  @Option(names = "--stream", description = "print the answer while it is made")
  private boolean stream;

  @Parameters(index = "0", paramLabel = "QUESTION", description = "what to ask")
  private String question = "";

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    List<DecodedImage> pictures =
        images.stream().map(image -> ImageReader.read(image, model.maxImagePixels())).toList();
    SamplingSpec sampling = new SamplingSpec(temperature, topK, topP, minP, repetitionPenalty);
    try (OpenModel open = model.open()) {
      String text =
          task == null
              ? question
              : TaskPrompt.of(task, open.model().facts().modelType(), null).text(question);
      try (PreparedPrompt prompt =
          open.processor().prepare(List.of(Message.user(pictures.size(), text)), pictures)) {
        TextGeneration generation =
            new TextGeneration(open.model(), open.tokenizer(), sampling, maxNewTokens, seed);
        TextGeneration.Answer answer =
            generation.stream(prompt, new Stops(stopIds, stops), piece -> tell(out, piece));
        out.println(stream ? "" : answer.text());
        if (answer.truncated()) {
          spec.commandLine().getErr().println("(cut off after " + answer.tokens() + " tokens)");
        }
      }
    }
    return 0;
  }

  private void tell(PrintWriter out, String piece) {
    if (stream) {
      out.print(piece);
      out.flush();
    }
  }
}
