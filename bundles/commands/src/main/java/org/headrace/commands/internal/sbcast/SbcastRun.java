package org.headrace.commands.internal.sbcast;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.control.Control;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;
import org.headrace.control.stepio.StepStreams;
import org.headrace.slurmconf.options.ParsedOptions;
import org.headrace.slurmconf.text.Hostlist;

/** One call of sbcast. */
final class SbcastRun {
  private static final CommandOptions OPTIONS =
      new CommandOptions(
          "sbcast",
          "SOURCE DEST",
          """
          compress|C|?|SBCAST_COMPRESS|library|accepted; files are sent as they are
          exclude||=|SBCAST_EXCLUDE|paths|accepted; libraries are not sent along
          force|f|-|SBCAST_FORCE||replace the file that is there
          fanout|F|=|SBCAST_FANOUT|n|accepted; the controller tells the nodes
          jobid|j|=||id[.step]|copy to the nodes of this job or step
          preserve|p|-|SBCAST_PRESERVE||keep the times of the file, too
          send-libs||?|SBCAST_SEND_LIBS|yes or no|no: shared libraries are not sent along
          size|s|=|SBCAST_SIZE|bytes|accepted; blocks have 1 MiB
          timeout|t|=|SBCAST_TIMEOUT|seconds|accepted; nodes are waited for while they run the job
          verbose|v|-|||say what is sent
          """);

  private static final Pattern TARGET =
      Pattern.compile("(\\d{1,9})(?:\\+\\d{1,4})?(?:\\.(\\d{1,9}))?");

  private final Control control;
  private final StepStreams streams;
  private final Invocation invocation;

  SbcastRun(Control control, StepStreams streams, Invocation invocation) {
    this.control = control;
    this.streams = streams;
    this.invocation = invocation;
  }

  int run() throws Exception {
    ParsedOptions options = OPTIONS.parse(invocation.arguments(), invocation.environment());
    if (OPTIONS.answered(options, invocation)) {
      return 0;
    }
    List<String> files = options.operands();
    if (files.size() != 2) {
      throw Refusal.raw(
          1,
          "Need two file names, have " + files.size() + " names",
          "Try \"sbcast --help\" for more information");
    }
    if (files.get(1).endsWith("/")) {
      throw Refusal.error("sbcast", 1, "Target filename cannot be a directory.");
    }
    String libraries = options.last("send-libs").map(value -> value.value()).orElse("no");
    if (!libraries.equals("no")) {
      invocation.err().println("sbcast: warning: --send-libs: shared libraries are not sent along");
    }
    Matcher target = target(options);
    Job job = job(Long.parseLong(target.group(1)));
    List<String> nodes = target.group(2) == null ? List.of() : nodes(job, target.group(2));
    if (options.has("verbose")) {
      describe(options, files, job);
    }
    FileBroadcast broadcast = new FileBroadcast(control, streams, invocation);
    return broadcast
        .send(
            new FileBroadcast.Order(
                job,
                nodes,
                files.get(0),
                files.get(1),
                false,
                options.has("force"),
                options.has("preserve")))
        .status();
  }

  private Matcher target(ParsedOptions options) {
    String text = options.value("jobid", invocation.environment().getOrDefault("SLURM_JOB_ID", ""));
    if (text.isEmpty()) {
      throw Refusal.error(
          "sbcast",
          1,
          "Need a job id to run this command.  Run from within a Slurm job or use the --jobid"
              + " option.");
    }
    Matcher matcher = TARGET.matcher(text);
    if (!matcher.matches()) {
      throw Refusal.error(
          "sbcast", 1, "Invalid job id: " + text, "--jobid: write JOB or JOB.STEP in numbers");
    }
    return matcher;
  }

  private Job job(long id) {
    Job job = control.snapshot().job(id);
    if (job == null) {
      throw lookup(id, ErrorTexts.text(ErrorCode.INVALID_JOB_ID));
    }
    int uid = invocation.caller().uid();
    if (!invocation.caller().isRoot() && job.spec().owner().uid() != uid) {
      throw lookup(id, ErrorTexts.text(ErrorCode.ACCESS_DENIED));
    }
    JobState state = job.status().state();
    if (state == JobState.PENDING) {
      throw lookup(id, "Job is pending execution");
    }
    if (state != JobState.RUNNING && state != JobState.SUSPENDED) {
      throw lookup(id, ErrorTexts.text(ErrorCode.ALREADY_DONE));
    }
    return job;
  }

  private static Refusal lookup(long id, String why) {
    return Refusal.error("sbcast", Refusal.BAD_OPTION, "Slurm job " + id + " lookup error: " + why);
  }

  private List<String> nodes(Job job, String number) {
    Snapshot snapshot = control.snapshot();
    for (Step step : snapshot.steps(job.id())) {
      if (Integer.toString(step.id()).equals(number) && !step.state().ended()) {
        return step.parts().stream().map(part -> NodeNames.of(part.node(), snapshot)).toList();
      }
    }
    throw Refusal.error(
        "sbcast",
        Refusal.BAD_OPTION,
        "Slurm job " + job.id() + "." + number + " lookup error: no such step runs");
  }

  private void describe(ParsedOptions options, List<String> files, Job job) {
    String rule = "-----------------------------";
    List<String> lines =
        List.of(
            rule,
            "force      = " + options.has("force"),
            "preserve   = " + options.has("preserve"),
            "verbose    = " + options.count("verbose"),
            "source     = " + files.get(0),
            "dest       = " + files.get(1),
            rule,
            "jobid      = " + job.id(),
            "node_list  = "
                + Hostlist.compress(NodeNames.of(job.status().allocation(), control.snapshot())));
    lines.forEach(line -> invocation.err().println("sbcast: " + line));
  }
}
