package io.vlmr1.model.prompt;

import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.SmartResize;
import io.vlmr1.model.PreparedImage;

/** How a family resizes and cuts pictures. */
public interface Pictures {

  /** The picture as the vision tower takes it; the caller closes it. */
  PreparedImage prepare(DecodedImage image);

  /** Image tokens that a picture of this size needs. */
  int tokens(SmartResize.Size picture);

  /** Side of a patch in pixels. */
  int patchSide();
}
