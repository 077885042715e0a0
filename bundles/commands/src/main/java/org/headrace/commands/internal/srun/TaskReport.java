package org.headrace.commands.internal.srun;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.commands.internal.text.SignalTexts;
import org.headrace.slurmconf.text.BitmapList;

/** Keeps count of tasks, and says how they end: {@code n1: tasks 0-2: Killed}. */
final class TaskReport {
  /** What tasks have in common that ended on one node in one way. */
  private record Ending(String node, int code, int signal) {}

  /** Tasks that ended on one node in one way. */
  record News(String node, BitSet tasks, int code, int signal) {
    boolean failed() {
      return code != 0 || signal != 0;
    }

    /** {@code n1: tasks 0-2: Killed}. */
    String text() {
      String how =
          signal != 0
              ? SignalTexts.text(signal)
              : code == 0 ? "Completed" : "Exited with exit code " + code;
      return node + ": " + named(tasks) + ": " + how;
    }
  }

  private static final int KILL = 9;
  private static final int TERM = 15;

  private final int tasks;
  private final boolean all;
  private final BitSet ended = new BitSet();
  private final Map<Ending, BitSet> unsaid = new LinkedHashMap<>();
  private ExitStatus worst = ExitStatus.SUCCESS;
  private boolean forced;

  /**
   * @param tasks number of tasks
   * @param all whether those that end well are news, too
   */
  TaskReport(int tasks, boolean all) {
    this.tasks = tasks;
    this.all = all;
  }

  void ended(int task, int code, int signal, String node) {
    if (task < 0 || ended.get(task)) {
      return;
    }
    ended.set(task);
    if (code == 0 && signal == 0 && !all) {
      return;
    }
    ExitStatus exit = new ExitStatus(code, signal);
    forced |= signal == KILL || signal == TERM;
    if (StepResult.of(exit).status() > StepResult.of(worst).status()) {
      worst = exit;
    }
    unsaid.computeIfAbsent(new Ending(node, code, signal), key -> new BitSet()).set(task);
  }

  boolean allEnded() {
    return ended.cardinality() >= tasks;
  }

  boolean noneEnded() {
    return ended.isEmpty();
  }

  ExitStatus worst() {
    return worst;
  }

  /** True when a task ended as those do that somebody else ends. */
  boolean forced() {
    return forced;
  }

  boolean hasNews() {
    return !unsaid.isEmpty();
  }

  /** What hasn't been said yet. */
  List<News> news() {
    List<News> news = new ArrayList<>();
    unsaid.forEach(
        (ending, set) -> news.add(new News(ending.node(), set, ending.code(), ending.signal())));
    unsaid.clear();
    return news;
  }

  /** How all tasks are, for a user who asks. */
  List<String> status(String step) {
    List<String> lines = new ArrayList<>();
    BitSet running = new BitSet();
    running.set(0, tasks);
    running.andNot(ended);
    if (!running.isEmpty()) {
      lines.add("StepId=" + step + " " + named(running) + ": running");
    }
    if (!ended.isEmpty()) {
      lines.add("StepId=" + step + " " + named(ended) + ": exited");
    }
    return lines;
  }

  private static String named(BitSet set) {
    return (set.cardinality() == 1 ? "task " : "tasks ") + BitmapList.format(set);
  }
}
