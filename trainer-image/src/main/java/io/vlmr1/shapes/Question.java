package io.vlmr1.shapes;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A question with one right answer.
 *
 * @param kind attribute, position, relation, or two relations
 * @param text "Find the small red circle left of the square."
 * @param target what it asks for
 */
record Question(String kind, String text, Figure target) {
  private static final int TRIES = 60;

  /**
   * A question about a scene, of a kind chosen by the difficulty's shares; empty when none is
   * clear.
   */
  static Optional<Question> random(RandomGenerator random, Scene scene, Difficulty difficulty) {
    double kind = random.nextDouble();
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Figure target = pick(random, scene);
      Optional<Question> question;
      if (kind < difficulty.attributeShare()) {
        question = attribute(random, scene, target);
      } else if (kind < difficulty.attributeShare() + difficulty.positionShare()) {
        question = position(random, scene, target);
      } else {
        question = relation(random, scene, target);
      }
      if (question.isPresent()) {
        return question;
      }
    }
    return Optional.empty();
  }

  /** A question with two relations to one anchor, which training never asks. */
  static Optional<Question> twoRelations(RandomGenerator random, Scene scene) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Figure target = pick(random, scene);
      Figure anchor = pick(random, scene);
      Phrase named = Phrase.random(random, target);
      Phrase anchorNamed = Phrase.random(random, anchor);
      Side across = random.nextBoolean() ? Side.LEFT : Side.RIGHT;
      Side along = random.nextBoolean() ? Side.ABOVE : Side.BELOW;
      List<Figure> candidates = others(named, scene, anchor);
      boolean clear =
          !target.equals(anchor)
              && anchorNamed.in(scene).size() == 1
              && candidates.size() > 1
              && candidates.stream()
                  .noneMatch(one -> across.doubtful(one, anchor) || along.doubtful(one, anchor));
      List<Figure> answers =
          candidates.stream()
              .filter(one -> across.holds(one, anchor) && along.holds(one, anchor))
              .toList();
      if (clear && answers.equals(List.of(target))) {
        return Optional.of(
            find(
                "two relations",
                named.words()
                    + " "
                    + along.relation()
                    + " and "
                    + across.relation()
                    + " the "
                    + anchorNamed.words(),
                target));
      }
    }
    return Optional.empty();
  }

  /** A question about one figure of a scene by its attributes. */
  static Optional<Question> attribute(RandomGenerator random, Scene scene, Figure target) {
    Phrase named = Phrase.random(random, target);
    return named.in(scene).size() == 1
        ? Optional.of(find("attribute", named.words(), target))
        : Optional.empty();
  }

  private static Optional<Question> position(RandomGenerator random, Scene scene, Figure target) {
    Phrase named = Phrase.random(random, target);
    Side side = Side.ALL.get(random.nextInt(4));
    List<Figure> candidates = named.in(scene);
    boolean clear =
        candidates.size() > 1
            && candidates.stream().allMatch(one -> one.equals(target) || side.holds(target, one));
    return clear
        ? Optional.of(find("position", side.extreme() + " " + named.words(), target))
        : Optional.empty();
  }

  private static Optional<Question> relation(RandomGenerator random, Scene scene, Figure target) {
    Figure anchor = pick(random, scene);
    Phrase named = Phrase.random(random, target);
    Phrase anchorNamed = Phrase.random(random, anchor);
    Side side = Side.ALL.get(random.nextInt(4));
    List<Figure> candidates = others(named, scene, anchor);
    boolean clear =
        !target.equals(anchor)
            && anchorNamed.in(scene).size() == 1
            && candidates.size() > 1
            && candidates.stream().noneMatch(one -> side.doubtful(one, anchor));
    List<Figure> answers = candidates.stream().filter(one -> side.holds(one, anchor)).toList();
    return clear && answers.equals(List.of(target))
        ? Optional.of(
            find(
                "relation",
                named.words() + " " + side.relation() + " the " + anchorNamed.words(),
                target))
        : Optional.empty();
  }

  private static Question find(String kind, String what, Figure target) {
    return new Question(kind, "Find the " + what + ".", target);
  }

  private static List<Figure> others(Phrase named, Scene scene, Figure anchor) {
    return named.in(scene).stream().filter(one -> !one.equals(anchor)).toList();
  }

  private static Figure pick(RandomGenerator random, Scene scene) {
    return scene.figures().get(random.nextInt(scene.figures().size()));
  }
}
