package org.headrace.commands.internal.submit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.MemoryRequest.Basis;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** What a step takes from the options that jobs have too. */
public final class StepChoices {
  private final Choices choices;
  private final Invocation invocation;
  private final Snapshot snapshot;

  public StepChoices(Choices choices, Invocation invocation, Snapshot snapshot) {
    this.choices = choices;
    this.invocation = invocation;
    this.snapshot = snapshot;
  }

  /** The command line, as it is kept with the step. */
  public String submitLine() {
    return SubmitLine.of(Program.SRUN, invocation);
  }

  /** The node of each task, or the empty list where the step's placement is left to others. */
  public List<String> nodesOfTasks() {
    return new HostNames(Program.SRUN, invocation).ofTasks(choices);
  }

  /** Names of nodes. */
  public List<String> nodes(String option) {
    String text = choices.text(option, "");
    if (text.isEmpty() || text.indexOf('/') >= 0) {
      return List.of();
    }
    try {
      return Hostlist.expand(text).stream().distinct().toList();
    } catch (TextFormatException e) {
      throw SubmissionFailure.of(Program.SRUN, ErrorCode.INVALID_NODE_NAME, e.getMessage());
    }
  }

  /** How many nodes; a step gets as many of them as its job has. */
  public NodeCount nodes() {
    return NodeCount.parse(choices.text("nodes", "1"));
  }

  public MemoryRequest memory() {
    if (choices.has("mem-per-cpu")) {
      return MemoryRequest.perCpu(Sizes.parseMemory(choices.text("mem-per-cpu", "")));
    }
    if (choices.has("mem-per-gpu")) {
      return new MemoryRequest(Basis.GPU, Sizes.parseMemory(choices.text("mem-per-gpu", "")));
    }
    long size = Sizes.parseMemory(choices.text("mem", "0"));
    return size == 0 ? MemoryRequest.NONE : MemoryRequest.perNode(size);
  }

  /** What the user asked for this step; most variables say what was asked for the job. */
  public List<GresRequest> gres() {
    List<GresRequest> wishes = new ArrayList<>();
    String ofStep = invocation.environment().getOrDefault("SLURM_STEP_GRES", "");
    boolean other = choices.explicit("gres") || ofStep.isEmpty();
    wishes.addAll(GresNotation.parseList(Program.SRUN, other ? choices.text("gres", "") : ofStep));
    add("gpus", Scope.JOB, wishes);
    add("gpus-per-node", Scope.NODE, wishes);
    add("gpus-per-socket", Scope.SOCKET, wishes);
    add("gpus-per-task", Scope.TASK, wishes);
    if (choices.explicit("tres-per-task")) {
      String text = choices.text("tres-per-task", "");
      wishes.addAll(GresNotation.parsePerTask(Program.SRUN, text).gres());
    }
    return GpuCounts.of(Program.SRUN, wishes, choices.number("ntasks", TaskLayout.UNSET), null, 0)
        .wishes();
  }

  private void add(String option, Scope scope, List<GresRequest> wishes) {
    if (choices.explicit(option)) {
      wishes.addAll(GresNotation.parseGpus(Program.SRUN, choices.text(option, ""), scope));
    }
  }

  public String workDirectory() {
    return ExecutionBuilder.workDirectory(choices, invocation);
  }

  public boolean outlivesNodes() {
    return ExecutionBuilder.outlivesNodes(choices);
  }

  /** Whether output files that exist are added to. */
  public boolean append() {
    return ExecutionBuilder.append(choices, snapshot);
  }

  public int umask() {
    return JobEnvironment.umask(invocation);
  }

  public Map<String, Long> limits() {
    return ExecutionBuilder.limits(choices, invocation, snapshot);
  }

  /** In milliseconds, or zero for the job's. */
  public long timeLimit() {
    long limit = choices.explicit("time") ? choices.duration("time", 0) : 0;
    return limit == SlurmDuration.INFINITE ? 0 : limit;
  }

  /** Options that nothing acts on, as attributes. */
  public Map<String, String> withoutEffect() {
    Map<String, String> kept = new LinkedHashMap<>();
    choices.withoutEffect().forEach((name, value) -> kept.put(Attributes.OPTION + name, value));
    return kept;
  }
}
