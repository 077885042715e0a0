package org.headrace.commands.internal.scontrol;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeHardware;
import org.headrace.control.query.AgentReport;
import org.headrace.control.query.AgentReport.StepProcess;
import org.headrace.control.query.NodeStatus;
import org.headrace.slurmconf.text.JobReference;
import org.headrace.slurmconf.text.TextFormatException;

/**
 * Sub-commands that a node's agent answers: its processes, and what it says of itself. Where no
 * node is named, those of the caller's host are asked.
 */
final class NodeQuestions {
  private static final DateTimeFormatter LONG_TIME =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ROOT);
  private static final long YEAR_MILLIS = 365L * 86_400_000;
  private static final List<String> DEBUG_LEVELS =
      List.of(
          "quiet", "fatal", "error", "info", "verbose", "debug", "debug2", "debug3", "debug4",
          "debug5");

  private final Session session;

  NodeQuestions(Session session) {
    this.session = session;
  }

  /**
   * An agent that has answered.
   *
   * @param node its node
   * @param report what it says
   */
  private record Answer(String node, AgentReport report) {}

  private List<Answer> ask(String node) throws Exception {
    List<Answer> answers = new ArrayList<>();
    for (String name : node.isEmpty() ? here() : List.of(node)) {
      if (session.operations != null && session.snapshot().nodeStatus(name) != null) {
        Optional<AgentReport> report = session.operations.ask(name).toCompletableFuture().get();
        report.ifPresent(found -> answers.add(new Answer(name, found)));
      }
    }
    return answers;
  }

  private List<String> here() {
    String host = session.invocation.hostName().replaceFirst("\\..*", "");
    return session.snapshot().nodes().stream()
        .map(node -> node.name())
        .filter(
            name -> {
              NodeStatus status = session.snapshot().nodeStatus(name);
              return status != null
                  && status.report() != null
                  && status.report().host().equals(host);
            })
        .toList();
  }

  void processes(List<String> words) throws Exception {
    if (words.size() > 2) {
      session.error("too many arguments for keyword:listpids");
      return;
    }
    String what = words.isEmpty() || words.get(0).equals("*") ? "" : words.get(0);
    String node = words.size() > 1 ? words.get(1) : "";
    JobReference wanted;
    try {
      wanted = what.isEmpty() ? null : JobReference.parse(what);
    } catch (TextFormatException e) {
      session.error("\"" + what + "\" does not look like a jobid");
      return;
    }
    List<StepProcess> found = visible(ask(node), one -> matches(wanted, one));
    if (found.isEmpty()) {
      session.error(missing(wanted, what, node));
    }
    print("%-8s %-8s %-8s %-7s %-8s".formatted("PID", "JOBID", "STEPID", "LOCALID", "GLOBALID"));
    for (StepProcess one : found) {
      print(
          "%-8d %-8d %-8s %-7s %-8s"
              .formatted(
                  one.pid(),
                  one.jobId(),
                  step(one.stepId()),
                  number(one.localTask()),
                  number(one.task())));
    }
  }

  private static boolean matches(JobReference wanted, StepProcess one) {
    if (wanted == null) {
      return true;
    }
    int step =
        switch (wanted.step()) {
          case JobReference.BATCH_STEP -> Step.BATCH;
          case JobReference.EXTERN_STEP -> Step.EXTERN;
          case JobReference.INTERACTIVE_STEP -> Step.INTERACTIVE;
          default -> wanted.step();
        };
    return one.jobId() == wanted.jobId() && (!wanted.hasStep() || one.stepId() == step);
  }

  private static String missing(JobReference wanted, String what, String node) {
    String where = node.isEmpty() ? "this node" : "node " + node;
    if (wanted == null) {
      return "No job steps exist on " + where + ".";
    }
    return (wanted.hasStep() ? "StepId=" : "JobId=") + what + " does not exist on " + where + ".";
  }

  private List<StepProcess> visible(List<Answer> answers, Predicate<StepProcess> wanted) {
    return answers.stream()
        .flatMap(answer -> answer.report().processes().stream())
        .filter(wanted)
        .filter(
            one -> {
              Job job = session.snapshot().job(one.jobId());
              return job != null && session.visibility().job(job);
            })
        .toList();
  }

  private static String step(int id) {
    return switch (id) {
      case Step.BATCH -> "batch";
      case Step.EXTERN -> "extern";
      case Step.INTERACTIVE -> "interactive";
      default -> Integer.toString(id);
    };
  }

  private static String number(int task) {
    return task == StepProcess.NO_TASK ? "-" : Integer.toString(task);
  }

  /** Steps, or with {@code jobsOnly} jobs, of which there are processes. */
  void list(String keyword, List<String> words, boolean jobsOnly) throws Exception {
    if (words.size() > 1) {
      session.error("too many arguments for keyword:" + keyword);
      return;
    }
    String node = words.isEmpty() ? "" : words.get(0);
    Set<String> lines = new LinkedHashSet<>();
    for (StepProcess one : visible(ask(node), any -> true)) {
      lines.add(
          jobsOnly
              ? Long.toString(one.jobId())
              : "%-8d %s".formatted(one.jobId(), step(one.stepId())));
    }
    if (lines.isEmpty()) {
      session.error(missing(null, "", node));
      return;
    }
    print(jobsOnly ? "JOBID" : "%-8s %s".formatted("JOBID", "STEPID"));
    lines.forEach(this::print);
  }

  void pid(List<String> words) throws Exception {
    if (words.isEmpty()) {
      session.error("missing argument for keyword:pidinfo");
      return;
    }
    String word = words.get(0);
    List<StepProcess> found =
        word.matches("\\d{1,10}")
            ? visible(ask(""), one -> one.pid() == Long.parseLong(word))
            : List.of();
    if (found.isEmpty()) {
      session.error("Failed to locate job for requested pid");
      return;
    }
    Job job = session.snapshot().job(found.get(0).jobId());
    long limit = job.status().timeLimit();
    long end = job.status().started() + (limit == JobClass.UNLIMITED ? YEAR_MILLIS : limit);
    print(
        "Slurm JobId="
            + job.id()
            + " ends at "
            + LONG_TIME.format(Instant.ofEpochMilli(end).atZone(ZoneId.systemDefault())));
    print(
        "Job remaining time is " + Math.max(0, (end - session.clock.millis()) / 1000) + " seconds");
  }

  /** {@code show slurmd}. */
  void agent(String node) throws Exception {
    List<Answer> answers = ask(node);
    if (answers.isEmpty()) {
      session.error("slurm_load_slurmd_status: Connection refused");
      session.error(
          "scontrol: error: "
              + (node.isEmpty()
                  ? "no node of this host answers"
                  : "node " + node + " doesn't answer"));
      return;
    }
    agent(answers.get(0));
  }

  private void agent(Answer answer) {
    AgentReport report = answer.report();
    NodeHardware hardware = report.hardware();
    Map<String, String> settings = session.snapshot().definition().settings();
    Set<String> steps = new LinkedHashSet<>();
    report
        .processes()
        .forEach(
            one ->
                steps.add(
                    one.stepId() == Step.BATCH
                        ? "" + one.jobId()
                        : one.jobId() + "." + step(one.stepId())));
    fact("Active Steps", steps.isEmpty() ? "NONE" : String.join(", ", steps));
    fact("Actual CPUs", hardware.cpus());
    fact("Actual Boards", hardware.boards());
    fact("Actual sockets", hardware.sockets());
    fact("Actual cores", hardware.coresPerSocket());
    fact("Actual threads per core", hardware.threadsPerCore());
    fact("Actual real memory", hardware.memory() + " MB");
    fact("Actual temp disk space", hardware.tmpDisk() + " MB");
    fact("Boot time", session.times().iso(report.started()));
    fact("Hostname", answer.node());
    fact(
        "Last slurmctld msg time",
        report.heard() == 0 ? "NONE" : session.times().iso(report.heard()));
    fact("Slurmd PID", report.pid());
    String level = settings.getOrDefault("SlurmdDebug", "info").toLowerCase(Locale.ROOT);
    fact("Slurmd Debug", level.matches("\\d") ? level : "" + DEBUG_LEVELS.indexOf(level));
    fact(
        "Slurmd Logfile",
        settings
            .getOrDefault("SlurmdLogFile", "(null)")
            .replace("%n", answer.node())
            .replace("%h", report.host()));
    fact("Version", report.version());
    print("");
  }

  private void fact(String name, Object value) {
    print("%-24s = %s".formatted(name, value));
  }

  private void print(String line) {
    session.out().println(line);
  }
}
