package io.vlmr1.reward.math;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What numbers count: units of measure with their sizes, or any other words.
 *
 * @param name as compared: lower case, singular
 * @param size in base units, where the unit is known
 * @param dimension powers of the base units, empty where the unit is not known
 */
record Units(String name, Optional<Rational> size, Map<String, Integer> dimension) {
  private static final Map<String, Measure> KNOWN = new HashMap<>();
  private static final Set<String> SAYS_NOTHING = Set.of("unit", "percent");

  /** Of an angle: it may be left out, and is a number of radians beside π. */
  static final Units DEGREE = new Units("degree", Optional.empty(), Map.of());

  private static final Set<String> TEMPERATURES = Set.of("c", "f");

  private record Measure(String base, Rational size) {}

  static {
    table(
        "m",
        "mm millimeter millimetre=1/1000 cm centimeter centimetre=1/100 dm=1/10 meter metre=1"
            + " km kilometer kilometre=1000 inch in=127/5000 ft foot feet=381/1250"
            + " yd yard=1143/1250 mi mile=201168/125");
    table("g", "mg milligram=1/1000 g gram gm=1 kg kilogram=1000 ton tonne=1000000");
    table("s", "ms millisecond=1/1000 sec second=1 min minute=60 hr hour=3600 day=86400");
    table("s", "week=604800");
    table("L", "ml mL milliliter millilitre=1/1000 liter litre=1");
    table("$", "cent=1/100 dollar=1");
    table("J", "J joule=1 kJ kilojoule=1000 MJ=1000000");
    table("W", "mW milliwatt=1/1000 W watt=1 kW kilowatt=1000 MW megawatt=1000000");
    table("N", "N newton=1 kN=1000");
    table("Pa", "Pa pascal=1 kPa=1000 MPa=1000000");
    table("Hz", "Hz hertz=1 kHz=1000 MHz=1000000 GHz=1000000000");
    table("V", "mV=1/1000 V volt=1 kV=1000");
    table("A", "mA milliamp=1/1000 A amp ampere=1");
    table("ohm", "ohm=1");
  }

  private static void table(String base, String entries) {
    for (String entry : entries.split("(?<=\\d) ", -1)) {
      String size = entry.substring(entry.indexOf('=') + 1).trim();
      String[] parts = size.split("/", -1);
      Rational value =
          Rational.of(Long.parseLong(parts[0]), parts.length > 1 ? Long.parseLong(parts[1]) : 1);
      for (String name : entry.substring(0, entry.indexOf('=')).trim().split(" ", -1)) {
        KNOWN.put(name, new Measure(base, value));
      }
    }
  }

  /** Whether a word of letters that follows a number is surely a unit. */
  static boolean known(String word) {
    return word.length() > 1
        && !word.equals("in")
        && (KNOWN.containsKey(word) || KNOWN.containsKey(singular(word.toLowerCase(Locale.ROOT))));
  }

  /** Whether words are a unit of known size, "miles per hour" say, and no sentence. */
  static boolean isMeasure(String words) {
    return of(words).filter(unit -> unit.size.isPresent()).isPresent();
  }

  /** A unit from the words beside a number; empty when they say nothing. */
  static Optional<Units> of(String words) {
    String plain =
        words
            .replaceAll("[{}$\\\\.]", "")
            .replaceAll("\\bper\\b", "/")
            .replaceAll("\\bmph\\b", "mi/h")
            .replaceAll("\\bkm?ph\\b", "km/h")
            .replaceAll("\\brad\\b", "radian")
            .replaceAll("(?i)\\b(?:degrees? )?(?:celsius|C\\b)", "C")
            .replaceAll("(?i)\\b(?:degrees? )?(?:fahrenheit|F\\b)", "F")
            .replaceAll("\\s+", " ")
            .strip();
    plain = plain.replaceAll("(?i)\\bsquare (\\p{Alpha}+)", "$1^2");
    plain = plain.replaceAll("(?i)\\bcubic (\\p{Alpha}+)", "$1^3");
    plain = plain.replaceAll("(?i)\\bsq ?(\\p{Alpha}+)", "$1^2");
    String name = singularWords(plain);
    if (name.isEmpty() || SAYS_NOTHING.contains(name.replaceAll("\\^\\d", ""))) {
      return Optional.empty();
    }
    if (name.equals(DEGREE.name)) {
      return Optional.of(DEGREE);
    }
    return Optional.of(measured(plain).orElse(new Units(name, Optional.empty(), Map.of())));
  }

