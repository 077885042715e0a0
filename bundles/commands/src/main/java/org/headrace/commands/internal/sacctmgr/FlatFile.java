package org.headrace.commands.internal.sacctmgr;

import java.util.ArrayList;
import java.util.List;

/**
 * The form in which {@code sacctmgr dump} writes accounts and users, and {@code load} reads them: a
 * title, a dash, a name, and settings with colons between them. Quotes keep blanks, colons and
 * commas together; lines that begin with {@code #} are comments.
 */
final class FlatFile {
  /**
   * A line that says something.
   *
   * @param number counted from one
   * @param title what it is about, such as {@code Account}
   * @param name of what it is about
   * @param settings the rest, in the order in which it was given
   */
  record Line(int number, String title, String name, List<Term> settings) {}

  /** A line that can't be understood. */
  static final class Misformatted extends Exception {
    private static final long serialVersionUID = 1L;

    Misformatted(int number, String text) {
      super(" Misformatted line(" + number + "): " + text, null, false, false);
    }
  }

  private static final List<String> TITLES = List.of("Cluster", "Parent", "Account", "User");

  private FlatFile() {}

  static List<Line> read(String text) throws Misformatted {
    List<Line> lines = new ArrayList<>();
    String[] all = text.split("\\R", -1);
    for (int i = 0; i < all.length; i++) {
      String line = all[i].strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        lines.add(line(i + 1, line));
      }
    }
    return lines;
  }

  private static Line line(int number, String text) throws Misformatted {
    int dash = text.indexOf(" - ");
    String title = dash < 0 ? "" : text.substring(0, dash).strip();
    String known = TITLES.stream().filter(title::equalsIgnoreCase).findFirst().orElse(null);
    List<String> words = known == null ? null : words(text.substring(dash + 3).strip());
    if (words == null || words.get(0).isEmpty()) {
      throw new Misformatted(number, text);
    }
    List<Term> settings = new ArrayList<>();
    for (String word : words.subList(1, words.size())) {
      Term term = Term.of(word);
      if (term.bare()) {
        throw new Misformatted(number, text);
      }
      settings.add(term);
    }
    return new Line(number, known, words.get(0), settings);
  }

  /** Words between colons, without quotes; null for a quote that doesn't end. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (char c : text.toCharArray()) {
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
        if (quote == 0) {
          continue;
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        continue;
      } else if (c == ':') {
        words.add(word.toString().strip());
        word.setLength(0);
        continue;
      }
      word.append(c);
    }
    words.add(word.toString().strip());
    return quote == 0 ? words : null;
  }
}
