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
 * model folder without weights. It shows how rows of the task look; nothing can be learned from so
 * few.
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
  private static final int TRAIN = 12;
  private static final int HELD_OUT = 4;
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

  /**
   * Writes everything; files that exist are replaced.
   *
   * @param model sizes of the model
   */
  public void write(TinyModel model, Path folder) throws IOException {
    Files.createDirectories(folder.resolve("images"));
    ImageIO.setUseCache(false);
    List<String> train = new ArrayList<>();
    List<String> heldOut = new ArrayList<>();
    for (int number = 0; number < TRAIN + HELD_OUT; number++) {
      String row = JSON.writeValueAsString(row(folder.resolve("images"), number));
      (number < TRAIN ? train : heldOut).add(row);
    }
    Files.write(folder.resolve("train.jsonl"), train);
    Files.write(folder.resolve("held_out.jsonl"), heldOut);
    ModelFolder.write(model, Difficulty.standard(), folder.resolve("model"));
  }

  /** A box of a colour. */
  private record Tile(String colour, int x, int y, int width, int height) {
    List<Integer> corners() {
      return List.of(x, y, x + width, y + height);
    }
  }

  private Map<String, Object> row(Path images, int number) throws IOException {
    SplittableRandom random = new SplittableRandom(7L * number + name().hashCode());
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
        yield row(
            number,
            picture,
            "<image>Find every red, green, blue and yellow box. Answer with a JSON list of bbox_2d"
                + " and label.",
            fenced(tiles));
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
