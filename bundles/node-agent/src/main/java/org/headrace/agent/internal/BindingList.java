package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The list after {@code map_cpu:}, {@code mask_mem:} and their like: an entry for each task of a
 * node. {@code X*3} stands for three, and where there are more tasks the list begins anew.
 *
 * @param text entries with commas between
 */
record BindingList(String text) {
  static final long[] NONE = new long[0];
  private static final int MOST_REPEATS = 4096;

  boolean isEmpty() {
    return text.isEmpty();
  }

  /** What it says for a task. */
  String entry(int task) {
    List<String> entries = new ArrayList<>();
    for (String part : text.split(",")) {
      String[] halves = part.split("\\*", 2);
      int times = halves.length == 1 || !halves[1].matches("\\d{1,4}") ? 1 : number(halves[1]);
      for (int i = 0; i < times && entries.size() < MOST_REPEATS; i++) {
        entries.add(halves[0].trim());
      }
    }
    return entries.isEmpty() ? "" : entries.get(task % entries.size());
  }

  /** The number that an entry is: decimal, or hexadecimal after {@code 0x}. */
  int number(int task) {
    return number(entry(task));
  }

  private static int number(String text) {
    String digits = text.toLowerCase(Locale.ROOT);
    boolean hex = digits.startsWith("0x");
    try {
      return Math.max(0, Integer.parseInt(hex ? digits.substring(2) : digits, hex ? 16 : 10));
    } catch (NumberFormatException e) {
      return Integer.MAX_VALUE;
    }
  }

  /** The mask that an entry is, lowest bits first; empty if it is none. */
  long[] mask(int task) {
    String digits = entry(task).toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
    if (!digits.matches("[0-9a-f]{1,2048}")) {
      return NONE;
    }
    long[] words = new long[(digits.length() + 15) / 16];
    for (int i = 0; i < words.length; i++) {
      int end = digits.length() - i * 16;
      words[i] = Long.parseUnsignedLong(digits.substring(Math.max(0, end - 16), end), 16);
    }
    return words;
  }
}
