package io.vlmr1.shapes;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Data of a task drawn by code, in VLM-R1's form: train.jsonl, held_out.jsonl, images, and a tiny
 * model folder without weights. {@link #TRAIN} rows show how those of the task look; nothing can be
 * learned from so few.
 */
public enum Toy {
  /** Where is the red box? */
  REC,

  /** Every box with its colour. */
  OVD,

  /** Sums, without pictures. */
  MATH,

  /** Which of four colours? */
  CHOICE,

  /** A button on a screen. */
  GUI,

  /** In which of two pictures? */
  MULTI_IMAGE;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SIDE = 112;

  /** Rows of train.jsonl in the example; held_out.jsonl has {@link #HELD_OUT}. */
  public static final int TRAIN = 12;

  private static final int HELD_OUT = 4;

  /** Of many rows, held_out.jsonl gets one for so many of train.jsonl. */
  private static final int HELD_OUT_SHARE = 20;

  private static final Map<String, Color> COLOURS = new LinkedHashMap<>();

  static {
    COLOURS.put("red", Color.RED);
    COLOURS.put("green", Color.GREEN);
    COLOURS.put("blue", Color.BLUE);
    COLOURS.put("yellow", Color.YELLOW);
  }

  /** The folder's name under examples/toys. */
  public String folderName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What is drawn: rows of train.jsonl, from which seed, for a model of which sizes. */
  public record Size(int rows, long seed, TinyModel model) {}

  /** Writes everything; files that exist are replaced. */
  public void write(Size size, Path folder) throws IOException {
    Files.createDirectories(folder.resolve("images"));
    ImageIO.setUseCache(false);
    List<String> train = new ArrayList<>();
    List<String> heldOut = new ArrayList<>();
    int heldOutRows = Math.max(HELD_OUT, size.rows() / HELD_OUT_SHARE);
    for (int number = 0; number < size.rows() + heldOutRows; number++) {
      SplittableRandom random =
          new SplittableRandom(1_000_003 * (size.seed() - 1) + 7L * number + name().hashCode());
      String row = JSON.writeValueAsString(row(folder.resolve("images"), number, random));
      (number < size.rows() ? train : heldOut).add(row);
    }
    Files.write(folder.resolve("train.jsonl"), train);
    Files.write(folder.resolve("held_out.jsonl"), heldOut);
    ModelFolder.write(size.model(), Difficulty.standard(), folder.resolve("model"));
  }

  /** A box of a colour. */
  private record Tile(String colour, int x, int y, int width, int height) {
    List<Integer> corners() {
      return List.of(x, y, x + width, y + height);
    }
  }

  private Map<String, Object> row(Path images, int number, SplittableRandom random)
      throws IOException {
    List<Tile> tiles = tiles(random);
    Tile first = tiles.get(0);
    String picture = number + ".png";
    return switch (this) {
      case REC -> {
        draw(images.resolve(picture), tiles);
        yield row(
            number, picture, "<image>Where is the " + first.colour + " box?", first.corners());
      }
      case OVD -> {
        draw(images.resolve(picture), tiles);
        Map<String, Object> row =
            row(
                number,
                picture,
                "<image>Find every red, green, blue and yellow box. Answer with a JSON list of"
                    + " bbox_2d and label.",
                fenced(tiles));
        row.put("completion", "<answer>" + fenced(sloppy(random, tiles)) + "</answer>");
        yield row;
      }
      case MATH -> {
        int a = random.nextInt(2, 50);
        int b = random.nextInt(2, 50);
        yield row(
            number,
            null,
            "What is " + a + "/" + b + " + 1? Answer with a fraction.",
            "\\frac{" + (a + b) + "}{" + b + "}");
      }
      case CHOICE -> {
        draw(images.resolve(picture), tiles.subList(0, 1));
        List<String> names = List.copyOf(COLOURS.keySet());
        yield row(
            number,
            picture,
            "<image>Which colour is the box? A. red B. green C. blue D. yellow",
            String.valueOf((char) ('A' + names.indexOf(first.colour))));
      }
      case GUI -> {
        screen(images.resolve(picture), tiles);
        yield row(
            number, picture, "<image>Click on the " + first.colour + " button.", first.corners());
      }
      case MULTI_IMAGE -> {
        boolean second = random.nextBoolean();
        draw(images.resolve(number + "-1.png"), tiles.subList(second ? 1 : 0, second ? 2 : 1));
        draw(images.resolve(number + "-2.png"), tiles.subList(second ? 0 : 1, second ? 1 : 2));
        yield row(
            number,
            List.of(number + "-1.png", number + "-2.png"),
            "<image><image>Which picture shows the "
                + first.colour
                + " box? A. the first B. the second",
            second ? "B" : "A");
      }
    };
  }

  /** Two boxes of different colours, one in each half. */
  private static List<Tile> tiles(SplittableRandom random) {
    List<String> names = new ArrayList<>(COLOURS.keySet());
    List<Tile> tiles = new ArrayList<>();
    for (int half = 0; half < 2; half++) {
      String colour = names.remove(random.nextInt(names.size()));
      int width = random.nextInt(16, 40);
      int x = half * SIDE / 2 + random.nextInt(4, SIDE / 2 - width);
      tiles.add(new Tile(colour, x, random.nextInt(4, 60), width, random.nextInt(16, 40)));
    }
    return tiles;
  }

  /**
   * What SFT is taught: in a third of the rows a box comes once more, a little off, as models do
   * that nobody trained for detection.
   */
  private static List<Tile> sloppy(SplittableRandom random, List<Tile> tiles) {
    List<Tile> shown = new ArrayList<>(tiles);
    if (random.nextInt(3) == 0) {
      Tile again = tiles.get(random.nextInt(tiles.size()));
      shown.add(
          new Tile(
              again.colour,
              again.x + random.nextInt(-3, 4),
              again.y + random.nextInt(-3, 4),
              again.width + random.nextInt(-3, 4),
              again.height + random.nextInt(-3, 4)));
    }
    return shown;
  }

  private static Map<String, Object> row(
      int number, @Nullable Object image, String question, Object answer) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", number);
    if (image != null) {
      row.put("image", image);
    }
    row.put(
        "conversations",
        List.of(
            Map.of("from", "human", "value", question), Map.of("from", "gpt", "value", answer)));
    return row;
  }

  private static String fenced(List<Tile> tiles) throws IOException {
    List<Map<String, Object>> boxes = new ArrayList<>();
    for (Tile tile : tiles) {
      Map<String, Object> box = new LinkedHashMap<>();
      box.put("bbox_2d", tile.corners());
      box.put("label", tile.colour);
      boxes.add(box);
    }
    return "```json\n" + JSON.writeValueAsString(boxes) + "\n```";
  }

  private static void draw(Path file, List<Tile> tiles) throws IOException {
    paint(file, tiles, Color.WHITE);
  }

  private static void screen(Path file, List<Tile> tiles) throws IOException {
    paint(file, tiles, Color.LIGHT_GRAY);
  }

  private static void paint(Path file, List<Tile> tiles, Color ground) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(ground);
    graphics.fillRect(0, 0, SIDE, SIDE);
    for (Tile tile : tiles) {
      graphics.setColor(COLOURS.get(tile.colour));
      graphics.fillRect(tile.x, tile.y, tile.width, tile.height);
    }
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
  }
}
