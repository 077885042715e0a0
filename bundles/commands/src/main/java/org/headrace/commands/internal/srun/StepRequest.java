package org.headrace.commands.internal.srun;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.StepSpec.StepSharing;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.submit.StepChoices;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;

/** Turns a user's choices into a step. */
final class StepRequest {
  private final Choices choices;
  private final Invocation invocation;
  private final Snapshot snapshot;
  private final StepChoices common;
  private final List<String> warnings = new ArrayList<>();
  private MultiProgram programs;
  private List<String> replacement = List.of();

  StepRequest(Choices choices, Invocation invocation, Snapshot snapshot) {
    this.choices = choices;
    this.invocation = invocation;
    this.snapshot = snapshot;
    this.common = new StepChoices(choices, invocation, snapshot);
  }

  /** Reads what has to be read before resources are asked for. */
  void prepare(List<String> command) {
    if (!choices.has("multi-prog")) {
      return;
    }
    String file = command.get(0);
    byte[] content;
    try {
      content = invocation.readFile(file, MultiProgram.MAX_BYTES);
    } catch (IOException e) {
      throw Refusal.error(
          "srun", 1, "Could not open multi_prog config file " + file, e.getMessage());
    }
    programs = MultiProgram.parse(file, content, command.subList(1, command.size()));
    if (choices.has("ntasks")) {
      programs.argv(choices.number("ntasks", 1));
    }
  }

  List<String> warnings() {
    return warnings;
  }

  /**
   * @param first whether it is the first of the components that the step goes over, which has the
   *     user's terminal
   */
  StepSpec build(Job job, List<String> command, boolean first) {
    List<String> ofTasks = common.nodesOfTasks();
    List<String> nodeNames = ofTasks.isEmpty() ? common.nodes("nodelist") : ofTasks;
    int allocated =
        job.status().allocation() == null ? 1 : job.status().allocation().nodes().size();
    int tasks = ofTasks.isEmpty() ? choices.number("ntasks", TaskLayout.UNSET) : ofTasks.size();
    int nodes =
        ofTasks.isEmpty()
            ? nodes(job, nodeNames, allocated, tasks)
            : (int) ofTasks.stream().distinct().count();
    if (tasks == TaskLayout.UNSET) {
      tasks = ownTasks(job, nodes);
    }
    return new StepSpec(
            name(command),
            nodes,
            nodeNames,
            common.nodes("exclude"),
            choices.number("relative", 0),
            layout(job, tasks),
            memory(),
            common.gres(),
            sharing(),
            argv(command, tasks),
            common.workDirectory(),
            choices.text("input", ""),
            choices.text("output", ""),
            choices.text("error", ""),
            common.append(),
            first && terminal(),
            common.umask(),
            common.limits(),
            killOnBadExit(),
            common.timeLimit(),
            attributes())
        .withOutlivesNodes(common.outlivesNodes());
  }

  /** As many as a job that was made for the step has been given room for; else one on each node. */
  private int ownTasks(Job job, int nodes) {
    int ofJob = job.spec().request().layout().tasks();
    if (!choices.has("jobid") && !choices.has("ntasks-per-node") && ofJob != TaskLayout.UNSET) {
      return ofJob;
    }
    return Math.max(1, nodes) * Math.max(1, choices.number("ntasks-per-node", 1));
  }

  private int nodes(Job job, List<String> nodeNames, int allocated, int tasks) {
    if (!choices.has("nodes")) {
      return Math.max(nodeNames.size(), choices.has("jobid") ? 0 : allocated);
    }
    int nodes = common.minNodes();
    boolean fewer = tasks != TaskLayout.UNSET && tasks < nodes;
    boolean tooMany = nodes > allocated && !(fewer && tasks <= allocated);
    if (tooMany && !choices.explicit("nodes")) {
      // What the script was told of its job holds no longer: a node has left it.
      warnings.add(
          "srun: error: SLURM_JOB_NUM_NODES environment variable conflicts with allocated node"
              + " count (%d != %d).".formatted(nodes, allocated));
      return Math.max(allocated, nodeNames.size());
    }
    if (tooMany) {
      throw Refusal.raw(
          1,
          "srun: error: Unable to create step for job "
              + job.id()
              + ": Requested node configuration is not available",
          "srun: error: Only allocated " + allocated + " nodes asked for " + nodes);
    }
    if (fewer) {
      // Of an allocation made for this step, that has been said already.
      if (choices.explicit("nodes") && nodes <= allocated) {
        warnings.add(
            "srun: Warning: can't run "
                + tasks
                + " processes on "
                + nodes
                + " nodes, setting nnodes to "
                + tasks);
      }
      return tasks;
    }
    int most = Math.min(common.maxNodes(), allocated);
    if (tasks != TaskLayout.UNSET) {
      most = Math.min(most, tasks);
    }
    return Math.max(Math.max(nodes, most), nodeNames.size());
  }

