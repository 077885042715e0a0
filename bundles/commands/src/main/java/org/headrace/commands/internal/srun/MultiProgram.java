package org.headrace.commands.internal.srun;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.cli.Words;
import org.headrace.commands.internal.submit.Shown;

/**
 * Different programs for different tasks of a step. A line of the file has task numbers, a program
 * and its arguments; {@code %t} stands for the task, {@code %o} for its place among the line's
 * tasks, and {@code *} for the tasks that no line names. All of it becomes one small shell script
 * that each task runs, so that nodes need to know nothing about it.
 */
final class MultiProgram {
  static final int MAX_BYTES = 60_000;

  private static final int MAX_TASK = 1 << 22;

  /**
   * A line.
   *
   * @param tasks numbers; empty for the tasks that are left
   * @param words program and arguments
   */
  private record Line(BitSet tasks, List<String> words) {}

  private final String file;
  private final List<Line> lines = new ArrayList<>();
  private final List<String> extra;

  private MultiProgram(String file, List<String> extra) {
    this.file = file;
    this.extra = extra;
  }

  /**
   * Reads a file.
   *
   * @param extra words of the command line after the file, handed to every program
   * @throws Refusal naming the line that is wrong
   */
  static MultiProgram parse(String file, byte[] content, List<String> extra) {
    MultiProgram result = new MultiProgram(file, extra);
    String text = new String(content, StandardCharsets.UTF_8).replace("\\\n", " ");
    if (text.indexOf('\0') >= 0) {
      throw result.invalid("it contains a NUL character");
    }
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String plain = line.strip();
      if (!plain.isEmpty() && plain.charAt(0) != '#') {
        result.add(number, plain);
      }
    }
    return result;
  }

  private void add(int number, String line) {
    List<String> words = words(number, line);
    if (words.size() < 2) {
      throw invalid(number, "task " + words.get(0) + " has no program");
    }
    BitSet tasks = tasks(number, words.get(0));
    for (Line earlier : lines) {
      BitSet twice = (BitSet) tasks.clone();
      twice.and(earlier.tasks());
      if (!twice.isEmpty()) {
        throw invalid(number, "Duplicate record for task " + twice.nextSetBit(0));
      }
    }
    lines.add(new Line(tasks, words.subList(1, words.size())));
  }

  private BitSet tasks(int number, String text) {
    BitSet tasks = new BitSet();
    if (text.equals("*")) {
      return tasks;
    }
    for (String part : text.split(",", -1)) {
      if (!part.matches("\\d{1,7}(-\\d{1,7})?")) {
        throw invalid(number, "Invalid task range specification (" + Shown.text(part) + ")");
      }
      String[] ends = part.split("-");
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      if (last < first || last > MAX_TASK) {
        throw invalid(number, "Invalid task range specification (" + part + ")");
      }
      tasks.set(first, last + 1);
    }
    return tasks;
  }

  private List<String> words(int number, String line) {
    Words words = Words.of(line);
    if (words.openQuote()) {
      throw invalid(number, "a quote is open");
    }
    return words.words();
  }

  private Refusal invalid(int number, String what) {
    return Refusal.error(
        "srun", 1, what, "Line " + number + " of configuration file " + file + " invalid");
  }

  private Refusal invalid(String what) {
    return Refusal.error("srun", 1, "Configuration file " + file + " invalid, " + what);
  }

  /**
   * What each task runs.
   *
   * @throws Refusal when a task has no program
   */
  List<String> argv(int taskCount) {
    BitSet named = new BitSet();
    lines.forEach(line -> named.or(line.tasks()));
    boolean rest = lines.stream().anyMatch(line -> line.tasks().isEmpty());
    int missing = named.nextClearBit(0);
    if (!rest && missing < taskCount) {
      throw invalid("no record for task id " + missing);
    }
    StringBuilder script = new StringBuilder("t=$SLURM_PROCID\n");
    for (Line line : lines) {
      append(script, line, named);
    }
    return List.of("/bin/sh", "-c", script.toString());
  }

  private void append(StringBuilder script, Line line, BitSet named) {
    if (line.tasks().isEmpty()) {
      BitSet others = new BitSet();
      others.set(0, MAX_TASK);
      others.andNot(named);
      appendRanges(script, line, others);
    } else {
      appendRanges(script, line, line.tasks());
    }
  }

  private void appendRanges(StringBuilder script, Line line, BitSet tasks) {
    int before = 0;
    for (int first = tasks.nextSetBit(0); first >= 0; ) {
      int end = tasks.nextClearBit(first);
      script
          .append("if [ $t -ge ")
          .append(first)
          .append(" ] && [ $t -lt ")
          .append(end)
          .append(" ]; then o=$((t-")
          .append(first - before)
          .append(")); exec");
      line.words().forEach(word -> script.append(' ').append(quoted(word)));
      extra.forEach(word -> script.append(' ').append(quoted(word)));
      script.append("; fi\n");
      before += end - first;
      first = tasks.nextSetBit(end);
    }
  }

  /** In single quotes, with {@code %t} and {@code %o} left open. */
  private static String quoted(String word) {
    String plain = "'" + word.replace("'", "'\\''") + "'";
    return plain.replace("%t", "'\"$t\"'").replace("%o", "'\"$o\"'");
  }
}
