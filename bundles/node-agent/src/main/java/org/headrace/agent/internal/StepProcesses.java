package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.headrace.protocol.node.FromNode;

/** Finds the processes of steps in the kernel's table. */
final class StepProcesses {
  private static final int NO_TASK = -1;

  private StepProcesses() {}

  /** Those of all steps, each with its tasks first. Reads the whole table once for each step. */
  static List<FromNode.StepProcess> of(List<HeldStep> steps) {
    List<FromNode.StepProcess> found = new ArrayList<>();
    steps.stream()
        .sorted(
            Comparator.<HeldStep>comparingLong(step -> step.key.jobId())
                .thenComparingInt(step -> step.key.stepId()))
        .forEach(step -> add(step, found));
    return found;
  }

  private static void add(HeldStep step, List<FromNode.StepProcess> found) {
    List<Long> pids = step.pids;
    for (int i = 0; i < pids.size(); i++) {
      if (ProcessHandle.of(pids.get(i)).isPresent()) {
        int task = i < step.ranks.size() ? step.ranks.get(i) : step.batch() ? 0 : NO_TASK;
        found.add(process(step, pids.get(i), i, task));
      }
    }
    descendants(pids)
        .filter(pid -> !pids.contains(pid))
        .sorted()
        .forEach(pid -> found.add(process(step, pid, NO_TASK, NO_TASK)));
  }

  /** The supervisor, which is the parent of each task, adopts what loses its own parent. */
  private static Stream<Long> descendants(List<Long> pids) {
    return pids.stream()
        .map(ProcessHandle::of)
        .flatMap(Optional::stream)
        .map(ProcessHandle::parent)
        .flatMap(Optional::stream)
        .findFirst()
        .map(supervisor -> supervisor.descendants().map(ProcessHandle::pid))
        .orElse(Stream.empty());
  }

  private static FromNode.StepProcess process(HeldStep step, long pid, int local, int task) {
    return new FromNode.StepProcess(step.key.jobId(), step.key.stepId(), pid, local, task);
  }
}
