package org.headrace.commands.internal.srun;

import java.util.BitSet;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.control.Control;
import org.headrace.control.command.Command;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.text.BitmapList;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.RunLength;

/** Tells a user who asks by {@code -v} or {@code -vv} how a step comes about, starts and ends. */
final class StepTrace {
  private static final int VERBOSE = 1;
  private static final int DEBUG = 2;
  private static final int NOT_GIVEN = 65534;

  private final Control control;
  private final Invocation invocation;
  private final Choices choices;

  StepTrace(Control control, Invocation invocation, Choices choices) {
    this.control = control;
    this.invocation = invocation;
    this.choices = choices;
  }

  /** Whether anything is told. */
  boolean on() {
    return choices.verbosity() >= VERBOSE;
  }

  /** There is an allocation, and this is to run in it. */
  void requested(Command.CreateStep wanted) {
    long jobId = wanted.jobId();
    StepSpec spec = wanted.spec();
    Job job = on() ? control.snapshot().job(jobId) : null;
    if (job == null || job.status().allocation() == null) {
      return;
    }
    List<String> names = NodeNames.of(job.status().allocation(), control.snapshot());
    List<Long> cpus =
        job.status().allocation().nodes().stream().map(node -> (long) node.cpus()).toList();
    say(
        VERBOSE,
        "jobid "
            + jobId
            + ": nodes("
            + names.size()
            + "):`"
            + Hostlist.compress(names)
            + "', cpu counts: "
            + counts(cpus));
    String including = spec.nodeNames().isEmpty() ? "(null)" : Hostlist.compress(spec.nodeNames());
    say(
        DEBUG,
        "debug:  requesting job "
            + jobId
            + ", user "
            + job.spec().owner().uid()
            + ", nodes "
            + Math.max(1, spec.nodes())
            + " including ("
            + including
            + ")");
    int tasks = spec.layout().tasks();
    say(
        DEBUG,
        "debug:  cpus "
            + tasks * Math.max(1, spec.layout().cpusPerTask())
            + ", tasks "
            + tasks
            + ", name "
            + spec.name()
            + ", relative "
            + choices.number("relative", NOT_GIVEN));
  }

  /** Each with how often it comes in a row, also where that is once. */
  private static String counts(List<Long> cpus) {
    return RunLength.format(cpus).replaceAll("(^|,)(\\d+)(?=,|$)", "$1$2(x1)");
  }

  /** The step is there, and its nodes have been told. */
  void launching(Step step) {
    if (!on()) {
      return;
    }
    say(
        VERBOSE,
        "launch/slurm: launch_p_step_launch: CpuBindType="
            + choices.text("cpu-bind", "(null type)"));
    for (Step.Part part : step.parts()) {
      BitSet tasks = new BitSet();
      part.taskRanks().forEach(rank -> tasks.set(step.group().firstTask() + rank));
      String numbers = BitmapList.format(tasks);
      say(
          VERBOSE,
          "launching StepId="
              + name(step)
              + " on host "
              + NodeNames.of(part.node(), control.snapshot())
              + ", "
              + tasks.cardinality()
              + " tasks: "
              + (tasks.cardinality() == 1 ? numbers : "[" + numbers + "]"));
    }
  }

  /** The tasks of one node run. */
  void started(String node, int tasks) {
    say(VERBOSE, "launch/slurm: _task_start: Node " + node + ", " + tasks + " tasks started");
  }

  /** Tasks of one node have ended in one way; failures are told to everybody, elsewhere. */
  void ended(Step step, TaskReport.News news) {
    int count = news.tasks().cardinality();
    say(
        VERBOSE,
        String.format(
            "launch/slurm: _task_finish: Received task exit notification for %d %s of StepId=%s"
                + " (status=0x%04x).",
            count, count == 1 ? "task" : "tasks", name(step), news.code() << 8 | news.signal()));
    if (!news.failed()) {
      say(VERBOSE, "launch/slurm: _task_finish: " + news.text());
    }
    if (choices.verbosity() >= DEBUG) {
      news.tasks().stream().forEach(task -> say(DEBUG, "debug:  task " + task + " done"));
    }
  }

  /** From now on the others have so many seconds. */
  void waiting(int seconds) {
    say(
        VERBOSE,
        "launch/slurm: _setup_max_wait_timer: First task exited. Terminating job in "
            + seconds
            + "s");
  }

  private static String name(Step step) {
    return step.jobId() + "." + step.id();
  }

  private void say(int level, String text) {
    if (choices.verbosity() >= level) {
      invocation.err().println("srun: " + text);
      invocation.err().flush();
    }
  }
}
