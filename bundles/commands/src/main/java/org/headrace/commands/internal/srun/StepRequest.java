package org.headrace.commands.internal.srun;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
  private final StepFiles files;
  private final List<String> warnings = new ArrayList<>();
  private MultiProgram programs;
  private List<String> replacement = List.of();

  StepRequest(Choices choices, Invocation invocation, Snapshot snapshot) {
    this.choices = choices;
    this.invocation = invocation;
    this.snapshot = snapshot;
    this.common = new StepChoices(choices, invocation, snapshot);
    this.files = new StepFiles(choices, invocation, common.append());
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

  /** Does what has to be done before the step starts. */
  void emptyFiles(Job job) throws Exception {
    files.empty(job);
  }

  List<String> warnings() {
    return warnings;
  }

  /**
   * @param first whether it is the first of the components that the step goes over, which has the
   *     user's terminal
   */
  StepSpec build(Job job, List<String> command, boolean first) {
    String distribution = distribution();
    StepExtent extent =
        new StepExtent(
            choices,
            common,
            job,
            distribution.toLowerCase(Locale.ROOT).endsWith(",pack"),
            warnings);
    int tasks = extent.tasks();
    return new StepSpec(
            name(command),
            extent.nodes(),
            extent.nodeNames(),
            common.nodes("exclude"),
            choices.number("relative", 0),
            layout(extent, distribution),
            memory(),
            common.gres(),
            sharing(),
            argv(command, tasks),
            common.workDirectory(),
            files.pattern("input"),
            files.pattern("output"),
            files.pattern("error"),
            files.append(),
            first && terminal(),
            common.umask(),
            common.limits(),
            killOnBadExit(),
            common.timeLimit(),
            attributes())
        .withOutlivesNodes(common.outlivesNodes());
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

  private TaskLayout layout(StepExtent extent, String distribution) {
    return new TaskLayout(
        extent.tasks(),
        extent.cpusPerTask(),
        extent.mostTasksPerNode(),
        choices.number("ntasks-per-socket", TaskLayout.UNSET),
        choices.number("ntasks-per-core", TaskLayout.UNSET),
        choices.has("overcommit"),
        distribution);
  }

  /** With {@code CR_Pack_Nodes}, tasks are packed unless the user says otherwise. */
  private String distribution() {
    String chosen = choices.text("distribution", "");
    String lower = chosen.toLowerCase(Locale.ROOT);
    if (lower.matches("(no)?pack")) {
      return "block," + chosen;
    }
    boolean packs = snapshot.definition().hasWord("SelectTypeParameters", "CR_Pack_Nodes");
    return packs && !lower.matches("arbitrary.*|plane.*|.*pack")
        ? (chosen.isEmpty() ? "block" : chosen) + ",Pack"
        : chosen;
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
    if (choices.has("whole")) {
      if (choices.has("exact")) {
        throw Refusal.error("srun", 1, "--exact and --whole are mutually exclusive.");
      }
      return choices.has("overlap") ? StepSharing.OVERLAP : StepSharing.WHOLE;
    }
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
    keep(result, "mem-bind", StepSpec.MEM_BIND);
    if (choices.number("resv-ports", 0) > 0) {
      result.put(StepSpec.WANTED_PORTS, Integer.toString(choices.number("resv-ports", 0)));
    }
    if (choices.explicit("gres") && choices.text("gres", "").equalsIgnoreCase("none")) {
      result.put(StepSpec.NO_GRES, "1");
    }
    if (choices.has("preserve-env")) {
      result.put(StepSpec.PRESERVE_ENV, "1");
    }
    keep(result, "task-prolog", StepSpec.TASK_PROLOG);
    keep(result, "task-epilog", StepSpec.TASK_EPILOG);
    MpiChoice.addTo(result, choices, snapshot);
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
