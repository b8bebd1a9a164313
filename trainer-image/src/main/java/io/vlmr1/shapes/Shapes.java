package io.vlmr1.shapes;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Writes the example: `images/`, `sft.jsonl`, `train.jsonl`, `held_out.jsonl`,
 * `out_of_domain.jsonl` in VLM-R1's format, and `model/` without weights. The same settings give
 * the same bytes.
 */
public final class Shapes {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ShapesSettings settings;
  private final Path folder;

  private Shapes(ShapesSettings settings, Path folder) {
    this.settings = settings;
    this.folder = folder;
  }

  /**
   * Writes all files; those that exist are replaced.
   *
   * @throws IOException when the folder cannot be written
   */
  public static void write(ShapesSettings settings, Path folder) throws IOException {
    Shapes shapes = new Shapes(settings, folder);
    ImageIO.setUseCache(false);
    shapes.split(Split.SFT, settings.sftRows());
    shapes.split(Split.TRAIN, settings.trainRows());
    shapes.split(Split.HELD_OUT, settings.heldOutRows());
    shapes.split(Split.OUT_OF_DOMAIN, settings.outOfDomainRows());
    ModelFolder.write(settings.model(), settings.difficulty(), folder.resolve("model"));
  }

  /**
   * `Shapes FOLDER [name=value …]`: the standard settings with some of them changed, as {@link
   * SettingsText} reads them.
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> changes = new LinkedHashMap<>();
    for (String change : List.of(arguments).subList(1, arguments.length)) {
      int equals = change.indexOf('=');
      changes.put(change.substring(0, equals), change.substring(equals + 1));
    }
    write(SettingsText.changed(ShapesSettings.standard(), changes), Path.of(arguments[0]));
  }

  private void split(Split split, int rows) throws IOException {
    Files.createDirectories(folder.resolve("images").resolve(split.fileName()));
    List<String> lines =
        IntStream.range(0, rows).parallel().mapToObj(number -> row(split, number)).toList();
    Files.write(folder.resolve(split.fileName() + ".jsonl"), lines);
  }

  private String row(Split split, int number) {
    // every row has a generator of its own: rows do not depend on how many there are
    SplittableRandom random =
        new SplittableRandom(settings.seed() * 1_000_003 + split.stream() * 100_000_007L + number);
    boolean unseenPair = split == Split.OUT_OF_DOMAIN && number % 2 == 0;
    boolean unseenRelation = split == Split.OUT_OF_DOMAIN && number % 2 == 1;
    while (true) {
      Scene scene = scene(random, unseenPair);
      Optional<Question> question =
          unseenRelation
              ? Question.twoRelations(random, scene)
              : Question.random(random, scene, settings.difficulty());
      if (question.isPresent() && (!unseenPair || unseen(question.get().target()))) {
        return write(split, number, scene, question.get());
      }
    }
  }

  private Scene scene(RandomGenerator random, boolean unseenPairs) {
    return Scene.random(random, settings.difficulty(), figure -> unseenPairs || !unseen(figure));
  }

  /** Colours and shapes that training never shows together: one shape a colour. */
  private static boolean unseen(Figure figure) {
    return Shape.ALL.indexOf(figure.shape())
        == Paint.ALL.indexOf(figure.paint()) % Shape.ALL.size();
  }

  private String write(Split split, int number, Scene scene, Question question) {
    String image = split.fileName() + "/%05d.png".formatted(number);
    try {
      BufferedImage picture =
          new BufferedImage(scene.side(), scene.side(), BufferedImage.TYPE_3BYTE_BGR);
      byte[] rgb = scene.rgb();
      byte[] bgr = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
      for (int i = 0; i < rgb.length; i++) {
        bgr[i] = rgb[i - i % 3 + 2 - i % 3];
      }
      ImageIO.write(picture, "png", folder.resolve("images").resolve(image).toFile());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("id", split.fileName() + "-" + number);
      row.put("image", image);
      List<Object> turns = new ArrayList<>();
      turns.add(turn("human", "<image>" + question.text()));
      turns.add(turn("gpt", question.target().box()));
      row.put("conversations", turns);
      row.put("kind", question.kind());
      if (split.teaches()) {
        row.put("completion", completion(question.target()));
      }
      return JSON.writeValueAsString(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> turn(String from, Object value) {
    Map<String, Object> turn = new LinkedHashMap<>();
    turn.put("from", from);
    turn.put("value", value);
    return turn;
  }

  /** The whole text that answers: what is meant, in full, then where it is. */
  static String completion(Figure target) {
    return "<think>"
        + Phrase.full(target).words()
        + "</think><answer>{\"bbox_2d\": "
        + target.box()
        + "}</answer>";
  }
}
