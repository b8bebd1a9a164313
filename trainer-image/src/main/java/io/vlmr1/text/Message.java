package io.vlmr1.text;

import java.util.List;

/**
 * One turn of a conversation.
 *
 * @param role `system`, `user` or `assistant`
 * @param parts text and pictures in the order in which they stand
 */
public record Message(String role, List<Part> parts) {
  public Message {
    parts = List.copyOf(parts);
  }

  /** A user's turn: the pictures first, then the text, as VLM-R1 orders them. */
  public static Message user(int images, String text) {
    List<Part> parts =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.<Part>generate(Part.Image::new).limit(images),
                java.util.stream.Stream.of(new Part.Text(text)))
            .toList();
    return new Message("user", parts);
  }

  /** A piece of a turn. */
  public sealed interface Part {
    /** Plain text; template syntax in it is never evaluated. */
    record Text(String text) implements Part {}

    /** Stands for the next picture. */
    record Image() implements Part {}
  }
}
