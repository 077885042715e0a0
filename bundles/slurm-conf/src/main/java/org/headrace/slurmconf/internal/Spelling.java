package org.headrace.slurmconf.internal;

import java.util.Collection;
import java.util.Locale;

/** Finds what the author may have meant. */
final class Spelling {
  private static final int MAX_LENGTH = 64;

  private Spelling() {}

  /** A hint to append to a message: {@code ; did you mean SlurmUser?} or nothing. */
  static String hint(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return "";
    }
    String best = "";
    int bestDistance = Math.max(2, word.length() / 4) + 1;
    for (String candidate : known) {
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        bestDistance = distance;
        best = candidate;
      }
    }
    return best.isEmpty() ? "" : "; did you mean " + best + "?";
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
