package org.headrace.commands.internal.squeue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.headrace.commands.internal.format.Column;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.LongFormat;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.commands.internal.text.TresText;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;

/**
 * A step in a listing.
 *
 * @param job its job
 * @param step the step
 * @param snapshot where it is from
 * @param times how to print times
 */
record StepLine(Job job, Step step, Snapshot snapshot, TimeTexts times) {
  /** Columns by letter. */
  static Map<Character, Column<StepLine>> letters() {
    Map<Character, Column<StepLine>> letters = new HashMap<>();
    letters.put('A', Column.of("TASKS", line -> Integer.toString(line.step.tasks())));
    letters.put('b', Column.of("TRES_PER_JOB", StepLine::gres));
    letters.put('i', Column.of("STEPID", line -> Ids.step(line.job, line.step.id())));
    letters.put('j', Column.of("NAME", line -> line.step.spec().name()));
    letters.put('l', Column.of("TIME_LIMIT", StepLine::limit));
    letters.put('M', Column.of("TIME", line -> SlurmDuration.format(line.used())));
    letters.put('N', Column.of("NODELIST", StepLine::nodes));
    letters.put('P', Column.of("PARTITION", line -> line.job.status().partition()));
    letters.put('S', Column.of("START_TIME", line -> line.times.point(line.step.started(), "N/A")));
    letters.put('u', Column.of("USER", line -> line.job.spec().owner().user()));
    letters.put('U', Column.of("UID", line -> Integer.toString(line.job.spec().owner().uid())));
    return letters;
  }

  /** Columns by name. */
  static Map<String, Column<StepLine>> names() {
    Map<Character, Column<StepLine>> letters = letters();
    Map<String, Column<StepLine>> names = new HashMap<>();
    Map<String, Character> known =
        Map.ofEntries(
            Map.entry("numtasks", 'A'),
            Map.entry("stepid", 'i'),
            Map.entry("stepname", 'j'),
            Map.entry("name", 'j'),
            Map.entry("timelimit", 'l'),
            Map.entry("timeused", 'M'),
            Map.entry("nodes", 'N'),
            Map.entry("nodelist", 'N'),
            Map.entry("partition", 'P'),
            Map.entry("starttime", 'S'),
            Map.entry("username", 'u'),
            Map.entry("userid", 'U'));
    known.forEach((name, letter) -> names.put(name, letters.get(letter)));
    put(names, "StepState", "STATE", line -> line.step.state().name());
    put(names, "JobID", "JOB_ID", line -> Long.toString(line.job.id()));
    put(names, "ArrayJobID", "ARRAY_JOB_ID", line -> Long.toString(line.job.arrayId()));
    put(names, "ArrayTaskID", "ARRAY_TASK_ID", StepLine::task);
    put(names, "NumCPUs", "NUM_CPUS", line -> Integer.toString(line.cpus()));
    put(names, "tres-per-step", "TRES_PER_STEP", StepLine::gres);
    put(names, "tres-per-node", "TRES_PER_NODE", StepLine::gres);
    for (String absent :
        List.of("tres-per-job", "tres-per-socket", "tres-per-task", "tres-bind", "tres-freq")) {
      put(
          names,
          absent,
          absent.replace('-', '_').toUpperCase(java.util.Locale.ROOT),
          line -> JobFacts.NULL);
    }
    return names;
  }

  private static void put(
      Map<String, Column<StepLine>> names,
      String name,
      String header,
      Function<StepLine, String> value) {
    names.put(LongFormat.key(name), Column.of(header, value));
  }

  private String task() {
    return job.arrayTask() == Job.NO_TASK ? "N/A" : Integer.toString(job.arrayTask());
  }

  private String gres() {
    StringBuilder text = new StringBuilder();
    step.spec()
        .gres()
        .forEach(wish -> text.append(text.length() == 0 ? "" : ",").append(TresText.wish(wish)));
    return JobFacts.orNull(text.toString());
  }

  private String limit() {
    long limit = step.spec().timeLimit();
    return limit == 0 || limit == Long.MAX_VALUE ? "UNLIMITED" : SlurmDuration.format(limit / 1000);
  }

  private long used() {
    JobStatus status = job.status();
    boolean stopped = status.state() == JobState.SUSPENDED;
    long until = step.ended() > 0 ? step.ended() : stopped ? status.suspended() : times.now();
    long still = step.started() < status.suspended() ? status.stoodStill() : 0;
    return TimeTexts.seconds(step.started() + still, Math.max(until, step.started() + still));
  }

  private int cpus() {
    return step.parts().stream().mapToInt(Step.Part::cpus).sum();
  }

  private String nodes() {
    return Hostlist.compress(
        step.parts().stream().map(part -> NodeNames.of(part.node(), snapshot)).toList());
  }
}
