package io.vlmr1.model.decoder;

import io.vlmr1.nn.Slot;
import io.vlmr1.nn.Slot.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a family being listed: what layers multiply with, and the hub's names of its parts.
 * A slot is called as its first part unless it is told otherwise.
 *
 * <p>Weight decay is the choice of transformers' Trainer: LayerNorm modules are exempt, and
 * whatever has one of the names below; an RMS norm with another name (`norm1`) is decayed.
 */
public final class Slots {
  private static final Pattern EXEMPT =
      Pattern.compile("bias|layernorm|rmsnorm|(?:^|\\.)norm(?:$|\\.)|_norm(?:$|\\.)");

  /** Unit of what makes the tower's input of patches. */
  public static final String PATCHES = "patches";

  /** Unit of what lies between the tower and the language model. */
  public static final String PROJECTOR = "projector";

  private static final String EMBEDDING = "embedding";
  private static final String HEAD = "head";

  private final List<Slot> slots = new ArrayList<>();
  private @Nullable String unit;

  /** All that were listed. */
  public List<Slot> all() {
    return List.copyOf(slots);
  }

  /** What follows is used together, until the next call. */
  public Slots unit(String name) {
    unit = name;
    return this;
  }

  /** What follows is a block of the vision tower. */
  public Slots visionBlock(int index) {
    return unit("vision." + index);
  }

  Slots embedding() {
    return unit(EMBEDDING);
  }

  Slots layer(int index) {
    return unit("layer." + index);
  }

  Slots head() {
    return unit(HEAD);
  }

  /** One tensor. */
  public Slots tensor(String name, long... shape) {
    return add(name, true, new Part(name, shape));
  }

  /** weight [out, in] and, where asked, bias [out]. */
  public Slots linear(String name, long out, long in, boolean bias) {
    tensor(name + ".weight", out, in);
    return bias ? tensor(name + ".bias", out) : this;
  }

  /** The weight [width] of an RMS norm. */
  public Slots rmsNorm(String name, long width) {
    return tensor(name + ".weight", width);
  }

  /** Weight and bias [width] of a LayerNorm. */
  public Slots layerNorm(String name, long width) {
    add(name + ".weight", false, new Part(name + ".weight", new long[] {width}));
    return tensor(name + ".bias", width);
  }

  /** Either norm. */
  public Slots norm(String name, long width, boolean layerNorm) {
    return layerNorm ? layerNorm(name, width) : rmsNorm(name, width);
  }

  /**
   * Products of one input that are computed as one.
   *
   * @param slot how layers ask for it
   * @param in width of the input
   * @param bias whether there are biases
   * @param outputs names and widths of the single products, in order
   */
  public Slots fused(String slot, long in, boolean bias, Output... outputs) {
    add(slot + ".weight", true, parts(".weight", outputs, in));
    return bias ? add(slot + ".bias", true, parts(".bias", outputs)) : this;
  }

  /** A product among others. */
  public record Output(String name, long width) {}

  private static Part[] parts(String kind, Output[] outputs, long... in) {
    return Arrays.stream(outputs)
        .map(
            output ->
                new Part(
                    output.name() + kind,
                    Stream.concat(Stream.of(output.width()), Arrays.stream(in).boxed())
                        .mapToLong(Long::longValue)
                        .toArray()))
        .toArray(Part[]::new);
  }

  private Slots add(String slot, boolean decayed, Part... parts) {
    boolean exempt = EXEMPT.matcher(parts[0].name().toLowerCase(Locale.ROOT)).find();
    slots.add(new Slot(unit == null ? slot : unit, slot, List.of(parts), decayed && !exempt));
    return this;
  }
}
