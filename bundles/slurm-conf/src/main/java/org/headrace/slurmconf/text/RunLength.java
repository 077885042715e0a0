package org.headrace.slurmconf.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts per node written short, {@code 72(x2),36}, as in SLURM_JOB_CPUS_PER_NODE. Stateless. */
public final class RunLength {
  /** How many counts a text may stand for. */
  public static final int LIMIT = 1_000_000;

  private static final Pattern PART = Pattern.compile("(\\d{1,18})(?:\\(x(\\d{1,9})\\))?");

  private RunLength() {}

  /** Counts, neighbours that are equal joined. */
  public static String format(List<Long> counts) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < counts.size()) {
      int end = i + 1;
      while (end < counts.size() && counts.get(end).equals(counts.get(i))) {
        end++;
      }
      if (out.length() > 0) {
        out.append(',');
      }
      out.append(counts.get(i));
      if (end - i > 1) {
        out.append("(x").append(end - i).append(')');
      }
      i = end;
    }
    return out.toString();
  }

  /**
   * Reads such a text.
   *
   * @throws TextFormatException when it is malformed or stands for more than {@link #LIMIT} counts
   */
  public static List<Long> parse(String text) {
    List<Long> counts = new ArrayList<>();
    if (text.isEmpty()) {
      return List.of();
    }
    for (String part : text.split(",", -1)) {
      Matcher matcher = PART.matcher(part);
      if (!matcher.matches()) {
        throw new TextFormatException(
            "counts "
                + TextFormatException.quote(text)
                + ": "
                + TextFormatException.quote(part)
                + " is not N or N(xTIMES)");
      }
      long value = Long.parseLong(matcher.group(1));
      int times = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
      if (times > LIMIT - counts.size()) {
        throw new TextFormatException(
            "counts " + TextFormatException.quote(text) + " are more than " + LIMIT);
      }
      for (int i = 0; i < times; i++) {
        counts.add(value);
      }
    }
    return List.copyOf(counts);
  }
}
