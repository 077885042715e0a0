package org.headrace.core.internal;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A coarse test of feature expressions. Where one uses more than {@code &} and {@code |} it is up
 * to the selector, and everything is taken for possible here.
 */
final class FeatureTest {
  private static final Pattern OTHER = Pattern.compile("[\\[\\](){}*]");
  private static final Pattern OR = Pattern.compile("\\|");
  private static final Pattern COUNT = Pattern.compile("\\*(\\d{1,6})");

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

  /** How many nodes an expression without alternatives asks for at least, or zero. */
  static int nodes(String expression) {
    int most = 0;
    Matcher counts = COUNT.matcher(expression);
    while (expression.indexOf('|') < 0 && counts.find()) {
      most = Math.max(most, Integer.parseInt(counts.group(1)));
    }
    return most;
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
