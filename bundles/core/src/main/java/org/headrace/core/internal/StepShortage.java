package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.List;
import org.headrace.api.job.StepSpec;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;

/** Says what a step wants that its job doesn't have, even where no other step runs. */
final class StepShortage {
  private final List<NodeAllocation> nodes;
  private final StepSpec spec;
  private final StepGres gres;

  StepShortage(List<NodeAllocation> nodes, StepSpec spec) {
    this.nodes = nodes;
    this.spec = spec;
    this.gres = new StepGres(spec, List.of());
  }

  /** What is counted for the step as a whole and is more than the job has, or null. */
  Outcome.Rejected ofJob() {
    for (GresRequest wanted : spec.gres()) {
      long held = nodes.stream().mapToLong(node -> gres.free(node, wanted)).sum();
      if (wanted.scope() == GresRequest.Scope.JOB && held < wanted.count()) {
        return refuse(
            ErrorCode.NODES_UNAVAILABLE,
            "asked for " + name(wanted) + "; the job has " + held + " in all");
      }
    }
    return null;
  }

  /** What no node of the job has enough of for one task, or null. */
  Outcome.Rejected ofNodes() {
    int cpusPerTask = spec.layout().cpusPerTask();
    int cpus = nodes.stream().mapToInt(NodeAllocation::cpus).max().orElse(0);
    if (cpusPerTask > cpus && !spec.layout().overcommit()) {
      return refuse(
          ErrorCode.INVALID_TASK_COUNT,
          "asked for " + cpusPerTask + " CPUs for each task; the job has at most " + onNode(cpus));
    }
    long memory = nodes.stream().mapToLong(NodeAllocation::memory).max().orElse(0);
    boolean perCpu = spec.memory().basis() == MemoryRequest.Basis.CPU;
    long each = spec.memory().mebibytes();
    boolean lacks = perCpu ? each > 0 && memory / each < cpusPerTask : each > memory;
    if (spec.memory().basis() != MemoryRequest.Basis.NONE && lacks) {
      return refuse(
          ErrorCode.NODES_UNAVAILABLE,
          "asked for "
              + each
              + " MiB of memory "
              + (perCpu ? "for each CPU" : "on each node")
              + "; the job has at most "
              + onNode(memory));
    }
    return ofDevices();
  }

  private Outcome.Rejected ofDevices() {
    for (GresRequest wanted : spec.gres()) {
      long held = nodes.stream().mapToLong(node -> gres.free(node, wanted)).max().orElse(0);
      boolean task = wanted.scope() == GresRequest.Scope.TASK;
      if ((task || wanted.scope() == GresRequest.Scope.NODE) && held < wanted.count()) {
        return refuse(
            ErrorCode.NODES_UNAVAILABLE,
            "asked for "
                + name(wanted)
                + (task ? " for each task" : " on each node")
                + "; the job has at most "
                + onNode(held));
      }
    }
    return null;
  }

  private static String name(GresRequest wanted) {
    String type = wanted.type().isEmpty() ? "" : ":" + wanted.type();
    return wanted.count() + " " + wanted.name() + type;
  }

  private static String onNode(long held) {
    return held + " on a node";
  }
}
