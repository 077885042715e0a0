package org.headrace.slurmconf.text;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The task ids of a job array and how many of them may run at once. Immutable. */
public final class ArraySpec {
  /** No throttle: all tasks may run at once. */
  public static final int NO_THROTTLE = 0;

  /** No array. */
  public static final ArraySpec NONE = new ArraySpec(new BitSet(), NO_THROTTLE);

  /** The largest MaxArraySize that Slurm allows. */
  public static final int HARD_MAX_SIZE = 4_000_001;

  private static final Pattern PART = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9})(?::(\\d{1,9}))?)?");
  private static final Pattern THROTTLE = Pattern.compile("%(\\d{0,9})");
  private static final int STEP_FORM_FROM = 7;
  private static final int ABBREVIATED_LENGTH = 63;

  private final BitSet tasks;
  private final int throttle;

  private ArraySpec(BitSet tasks, int throttle) {
    this.tasks = tasks;
    this.throttle = throttle;
  }

  /**
   * Reads {@code 0-15:4%3,20} or the same in brackets. A throttle may stand after any part; the
   * first counts.
   *
   * @param maxArraySize MaxArraySize: task ids run from 0 to one less
   * @throws TextFormatException when it is malformed, empty or out of bounds
   */
  public static ArraySpec parse(String text, int maxArraySize) {
    String inner = text;
    if (text.length() >= 2 && text.startsWith("[") && text.endsWith("]")) {
      inner = text.substring(1, text.length() - 1);
    }
    BitSet tasks = new BitSet();
    int throttle = NO_THROTTLE;
    int start = 0;
    while (start <= inner.length()) {
      int comma = inner.indexOf(',', start);
      int end = comma < 0 ? inner.length() : comma;
      String part = inner.substring(start, end);
      int percent = part.indexOf('%');
      if (percent >= 0) {
        throttle = throttle == NO_THROTTLE ? throttle(text, part.substring(percent)) : throttle;
        part = part.substring(0, percent);
      }
      addPart(text, part, maxArraySize, tasks);
      start = end + 1;
    }
    return new ArraySpec(tasks, throttle);
  }

  private static int throttle(String text, String part) {
    Matcher matcher = THROTTLE.matcher(part);
    if (!matcher.matches()) {
      throw problem(text, "after % a number of tasks is expected");
    }
    return matcher.group(1).isEmpty() ? NO_THROTTLE : Integer.parseInt(matcher.group(1));
  }

  private static void addPart(String text, String part, int maxArraySize, BitSet tasks) {
    Matcher matcher = PART.matcher(part);
    if (!matcher.matches()) {
      throw problem(
          text,
          TextFormatException.quote(part) + " is not N, N-M or N-M:STEP with an optional %LIMIT");
    }
    int from = Integer.parseInt(matcher.group(1));
    int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
    int step = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
    if (to < from) {
      throw problem(text, from + "-" + to + " runs backwards");
    }
    if (step == 0) {
      throw problem(text, "a step of 0 never ends");
    }
    if (to >= maxArraySize) {
      throw problem(text, "task id " + to + " is above the largest allowed, " + (maxArraySize - 1));
    }
    for (int task = from; task <= to; task += step) {
      tasks.set(task);
    }
  }

  private static TextFormatException problem(String text, String what) {
    return new TextFormatException("array " + TextFormatException.quote(text) + ": " + what);
  }

  /** The task ids, ascending. */
  public IntStream tasks() {
    return tasks.stream();
  }

  /** How many tasks. */
  public int size() {
    return tasks.cardinality();
  }

  /** Whether there is no task. */
  public boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** Whether a task id belongs to it. */
  public boolean contains(int task) {
    return task >= 0 && tasks.get(task);
  }

  /** The lowest task id; -1 if there is none. */
  public int first() {
    return tasks.nextSetBit(0);
  }

  /** The highest task id; -1 if there is none. */
  public int last() {
    return tasks.length() - 1;
  }

  /** How many tasks may run at once, or {@link #NO_THROTTLE}. */
  public int throttle() {
    return throttle;
  }

  /** As Slurm prints it: {@code 0,4,8,12,20%3}; seven tasks or more a step apart as a range. */
  @Override
  public String toString() {
    return indices() + throttleText();
  }

  /** The same, cut to 63 characters with {@code ...}, as {@code squeue} prints it. */
  public String abbreviated() {
    String all = indices();
    if (all.length() > ABBREVIATED_LENGTH) {
      all = all.substring(0, ABBREVIATED_LENGTH - 3) + "...";
    }
    return all + throttleText();
  }

  private String throttleText() {
    return throttle == NO_THROTTLE ? "" : "%" + throttle;
  }

  private String indices() {
    int step = uniformStep();
    if (step > 1 && size() >= STEP_FORM_FROM) {
      return first() + "-" + last() + ":" + step;
    }
    return BitmapList.format(tasks);
  }

  /** The distance between all neighbours, or 0 when they differ. */
  private int uniformStep() {
    int previous = tasks.nextSetBit(0);
    int task = previous < 0 ? -1 : tasks.nextSetBit(previous + 1);
    if (task < 0) {
      return 0;
    }
    int step = task - previous;
    while (task >= 0) {
      if (task - previous != step) {
        return 0;
      }
      previous = task;
      task = tasks.nextSetBit(task + 1);
    }
    return step;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ArraySpec that && that.throttle == throttle && that.tasks.equals(tasks);
  }

  @Override
  public int hashCode() {
    return tasks.hashCode() * 31 + throttle;
  }
}
