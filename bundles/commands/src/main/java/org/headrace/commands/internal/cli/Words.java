package org.headrace.commands.internal.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a file or a prompt, in words. Quotes of either kind hold words together, and are
 * dropped.
 *
 * @param words words in order
 * @param openQuote true when the last quote was not closed
 */
public record Words(List<String> words, boolean openQuote) {
  /** Splits a list at commas outside brackets; without empty parts. */
  public static List<String> list(String text) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ',' && depth <= 0) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    parts.removeIf(String::isEmpty);
    return parts;
  }

  /** Splits a line. */
  public static Words of(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    boolean started = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        started = true;
      } else if (Character.isWhitespace(c)) {
        if (started) {
          words.add(word.toString());
          word.setLength(0);
          started = false;
        }
      } else {
        word.append(c);
        started = true;
      }
    }
    if (started) {
      words.add(word.toString());
    }
    return new Words(words, quote != 0);
  }
}
