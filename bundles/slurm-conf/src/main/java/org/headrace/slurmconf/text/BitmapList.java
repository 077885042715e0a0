package org.headrace.slurmconf.text;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sets of small numbers (cores, GPUs, CPUs) as {@code 0-3,7}. Stateless. */
public final class BitmapList {
  /** The largest number that may stand in a list. */
  public static final int MAX_INDEX = 1 << 22;

  private static final Pattern PART = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

  private BitmapList() {}

  /** Numbers as {@code 0-3,7}; an empty set is an empty text. */
  public static String format(BitSet set) {
    StringBuilder out = new StringBuilder();
    int from = set.nextSetBit(0);
    while (from >= 0) {
      int to = set.nextClearBit(from) - 1;
      if (out.length() > 0) {
        out.append(',');
      }
      out.append(from);
      if (to > from) {
        out.append('-').append(to);
      }
      from = set.nextSetBit(to + 1);
    }
    return out.toString();
  }

  /**
   * Reads such a list.
   *
   * @throws TextFormatException when it is malformed or holds a number above {@link #MAX_INDEX}
   */
  public static BitSet parse(String text) {
    BitSet set = new BitSet();
    if (text.isEmpty()) {
      return set;
    }
    for (String part : text.split(",", -1)) {
      Matcher matcher = PART.matcher(part.trim());
      if (!matcher.matches()) {
        throw new TextFormatException(
            "list "
                + TextFormatException.quote(text)
                + ": "
                + TextFormatException.quote(part)
                + " is not N or N-M");
      }
      int from = Integer.parseInt(matcher.group(1));
      int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
      if (to < from || to > MAX_INDEX) {
        throw new TextFormatException(
            "list "
                + TextFormatException.quote(text)
                + ": "
                + part.trim()
                + (to < from ? " runs backwards" : " is above " + MAX_INDEX));
      }
      set.set(from, to + 1);
    }
    return set;
  }
}
