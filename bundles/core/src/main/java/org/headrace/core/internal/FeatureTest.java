package org.headrace.core.internal;

import java.util.Set;

/**
 * A coarse test of feature expressions. Where one uses more than {@code &} and {@code |} it is up
 * to the selector, and everything is taken for possible here.
 */
final class FeatureTest {
  private FeatureTest() {}

  static boolean possible(String expression, Set<String> features) {
    if (expression.isEmpty() || expression.matches(".*[\\[\\](){}*].*")) {
      return true;
    }
    for (String alternative : expression.split("\\|")) {
      boolean all = true;
      for (String name : alternative.split("[&,]")) {
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