  /** What a sign before an amount counts. */
  static Optional<Units> currency(String sign) {
    return of(
        switch (sign) {
          case "€" -> "euro";
          case "£" -> "pound";
          case "¥" -> "yen";
          default -> "dollar";
        });
  }

  /** An angle in degrees as a number. */
  static Expr radians(Expr degrees) {
    return new Expr.Call("mul", degrees, new Expr.Call("div", Expr.Call.PI, Expr.of(180)));
  }

  /** Whether these are radians. */
  boolean areRadians() {
    return name.equals("radian");
  }

  private static Optional<Units> measured(String plain) {
    Rational size = Rational.ONE;
    Map<String, Integer> dimension = new TreeMap<>();
    int side = 1;
    for (String part : plain.replace("/", " / ").split("[ *·]+", -1)) {
      if (part.equals("/")) {
        side = -1;
        continue;
      }
      String[] power = part.split("\\^", -1);
      if (part.isEmpty() || power.length > 2 || (power.length == 2 && !small(power[1]))) {
        return Optional.empty();
      }
      Measure measure = measure(power[0]);
      if (measure == null) {
        return Optional.empty();
      }
      int exponent = side * (power.length == 2 ? Integer.parseInt(power[1]) : 1);
      size = size.times(measure.size().power(exponent));
      dimension.merge(measure.base(), exponent, Integer::sum);
    }
    return Optional.of(new Units(singularWords(plain), Optional.of(size), dimension));
  }

  private static boolean small(String power) {
    return power.matches("-?[1-4]");
  }

  private static @Nullable Measure measure(String word) {
    if (word.equals("m") || word.equals("g") || word.equals("s") || word.equals("L")) {
      return new Measure(word, Rational.ONE);
    }
    if (word.equals("h")) {
      return new Measure("s", Rational.of(3600));
    }
    Measure exact = KNOWN.get(word);
    boolean mega = word.matches("M[a-z]"); // Mg is no milligram
    return exact != null || mega ? exact : KNOWN.get(singular(word.toLowerCase(Locale.ROOT)));
  }

  private static String singularWords(String words) {
    StringBuilder result = new StringBuilder();
    for (String word : words.toLowerCase(Locale.ROOT).split(" ", -1)) {
      result.append(result.length() == 0 ? "" : " ").append(singular(word));
    }
    return result.toString();
  }

  private static String singular(String word) {
    return switch (word) {
      case "feet" -> "foot";
      case "inches" -> "inch";
      case "people" -> "person";
      default ->
          word.length() > 2 && word.endsWith("s") && !word.endsWith("ss")
              ? word.substring(0, word.length() - 1)
              : word;
    };
  }

  /** How many of the other unit one of this is; empty when they measure different things. */
  Optional<Rational> in(Units other) {
    if (size.isPresent() && other.size.isPresent()) { // mW and MW have one name in lower case
      return dimension.equals(other.dimension)
          ? Optional.of(size.get().over(other.size.get()))
          : Optional.empty();
    }
    boolean warm =
        (equals(DEGREE) && TEMPERATURES.contains(other.name))
            || (other.equals(DEGREE) && TEMPERATURES.contains(name)); // 25° for 25 °C
    return warm || name.equals(other.name) ? Optional.of(Rational.ONE) : Optional.empty();
  }
}
