package org.headrace.slurmconf.text;

import java.util.ArrayList;
import java.util.List;
import org.headrace.slurmconf.text.HostTerm.NumberRange;

/** Reads a hostlist in one pass, without recursion, so that hostile nesting costs nothing. */
final class HostlistParser {
  private static final int MAX_DIGITS = 18;
  private static final int MAX_DIMENSIONS = 16;

  private final String text;
  private final boolean blanksSeparate;
  private int at;

  private HostlistParser(String text, boolean blanksSeparate) {
    this.text = text;
    this.blanksSeparate = blanksSeparate;
  }

  static List<HostTerm> parse(String text) {
    return new HostlistParser(text, true).terms();
  }

  /** Names of files may have blanks: commas alone are between them. */
  static List<HostTerm> parseFiles(String text) {
    return new HostlistParser(text, false).terms();
  }

  private List<HostTerm> terms() {
    List<HostTerm> terms = new ArrayList<>();
    while (at < text.length()) {
      if (isSeparator(text.charAt(at))) {
        at++;
      } else {
        terms.add(term());
      }
    }
    return terms;
  }

  private HostTerm term() {
    List<String> literals = new ArrayList<>();
    List<List<NumberRange>> dimensions = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    while (at < text.length() && !isSeparator(text.charAt(at))) {
      char c = text.charAt(at);
      if (c == '[') {
        if (dimensions.size() == MAX_DIMENSIONS) {
          throw problem("more than " + MAX_DIMENSIONS + " bracketed parts in one name", at);
        }
        literals.add(literal.toString());
        literal.setLength(0);
        dimensions.add(ranges());
      } else if (c == ']') {
        throw problem("']' without a '[' before it", at);
      } else if (c < ' ' || c == 0x7f) {
        throw problem("control character in a name", at);
      } else {
        literal.append(c);
        at++;
      }
    }
    literals.add(literal.toString());
    return new HostTerm(literals, dimensions);
  }

  private List<NumberRange> ranges() {
    int open = at;
    int close = text.indexOf(']', open);
    if (close < 0) {
      throw problem("'[' is never closed by ']'", open);
    }
    at = open + 1;
    List<NumberRange> ranges = new ArrayList<>();
    while (true) {
      ranges.add(range());
      char c = text.charAt(at);
      if (c == ']') {
        at++;
        return ranges;
      }
      if (c != ',') {
        throw problem("unexpected '" + printable(c) + "' in a range; write [1-3,7]", at);
      }
      at++;
    }
  }

  private NumberRange range() {
    int start = at;
    String low = digits();
    String high = low;
    if (text.charAt(at) == '-') {
      at++;
      high = digits();
    }
    long from = Long.parseLong(low);
    long to = Long.parseLong(high);
    if (to < from) {
      throw problem("range " + low + "-" + high + " runs backwards", start);
    }
    return new NumberRange(from, to, low.length());
  }

  private String digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      String found = at < text.length() ? "'" + printable(text.charAt(at)) + "'" : "the end";
      throw problem("a number is expected and " + found + " found; write [1-3,7]", start);
    }
    if (at - start > MAX_DIGITS) {
      throw problem("a number has more than " + MAX_DIGITS + " digits", start);
    }
    return text.substring(start, at);
  }

  private TextFormatException problem(String what, int where) {
    return new TextFormatException(
        "hostlist " + TextFormatException.quote(text) + ", character " + (where + 1) + ": " + what,
        where);
  }

  private static String printable(char c) {
    return c < ' ' ? String.format("\\x%02x", (int) c) : String.valueOf(c);
  }

  private boolean isSeparator(char c) {
    return c == ',' || blanksSeparate && (c == ' ' || c == '\t' || c == '\n');
  }
}
