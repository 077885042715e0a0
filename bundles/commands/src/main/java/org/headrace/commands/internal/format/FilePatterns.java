package org.headrace.commands.internal.format;

import java.util.Locale;
import org.headrace.api.job.Execution;
import org.headrace.api.job.Job;

/** Files of a batch job by their full names, patterns filled in. */
public final class FilePatterns {
  private static final String NOWHERE = "/dev/null";

  private FilePatterns() {}

  public static String output(Job job) {
    String pattern = job.spec().execution().output();
    return expand(job, pattern.isEmpty() ? standard(job) : pattern);
  }

  public static String error(Job job) {
    String pattern = job.spec().execution().error();
    return pattern.isEmpty() ? output(job) : expand(job, pattern);
  }

  public static String input(Job job) {
    String pattern = job.spec().execution().input();
    return pattern.isEmpty() ? NOWHERE : expand(job, pattern);
  }

  /** A file that all tasks of a step share, by its full name. */
  public static String ofStep(Job job, String pattern) {
    return expand(job, pattern);
  }

  /** The pattern itself under its directory. */
  public static String absolute(Job job, String pattern) {
    Execution execution = job.spec().execution();
    return pattern.startsWith("/") ? pattern : execution.workDirectory() + "/" + pattern;
  }

  private static String standard(Job job) {
    return job.arrayId() == 0 ? "slurm-%j.out" : "slurm-%A_%a.out";
  }

  private static String expand(Job job, String pattern) {
    if (pattern.indexOf('\\') >= 0) {
      return absolute(job, pattern.replace("\\", ""));
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%' || i + 1 == pattern.length()) {
        text.append(c);
        continue;
      }
      int digits = i + 1;
      while (digits < pattern.length() && Character.isDigit(pattern.charAt(digits))) {
        digits++;
      }
      String value = digits < pattern.length() ? value(job, pattern.charAt(digits)) : null;
      if (value == null) {
        text.append(c);
      } else {
        text.append(padded(value, pattern.substring(i + 1, digits)));
        i = digits;
      }
    }
    return absolute(job, text.toString());
  }

  private static String value(Job job, char letter) {
    return switch (letter) {
      case 'j', 'J' -> Long.toString(job.id());
      case 'A' -> Long.toString(job.arrayId() == 0 ? job.id() : job.arrayId());
      case 'a' -> job.arrayTask() == Job.NO_TASK ? "4294967294" : Integer.toString(job.arrayTask());
      case 'u' -> job.spec().owner().user();
      case 'x' -> job.spec().name();
      case 'n', 't' -> "0";
      case 's' -> "batch";
      case '%' -> "%";
      default -> null;
    };
  }

  private static String padded(String value, String width) {
    if (width.isEmpty() || width.length() > 2 || !value.matches("\\d+")) {
      return value;
    }
    int digits = Math.min(10, Integer.parseInt(width));
    return digits == 0
        ? value
        : String.format(Locale.ROOT, "%0" + digits + "d", Long.parseLong(value));
  }
}
