package org.headrace.slurmconf.text;

import java.util.BitSet;

/** Sets of CPUs as hexadecimal masks, {@code 0x0F}. Stateless. */
public final class CpuMask {
  private static final int MAX_DIGITS = 16384;

  private CpuMask() {}

  /** A mask in upper-case hexadecimal with {@code 0x} before it; an empty set is {@code 0x0}. */
  public static String format(BitSet cpus) {
    int digits = Math.max(1, (cpus.length() + 3) / 4);
    StringBuilder out = new StringBuilder("0x");
    for (int digit = digits - 1; digit >= 0; digit--) {
      int value = 0;
      for (int bit = 3; bit >= 0; bit--) {
        value = value * 2 + (cpus.get(digit * 4 + bit) ? 1 : 0);
      }
      out.append(Character.toUpperCase(Character.forDigit(value, 16)));
    }
    return out.toString();
  }

  /**
   * Reads a mask; {@code 0x} may be missing.
   *
   * @throws TextFormatException when it is no hexadecimal number
   */
  public static BitSet parse(String text) {
    String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
    if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
      throw problem(text);
    }
    BitSet cpus = new BitSet();
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(digits.length() - 1 - i);
      int value = c < 128 ? Character.digit(c, 16) : -1;
      if (value < 0) {
        throw problem(text);
      }
      for (int bit = 0; bit < 4; bit++) {
        cpus.set(i * 4 + bit, (value >> bit & 1) == 1);
      }
    }
    return cpus;
  }

  private static TextFormatException problem(String text) {
    return new TextFormatException(
        "CPU mask " + TextFormatException.quote(text) + " is not a hexadecimal number such as 0xF");
  }
}
