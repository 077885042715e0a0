package org.headrace.commands.internal.submit;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.slurmconf.text.TextFormatException;

/**
 * A number of nodes: {@code 4}, {@code 2-8}, {@code 1k}.
 *
 * @param min fewest
 * @param max most
 */
record NodeCount(int min, int max) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}[km]?)(?:-(\\d{1,9}[km]?))?");
  private static final int KIBI = 1024;

  /**
   * Reads it.
   *
   * @throws TextFormatException when it is no such number
   */
  static NodeCount parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TextFormatException(
          "node count " + TextFormatException.quote(text) + " is not N or MIN-MAX");
    }
    int min = number(text, matcher.group(1));
    return new NodeCount(min, matcher.group(2) == null ? min : number(text, matcher.group(2)));
  }

  private static int number(String text, String digits) {
    char last = digits.charAt(digits.length() - 1);
    long factor = last == 'k' ? KIBI : last == 'm' ? KIBI * KIBI : 1;
    String plain = factor == 1 ? digits : digits.substring(0, digits.length() - 1);
    long count = Long.parseLong(plain) * factor;
    if (count >= Integer.MAX_VALUE) {
      throw new TextFormatException(
          "node count " + TextFormatException.quote(text) + " is larger than any cluster");
    }
    return (int) count;
  }
}