  private boolean killOnBadExit() {
    if (common.outlivesNodes()) {
      return false;
    }
    if (choices.has("kill-on-bad-exit")) {
      return choices.text("kill-on-bad-exit", "0", "1").equals("1");
    }
    return List.of("1", "YES")
        .contains(snapshot.definition().settings().getOrDefault("KillOnBadExit", "0"));
  }

  private String name(List<String> command) {
    String program = command.get(0);
    boolean chosen = choices.explicit("job-name");
    return chosen ? choices.text("job-name", "") : program.substring(program.lastIndexOf('/') + 1);
  }

  private TaskLayout layout(Job job, int tasks) {
    int inherited = job.spec().request().layout().cpusPerTask();
    return new TaskLayout(
        tasks,
        choices.number("cpus-per-task", Math.max(1, inherited)),
        choices.number("ntasks-per-node", TaskLayout.UNSET),
        choices.number("ntasks-per-socket", TaskLayout.UNSET),
        choices.number("ntasks-per-core", TaskLayout.UNSET),
        choices.has("overcommit"),
        choices.text("distribution", ""));
  }

  /** Memory of the job, given by a variable, is the job's to share, not this step's. */
  private MemoryRequest memory() {
    boolean chosen =
        choices.explicit("mem")
            || choices.explicit("mem-per-cpu")
            || choices.explicit("mem-per-gpu");
    return chosen && choices.has("jobid") ? common.memory() : MemoryRequest.NONE;
  }

  private StepSharing sharing() {
    if (choices.has("overlap")) {
      return StepSharing.OVERLAP;
    }
    boolean inJob = choices.has("jobid");
    boolean exact =
        choices.has("exact")
            || inJob && choices.explicit("exclusive")
            || inJob && choices.explicit("cpus-per-task");
    return exact ? StepSharing.EXACT : StepSharing.WHOLE;
  }

  /** Has another program run than the one that gives the step its name. */
  void runs(List<String> argv) {
    replacement = argv;
  }

  private List<String> argv(List<String> command, int tasks) {
    if (!replacement.isEmpty()) {
      return replacement;
    }
    return programs == null ? command : programs.argv(tasks);
  }

  private boolean terminal() {
    if (!choices.has("pty")) {
      return false;
    }
    if (!invocation.inputIsTerminal() || !invocation.outputIsTerminal()) {
      warnings.add("srun: error: ioctl(TIOCGWINSZ): Inappropriate ioctl for device");
      warnings.add("srun: error: Not using a pseudo-terminal, disregarding --pty option");
      return false;
    }
    return true;
  }

  private Map<String, String> attributes() {
    Map<String, String> result = new LinkedHashMap<>(common.withoutEffect());
    keep(result, "cpu-bind", StepSpec.CPU_BIND);
    if (choices.has("preserve-env")) {
      result.put(StepSpec.PRESERVE_ENV, "1");
    }
    keep(result, "task-prolog", StepSpec.TASK_PROLOG);
    keep(result, "task-epilog", StepSpec.TASK_EPILOG);
    result.put(Attributes.SUBMIT_LINE, common.submitLine());
    result.put(Attributes.SRUN_HOST, invocation.hostName());
    result.put(Attributes.SRUN_PID, Integer.toString(invocation.clientPid()));
    return result;
  }

  private void keep(Map<String, String> attributes, String option, String name) {
    if (choices.has(option)) {
      attributes.put(name, choices.text(option, ""));
    }
  }
}
