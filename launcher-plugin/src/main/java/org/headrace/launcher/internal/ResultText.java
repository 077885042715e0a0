package org.headrace.launcher.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.headrace.api.launcher.ExitStatus;
import org.headrace.api.launcher.StepOutcome;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.StepUsage;

/**
 * The line format of {@code result} files and state messages, as the supervisor writes it.
 *
 * @param complete whether the closing line was there
 */
record ResultText(
    boolean complete,
    StepOutcome outcome,
    String reason,
    long startMillis,
    long endMillis,
    StepUsage usage,
    List<TaskLine> tasks,
    List<String> notes) {

  /** One task: its rank, process id (0: never started) and how it ended. */
  record TaskLine(int rank, long pid, ExitStatus status) {}

  /** Reads a result or a state; empty if a line can't be understood. */
  static Optional<ResultText> parse(byte[] bytes) {
    Builder builder = new Builder();
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
      int space = line.indexOf(' ');
      String name = space < 0 ? line : line.substring(0, space);
      String value = space < 0 ? "" : line.substring(space + 1);
      try {
        builder.line(name, value);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.of(builder.build());
  }

  StepResult toResult(int attempt) {
    return new StepResult(
        attempt,
        outcome,
        reason,
        tasks.stream().map(TaskLine::status).toList(),
        usage,
        startMillis,
        endMillis);
  }

  List<Long> pids() {
    return tasks.stream().map(TaskLine::pid).toList();
  }

  /** A result that the supervisor had no chance to write. */
  static byte[] failure(String reason, List<Integer> ranks, long nowMillis) {
    StringBuilder text = new StringBuilder("headrace-result 1\noutcome failed\nreason ");
    text.append(reason.replace('\n', ' ')).append("\nstarted ").append(nowMillis);
    text.append("\nended ").append(nowMillis).append('\n');
    ranks.forEach(rank -> text.append("task ").append(rank).append(" 0 1 0\n"));
    return text.append("end\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static final class Builder {
    private boolean complete;
    private StepOutcome outcome = StepOutcome.COMPLETED;
    private String reason = "";
    private long startMillis;
    private long endMillis;
    private long userMillis;
    private long systemMillis;
    private long maxRssKib;
    private boolean oom;
    private final List<TaskLine> tasks = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    void line(String name, String value) {
      switch (name) {
        case "" -> {}
        case "headrace-result" -> require("1".equals(value), "version " + value);
        case "outcome" -> outcome = outcome(value);
        case "reason" -> reason = value;
        case "started" -> startMillis = Long.parseLong(value);
        case "ended" -> endMillis = Long.parseLong(value);
        case "user_ms" -> userMillis = Long.parseLong(value);
        case "system_ms" -> systemMillis = Long.parseLong(value);
        case "max_rss_kib" -> maxRssKib = Long.parseLong(value);
        case "oom" -> oom = "1".equals(value);
        case "task" -> tasks.add(task(value));
        case "note" -> notes.add(value);
        case "end" -> complete = true;
        default -> require(false, "unknown line " + name);
      }
    }

    private static TaskLine task(String value) {
      String[] words = value.split(" ");
      require(words.length == 4, "task line");
      return new TaskLine(
          (int) Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          new ExitStatus(Integer.parseInt(words[2]), Integer.parseInt(words[3])));
    }

    private static StepOutcome outcome(String value) {
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "completed" -> StepOutcome.COMPLETED;
        case "failed" -> StepOutcome.FAILED_TO_START;
        case "lost" -> StepOutcome.LOST;
        default -> throw new IllegalArgumentException("outcome " + value);
      };
    }

    private static void require(boolean condition, String what) {
      if (!condition) {
        throw new IllegalArgumentException(what);
      }
    }

    ResultText build() {
      return new ResultText(
          complete,
          outcome,
          reason,
          startMillis,
          endMillis,
          new StepUsage(userMillis, systemMillis, maxRssKib, oom),
          List.copyOf(tasks),
          List.copyOf(notes));
    }
  }
}
