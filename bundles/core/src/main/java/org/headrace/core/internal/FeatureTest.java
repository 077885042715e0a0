package org.headrace.core.internal;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A coarse test of feature expressions. Where one uses more than {@code &} and {@code |} it is up
 * to the selector, and everything is taken for possible here.
 */
final class FeatureTest {
  private static final Pattern OTHER = Pattern.compile("[\\[\\](){}*]");
  private static final Pattern OR = Pattern.compile("\\|");
  private static final Pattern COUNT = Pattern.compile("\\*(\\d{1,6})");

  private static final Pattern COUNTED = Pattern.compile("([^&|,()\\[\\]{}!*]+)\\*(\\d{1,6})");
  private static final Pattern BRACKET = Pattern.compile("\\[[^\\]]*\\]");

  private static final Pattern AND = Pattern.compile("[&,]");

  private FeatureTest() {}

  /** The names in an expression, in the order of the alphabet. */
  static Set<String> names(String expression) {
    Set<String> names = new TreeSet<>();
    for (String word : expression.replaceAll("\\*\\d+", "").split("[&|,()\\[\\]{}!]")) {
      if (!word.isBlank()) {
        names.add(word.strip());
      }
    }
    return names;
  }

  /**
   * How many nodes an expression without alternatives asks for at least, or zero. In brackets each
   * feature has nodes of its own.
   */
  static int nodes(String expression) {
    if (expression.indexOf('|') >= 0) {
      return 0;
    }
    int most = counts(BRACKET.matcher(expression).replaceAll("&")).reduce(0, Math::max);
    Matcher brackets = BRACKET.matcher(expression);
    while (brackets.find()) {
      most = Math.max(most, counts(brackets.group()).sum());
    }
    return most;
  }

  private static IntStream counts(String expression) {
    return COUNT.matcher(expression).results().mapToInt(count -> Integer.parseInt(count.group(1)));
  }

  /** Of how many nodes each feature is demanded, in an expression without alternatives. */
  static Map<String, Integer> counted(String expression) {
    Map<String, Integer> counted = new TreeMap<>();
    if (expression.indexOf('|') < 0) {
      COUNTED
          .matcher(expression)
          .results()
          .forEach(
              one ->
                  counted.merge(one.group(1).strip(), Integer.parseInt(one.group(2)), Math::max));
    }
    return counted;
  }

  static boolean possible(String expression, Set<String> features) {
    if (expression.isEmpty() || OTHER.matcher(expression).find()) {
      return true;
    }
    for (String alternative : OR.split(expression)) {
      boolean all = true;
      for (String name : AND.split(alternative)) {
        String feature = name.strip();
        all &=
            feature.startsWith("!")
                ? !features.contains(feature.substring(1))
                : features.contains(feature);
      }
      if (all) {
        return true;
      }
    }
    return false;
  }
}
