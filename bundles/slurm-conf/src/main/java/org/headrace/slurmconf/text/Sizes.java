package org.headrace.slurmconf.text;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory sizes and counts with their suffixes. Memory is in MiB. Stateless. */
public final class Sizes {
  private static final Pattern MEMORY = Pattern.compile("(\\d{1,18})(?:([kmgt])b?)?");
  private static final Pattern COUNT = Pattern.compile("(\\d{1,18})([kmgtp]?)");
  private static final String UNITS = "MGTPEZ";
  private static final long KIB = 1024;

  private Sizes() {}

  /**
   * Reads a memory size: a number of MiB, or with suffix K, M, G or T (a B may follow). Kibibytes
   * are rounded up.
   *
   * @return MiB
   * @throws TextFormatException when it is no such number or too large
   */
  public static long parseMemory(String text) {
    Matcher matcher = MEMORY.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TextFormatException(
          "memory size "
              + TextFormatException.quote(text)
              + " is not a whole number of MiB, or one followed by K, M, G or T");
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "m" : matcher.group(2);
    switch (unit) {
      case "k":
        return (number + KIB - 1) / KIB;
      case "g":
        return times(text, number, KIB);
      case "t":
        return times(text, number, KIB * KIB);
      default:
        return number;
    }
  }

  /**
   * Reads a count where K, M, G, T and P stand for powers of 1024, as node counts and GRES use.
   *
   * @throws TextFormatException when it is no such number or too large
   */
  public static long parseCount(String text) {
    Matcher matcher = COUNT.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TextFormatException(
          "count "
              + TextFormatException.quote(text)
              + " is not a whole number, or one followed by K, M, G, T or P (powers of 1024)");
    }
    long factor = 1;
    for (int i = "kmgtp".indexOf(matcher.group(2)); i >= 0 && !matcher.group(2).isEmpty(); i--) {
      factor *= KIB;
    }
    return times(text, Long.parseLong(matcher.group(1)), factor);
  }

  /**
   * As commands print memory: the largest unit in which it is whole or half, {@code 1000M}, {@code
   * 1.50G}, {@code 2T}.
   */
  public static String formatMemory(long mebibytes) {
    if (mebibytes == 0) {
      return "0";
    }
    double value = mebibytes;
    long rest = mebibytes;
    int unit = 0;
    while (rest >= KIB && rest % (KIB / 2) == 0 && unit + 1 < UNITS.length()) {
      value = rest / (double) KIB;
      unit++;
      if (rest % KIB != 0) {
        break;
      }
      rest /= KIB;
    }
    String number =
        value == Math.rint(value)
            ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.2f", value);
    return number + UNITS.charAt(unit);
  }

  private static long times(String text, long number, long factor) {
    try {
      return Math.multiplyExact(number, factor);
    } catch (ArithmeticException e) {
      throw new TextFormatException(
          "size " + TextFormatException.quote(text) + " is larger than any machine");
    }
  }
}
