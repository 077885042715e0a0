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

  private static final int KILL = 9;
  private static final int TERM = 15;

  private final int tasks;
  private final BitSet ended = new BitSet();
  private final Map<Ending, BitSet> unsaid = new LinkedHashMap<>();
  private ExitStatus worst = ExitStatus.SUCCESS;
  private boolean forced;

  TaskReport(int tasks) {
    this.tasks = tasks;
  }

  void ended(int task, int code, int signal, String node) {
    if (task < 0 || ended.get(task)) {
      return;
    }
    ended.set(task);
    if (code == 0 && signal == 0) {
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

  /** What hasn't been said yet, without prefix. */
  List<String> news() {
    List<String> lines = new ArrayList<>();
    unsaid.forEach(
        (ending, set) ->
            lines.add(
                ending.node()
                    + ": "
                    + named(set)
                    + ": "
                    + (ending.signal() != 0
                        ? SignalTexts.text(ending.signal())
                        : "Exited with exit code " + ending.code())));
    unsaid.clear();
    return lines;
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
