package io.vlmr1.model;

import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Tensors;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * What a vision tower that does not learn made of a picture: the same for rollout, reference and
 * loss, so the tower runs once for as long as the picture lives.
 */
public final class ImageFeatures implements AutoCloseable {
  private final Retained kept = new Retained();
  private final IdentityHashMap<Object, Tensor> features = new IdentityHashMap<>();

  /**
   * The features of pictures in order, one after the other along the first dimension.
   *
   * @param owner the model; another one's features are not taken
   * @param encode features of each of the pictures that the owner's tower has not seen, each in
   *     memory of its own
   */
  public static Tensor of(
      Object owner,
      List<PreparedImage> images,
      Function<List<PreparedImage>, List<Tensor>> encode) {
    List<PreparedImage> unseen =
        images.stream()
            .filter(image -> !image.features().features.containsKey(owner))
            .distinct()
            .toList();
    if (!unseen.isEmpty()) {
      List<Tensor> made = encode.apply(unseen);
      for (int i = 0; i < made.size(); i++) {
        unseen.get(i).features().set(owner, made.get(i));
      }
    }
    return Tensors.cat(0, images.stream().map(image -> image.features().get(owner)).toList());
  }

  private void set(Object owner, Tensor made) {
    features.put(owner, kept.keep(made));
  }

  private Tensor get(Object owner) {
    Tensor made = features.get(owner);
    if (made == null) {
      throw new IllegalStateException("no features");
    }
    return made;
  }

  @Override
  public void close() {
    features.clear();
    kept.close();
  }
}
