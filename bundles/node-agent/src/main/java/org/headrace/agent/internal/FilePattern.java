package org.headrace.agent.internal;

import java.util.Locale;
import org.headrace.api.job.Job;

/**
 * Turns the pattern of a file name into a path. A backslash anywhere in it switches the symbols off
 * and only protects the character after it.
 *
 * @param job the job
 * @param stepName the step as in {@code %s}: a number or {@code batch}
 * @param nodeName this node
 * @param nodeIndex position of this node in the step
 * @param workDirectory directory that relative names are below
 */
record FilePattern(Job job, String stepName, String nodeName, int nodeIndex, String workDirectory) {
  private static final int WIDEST = 10;

  /** True if each task has a file of its own. */
  static boolean perTask(String pattern) {
    return pattern.indexOf('\\') < 0 && pattern.matches(".*%\\d*t.*");
  }

  /** The absolute path for a task. */
  String path(String pattern, int task) {
    String name = pattern.indexOf('\\') >= 0 ? plain(pattern) : expand(pattern, task);
    if (name.startsWith("/")) {
      return name;
    }
    return workDirectory.endsWith("/") ? workDirectory + name : workDirectory + "/" + name;
  }

  private static String plain(String pattern) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '\\') {
        name.append(c);
      } else if (i + 1 < pattern.length()) {
        name.append(pattern.charAt(++i));
      }
    }
    return name.toString();
  }

  private String expand(String pattern, int task) {
    StringBuilder name = new StringBuilder();
    int at = 0;
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      if (c != '%') {
        name.append(c);
        at++;
        continue;
      }
      int digits = at + 1;
      while (digits < pattern.length() && Character.isDigit(pattern.charAt(digits))) {
        digits++;
      }
      char symbol = digits < pattern.length() ? pattern.charAt(digits) : 0;
      String width = pattern.substring(at + 1, digits);
      String value = value(symbol, width, task);
      if (value == null) {
        name.append(c);
        at++;
      } else {
        name.append(value);
        at = digits + 1;
      }
    }
    return name.toString();
  }

  private String value(char symbol, String width, int task) {
    boolean inArray = job.arrayId() != 0 && job.arrayTask() != Job.NO_TASK;
    switch (symbol) {
      case '%':
        return width.isEmpty() ? "%" : null;
      case 'A':
        return padded(inArray ? job.arrayId() : job.id(), width);
      case 'a':
        return padded(arrayTask(inArray), width);
      case 'b':
        return padded(arrayTask(inArray) % 10, width);
      case 'j':
        return padded(job.id(), width);
      case 'J':
        boolean numbered = Character.isDigit(stepName.charAt(0));
        return padded(job.id(), width) + (numbered ? "." + stepName : "");
      case 'N':
        return nodeName;
      case 'n':
        return padded(nodeIndex, width);
      case 'r':
        return padded(job.status().restarts(), width);
      case 's':
        return Character.isDigit(stepName.charAt(0))
            ? padded(Long.parseLong(stepName), width)
            : stepName;
      case 't':
        return padded(task, width);
      case 'u':
        return job.spec().owner().user();
      case 'x':
        return job.spec().name();
      default:
        return null;
    }
  }

  private static long arrayTask(boolean inArray, long task) {
    return inArray ? task : 4_294_967_294L;
  }

  private long arrayTask(boolean inArray) {
    return arrayTask(inArray, job.arrayTask());
  }

  private static String padded(long number, String width) {
    int wide = width.isEmpty() ? 0 : width.length() > 2 ? WIDEST : Integer.parseInt(width);
    return wide == 0
        ? Long.toString(number)
        : String.format(Locale.ROOT, "%0" + Math.min(wide, WIDEST) + "d", number);
  }
}
