package org.headrace.commands.internal.submit;

import org.headrace.slurmconf.text.TextFormatException;

/**
 * The form of a constraint on features: {@code a&b}, {@code a|b}, {@code (a|b)&c}, {@code [a|b]},
 * {@code a*2}. What it means is up to the selector.
 */
public final class FeatureNotation {
  private static final String OPERATORS = "&|,";
  private static final String SPECIAL = OPERATORS + "()[]*";
  private static final int MAX_DEPTH = 20;
  private static final int MAX_DIGITS = 6;

  private final String text;
  private int at;
  private int depth;

  private FeatureNotation(String text) {
    this.text = text;
  }

  /**
   * Checks it; an empty one asks for nothing.
   *
   * @throws TextFormatException when it is malformed; says what is wrong, and where
   */
  public static void check(String text) {
    if (text.isBlank()) {
      return;
    }
    FeatureNotation notation = new FeatureNotation(text);
    notation.expression(false);
    if (notation.at < text.length()) {
      throw notation.wrong("'" + text.charAt(notation.at) + "' is out of place");
    }
  }

  /** In brackets, all nodes are alike, or there are so many of each kind. */
  private void expression(boolean inBrackets) {
    boolean counted = term();
    while (at < text.length() && OPERATORS.indexOf(text.charAt(at)) >= 0) {
      boolean and = text.charAt(at) != '|';
      int operator = at++;
      boolean both = term() && counted;
      if (inBrackets && and && !both) {
        at = operator;
        throw wrong("in brackets, each feature beside '&' has a number of nodes, as in [a*1&b*2]");
      }
    }
  }

  /** True when a number of nodes follows. */
  private boolean term() {
    if (comes('(') || comes('[')) {
      group(text.charAt(at));
    } else {
      name();
    }
    boolean counted = comes('*');
    if (counted) {
      at++;
      count();
    }
    return counted;
  }

  private void group(char open) {
    int start = at++;
    if (++depth > MAX_DEPTH) {
      throw wrong("more than " + MAX_DEPTH + " parentheses in each other");
    }
    expression(open == '[');
    char close = open == '(' ? ')' : ']';
    if (!comes(close)) {
      at = start;
      throw wrong("'" + open + "' is never closed by '" + close + "'");
    }
    at++;
    depth--;
  }

  private void name() {
    int start = at;
    while (at < text.length() && SPECIAL.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (text.substring(start, at).isBlank()) {
      throw wrong("the name of a feature is missing");
    }
  }

  private void count() {
    int start = at;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    }
    if (at == start || at - start > MAX_DIGITS || text.charAt(start) == '0') {
      at = start;
      throw wrong("after '*' comes a number of nodes, from 1 to 999999");
    }
  }

  private boolean comes(char wanted) {
    return at < text.length() && text.charAt(at) == wanted;
  }

  private TextFormatException wrong(String what) {
    return new TextFormatException(
        "features " + TextFormatException.quote(text) + ", character " + (at + 1) + ": " + what);
  }
}
