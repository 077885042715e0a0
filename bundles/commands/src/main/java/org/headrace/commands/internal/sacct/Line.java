package org.headrace.commands.internal.sacct;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobHistory.StepHistory;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Reason;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.TresText;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;

/**
 * A job, or a step of it, in a listing.
 *
 * @param history the job
 * @param part the step, or null for the job itself
 * @param times how to print times
 * @param units letter of the unit of memory, the empty string for the best one, or {@link
 *     #UNCONVERTED}
 */
record Line(JobHistory history, StepHistory part, TimeTexts times, String units) {
  /** Units of memory: those in which it is counted. */
  static final String UNCONVERTED = "=";

  private static final String UNITS = "KMGTP";
  private static final long KIBI = 1024;
  private static final long HOUR_MILLIS = 3_600_000;

  Job job() {
    return history.job();
  }

  Step step() {
    return part == null ? null : part.step();
  }

  boolean isStep() {
    return part != null;
  }

  String id() {
    return isStep() ? Ids.step(job(), step().id()) : Ids.job(job());
  }

  String rawId() {
    return isStep() ? job().id() + "." + Ids.step(step().id()) : Long.toString(job().id());
  }

  String state() {
    JobState state = isStep() ? step().state() : job().status().state();
    if (!isStep() && requeued(job())) {
      return "REQUEUED";
    }
    int killer = job().status().killedBy();
    return !isStep() && state == JobState.CANCELLED && killer >= 0
        ? "CANCELLED by " + killer
        : state.name();
  }

  /**
   * Whether it is a run that was ended to put its job back in the queue. A run that was lost with
   * its node, for instance, is shown as that.
   */
  static boolean requeued(Job job) {
    JobStatus status = job.status();
    return status.state() == JobState.CANCELLED
        && status.has(JobFlag.REQUEUED)
        && status.started() > 0;
  }

  String exit() {
    ExitStatus exit = isStep() ? step().exit() : job().status().exit();
    return exit.code() + ":" + exit.signal();
  }

  private boolean started() {
    return isStep() || job().status().state() != JobState.PENDING && job().status().started() > 0;
  }

  long start() {
    if (isStep()) {
      return step().started();
    }
    return started() ? job().status().started() : 0;
  }

  long end() {
    if (isStep()) {
      return step().ended();
    }
    return job().status().state() == JobState.PENDING ? 0 : job().status().ended();
  }

  /** Seconds that it ran. */
  long elapsed() {
    if (start() == 0) {
      return 0;
    }
    long whole = TimeTexts.seconds(start(), end() == 0 ? times.now() : end());
    return Math.max(0, whole - suspended());
  }

  /** Seconds that it stood still; a step that came after its job had been stopped didn't. */
  long suspended() {
    JobStatus status = job().status();
    if (!started() || start() >= status.suspended()) {
      return 0;
    }
    boolean still = status.state() == JobState.SUSPENDED && end() == 0;
    return (status.stoodStill() + (still ? times.now() - status.suspended() : 0)) / 1000;
  }

  int cpus() {
    if (isStep()) {
      return step().parts().stream().mapToInt(Step.Part::cpus).sum();
    }
    return job().status().allocation() != null && started()
        ? job().status().allocation().cpus()
        : job().spec().request().minCpus();
  }

  int nodeCount() {
    if (isStep()) {
      return step().parts().size();
    }
    return history.nodes().isEmpty() ? job().spec().request().minNodes() : history.nodes().size();
  }

  List<String> nodes() {
    return isStep() ? part.nodes() : history.nodes();
  }

  String nodeList() {
    return nodes().isEmpty() ? "None assigned" : Hostlist.compress(nodes());
  }

  String planned() {
    return SlurmDuration.formatFull(plannedSeconds());
  }

  long plannedSeconds() {
    long eligible = job().status().eligible();
    if (eligible == 0) {
      return 0;
    }
    long until = start() > 0 ? start() : end() > 0 ? end() : times.now();
    return TimeTexts.seconds(eligible, until);
  }

  Usage usage() {
    if (isStep()) {
      return step().usage();
    }
    Usage sum = Usage.NONE;
    for (StepHistory one : history.steps()) {
      sum = sum.plus(one.step().usage());
    }
    return sum;
  }

  /** {@code 00:00.016}, {@code 01:02:03}. */
  static String cpuTime(long millis) {
    if (millis == 0) {
      return "00:00:00";
    }
    if (millis >= HOUR_MILLIS) {
      return SlurmDuration.formatFull(millis / 1000);
    }
    return String.format(
        Locale.ROOT, "%02d:%02d.%03d", millis / 60_000, millis / 1000 % 60, millis % 1000);
  }

  /** What it held, by name. */
  String allocated() {
    if (!isStep() || step().id() == Step.EXTERN) { // a container holds what its job does
      return started() ? sorted(TresText.of(job().status().allocation())) : "";
    }
    long memory = step().parts().stream().mapToLong(Step.Part::memory).sum();
    StringBuilder text = new StringBuilder("cpu=").append(cpus());
    java.util.Map<String, Long> gres = new java.util.TreeMap<>();
    step()
        .parts()
        .forEach(
            share -> share.gres().forEach(one -> gres.merge(one.name(), one.count(), Long::sum)));
    gres.forEach((name, count) -> text.append(",gres/").append(name).append('=').append(count));
    if (memory > 0) {
      text.append(",mem=").append(TresText.exactMemory(memory));
    }
    return text.append(",node=").append(step().parts().size()).toString();
  }

  /** What it asked for, by name. */
  String requested() {
    return isStep() ? "" : sorted(TresText.of(job().spec().request()));
  }

  /** What kept a job from starting; what ended one that ran is said by its state. */
  static Reason reason(Job job) {
    return job.status().started() > 0 ? Reason.NONE : job.status().reason();
  }

  private static String sorted(String tres) {
    String[] parts = tres.split(",");
    Arrays.sort(parts);
    return String.join(",", parts);
  }

  /** Memory in the unit that was asked for, or the largest in which it is whole or half. */
  String memory(long kibibytes) {
    if (units.equals(UNCONVERTED)) {
      return kibibytes + "K";
    }
    int unit = UNITS.indexOf(units.isEmpty() ? '\0' : units.charAt(0));
    if (unit < 0) {
      return kibibytes == 0 ? "0" : TresText.exact(kibibytes, UNITS);
    }
    double value = kibibytes;
    for (int i = 0; i < unit; i++) {
      value /= KIBI;
    }
    return number(value) + UNITS.charAt(unit);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
