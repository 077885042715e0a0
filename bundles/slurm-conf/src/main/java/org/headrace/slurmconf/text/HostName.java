package org.headrace.slurmconf.text;

/**
 * A name split into what comes before its trailing digits and those digits. Names without trailing
 * digits, or with more than fit a number, have {@code digits = 0}.
 */
record HostName(String prefix, int digits, long number) implements Comparable<HostName> {
  private static final int MAX_DIGITS = 18;

  static HostName of(String name) {
    int start = name.length();
    while (start > 0 && isDigit(name.charAt(start - 1))) {
      start--;
    }
    int digits = name.length() - start;
    if (digits == 0 || digits > MAX_DIGITS) {
      return new HostName(name, 0, 0);
    }
    return new HostName(name.substring(0, start), digits, Long.parseLong(name.substring(start)));
  }

  boolean hasNumber() {
    return digits > 0;
  }

  /** The digits as written. */
  String numberText() {
    String text = Long.toString(number);
    return "0".repeat(digits - text.length()) + text;
  }

  @Override
  public int compareTo(HostName other) {
    int byPrefix = compareNaturally(prefix, other.prefix);
    if (byPrefix != 0) {
      return byPrefix;
    }
    int byWidth = Integer.compare(digits, other.digits);
    return byWidth != 0 ? byWidth : Long.compare(number, other.number);
  }

  /** Digits inside compare as numbers, so that b2x sorts before b10x. */
  private static int compareNaturally(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
        int endA = digitsEnd(a, i);
        int endB = digitsEnd(b, j);
        int order = compareDigits(a.substring(i, endA), b.substring(j, endB));
        if (order != 0) {
          return order;
        }
        i = endA;
        j = endB;
      } else if (a.charAt(i) != b.charAt(j)) {
        return Character.compare(a.charAt(i), b.charAt(j));
      } else {
        i++;
        j++;
      }
    }
    return Integer.compare(a.length() - i, b.length() - j);
  }

  private static int compareDigits(String a, String b) {
    String left = a.replaceFirst("^0+(?=.)", "");
    String right = b.replaceFirst("^0+(?=.)", "");
    if (left.length() != right.length()) {
      return Integer.compare(left.length(), right.length());
    }
    int order = left.compareTo(right);
    return order != 0 ? order : Integer.compare(a.length(), b.length());
  }

  private static int digitsEnd(String text, int from) {
    int end = from;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
