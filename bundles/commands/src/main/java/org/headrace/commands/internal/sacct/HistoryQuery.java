package org.headrace.commands.internal.sacct;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.text.ComponentRefs;
import org.headrace.commands.internal.text.ReasonNames;
import org.headrace.commands.internal.text.StateNames;
import org.headrace.control.front.Caller;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.JobReference;
import org.headrace.slurmconf.text.TextFormatException;

/** Which jobs sacct asks for, and what it leaves out of the answer. */
final class HistoryQuery {
  private static final List<String> FLAGS =
      List.of("None", "SchedSubmit", "SchedMain", "SchedBackfill", "StartReceived");
  private static final int EVERY_STEP = Integer.MIN_VALUE;

  private final SacctOptions options;
  private final TimeTexts times;
  private final Caller caller;
  private final Visibility visibility;
  private final List<JobQuery.JobRef> jobs = new ArrayList<>();
  private final Map<JobQuery.JobRef, Set<Integer>> steps = new HashMap<>();
  private final Set<Long> whole = new HashSet<>();
  private final Set<JobState> states = EnumSet.noneOf(JobState.class);
  private boolean requeued;
  private final Set<String> nodes = new HashSet<>();

  HistoryQuery(SacctOptions options, TimeTexts times, Caller caller, Visibility visibility) {
    this.options = options;
    this.times = times;
    this.caller = caller;
    this.visibility = visibility;
    options.list("jobs").forEach(this::addJob);
    options.list("state").forEach(this::addState);
    options.list("flags").forEach(HistoryQuery::canonical);
    String text = options.value("nodelist");
    if (!text.isEmpty()) {
      try {
        nodes.addAll(Hostlist.expand(text));
      } catch (TextFormatException e) {
        throw Refusal.fatal("sacct", e.getMessage());
      }
    }
  }

  private void addJob(String word) {
    try {
      JobReference named = JobReference.parse(word);
      JobReference reference = ComponentRefs.plain(named);
      int task =
          reference.arrayTask() == JobReference.NO_TASK ? Job.NO_TASK : reference.arrayTask();
      JobQuery.JobRef job = new JobQuery.JobRef(reference.jobId(), task);
      jobs.add(job);
      if (named.hetOffset() == JobReference.NO_OFFSET) {
        whole.add(job.id());
      }
      int step =
          switch (reference.step()) {
            case JobReference.NO_STEP -> EVERY_STEP;
            case JobReference.BATCH_STEP -> Step.BATCH;
            case JobReference.EXTERN_STEP -> Step.EXTERN;
            case JobReference.INTERACTIVE_STEP -> Step.INTERACTIVE;
            default -> reference.step();
          };
      steps.computeIfAbsent(job, key -> new HashSet<>()).add(step);
    } catch (TextFormatException e) {
      throw Refusal.fatal("sacct", "Bad job/step specified: " + plain(word));
    }
  }

  private static String plain(String word) {
    String quoted = TextFormatException.quote(word);
    return quoted.substring(1, quoted.length() - 1);
  }

  private void addState(String word) {
    JobState state = StateNames.parseBase(word);
    if (state != null) {
      states.add(state);
      return;
    }
    switch (word.toUpperCase(Locale.ROOT)) {
      case "RQ", "REQUEUED" -> requeued = true;
      case "RS", "RESIZING", "RV", "REVOKED" -> {
        // no run is ever in these states
      }
      default -> throw Refusal.fatal("sacct", "unrecognized job state value '" + plain(word) + "'");
    }
  }

  private long time(String option, long absent) {
    String text = options.value(option);
    if (text.isEmpty()) {
      return absent;
    }
    try {
      return times.parsePast(text);
    } catch (TextFormatException e) {
      throw Refusal.raw(1, e.getMessage());
    }
  }

  /**
   * The query for the other components of heterogeneous jobs that are named as a whole, by the id
   * of the first; without jobs where there are none.
   *
   * @param found answer to {@link #query}
   */
  JobQuery others(List<JobHistory> found) {
    List<JobQuery.JobRef> named = List.copyOf(jobs);
    jobs.clear();
    for (JobHistory one : found) {
      JobComponent component = one.job().spec().component();
      if (component.grouped() && component.index() == 0 && whole.contains(one.job().id())) {
        for (int i = 1; i < component.count(); i++) {
          JobQuery.JobRef other = new JobQuery.JobRef(component.group() + i, Job.NO_TASK);
          if (!named.contains(other)) {
            jobs.add(other);
          }
          steps.computeIfAbsent(other, key -> new HashSet<>()).addAll(wanted(one.job()));
        }
      }
    }
    return query();
  }

  /** The query. */
  JobQuery query() {
    boolean named = !jobs.isEmpty();
    long now = times.now();
    long midnight =
        Instant.ofEpochMilli(now)
            .atZone(times.zone())
            .toLocalDate()
            .atStartOfDay(times.zone())
            .toInstant()
            .toEpochMilli();
    boolean stateOnly = (requeued || !states.isEmpty()) && !options.has("starttime");
    long standard = named ? 0 : stateOnly ? now : midnight;
    long from = time("starttime", standard);
    long to = time("endtime", named && !options.has("starttime") ? 0 : now);
    if (to != 0 && from > to) {
      throw Refusal.error(
          "sacct",
          1,
          "Start time ("
              + times.iso(from)
              + ") requested is after end time ("
              + times.iso(to)
              + ").");
    }
    return new JobQuery(
        jobs,
        users(named),
        options.list("accounts"),
        options.list("name"),
        options.list("partition"),
        recordedStates(),
        from,
        to,
        options.has("duplicates") || requeued,
        0);
  }

  /** Accounting has runs that were put back in the queue among those that were cancelled. */
  private Set<JobState> recordedStates() {
    if (!requeued) {
      return states;
    }
    Set<JobState> recorded = EnumSet.of(JobState.CANCELLED);
    recorded.addAll(states);
    return recorded;
  }

  private List<Integer> users(boolean named) {
    List<String> words = options.list("user", "uid");
    if (!words.isEmpty()) {
      boolean numbers = words.stream().allMatch(word -> word.matches("\\d{1,9}"));
      return numbers ? words.stream().map(Integer::valueOf).toList() : List.of();
    }
    boolean everybody = options.has("allusers") || named || visibility.administrator();
    return everybody ? List.of() : List.of(caller.uid());
  }

  /** Whether a job that was found is shown. */
  boolean accepts(JobHistory history) {
    Job job = history.job();
    List<String> users = options.list("user", "uid");
    boolean user =
        users.isEmpty()
            || users.contains(job.spec().owner().user())
            || users.contains(Integer.toString(job.spec().owner().uid()));
    return user
        && state(job)
        && visibility.job(job)
        && among("qos", job.spec().charge().qos())
        && among("wckeys", job.spec().charge().wckey())
        && features(job.spec().request().nodes().features())
        && flags(history)
        && among("reason", ReasonNames.name(Line.reason(job)))
        && group(job)
        && (nodes.isEmpty() || history.nodes().stream().anyMatch(nodes::contains))
        && range("ncpus", new Line(history, null, times, "").cpus())
        && range("nnodes", new Line(history, null, times, "").nodeCount());
  }

  private boolean state(Job job) {
    boolean before = states.stream().anyMatch(state -> !state.ended());
    if (Line.requeued(job)) {
      return requeued || before || states.isEmpty();
    }
    return !requeued
        || before
        || states.contains(job.status().state())
        || job.status().state() != JobState.CANCELLED;
  }

  private boolean group(Job job) {
    List<String> groups = options.list("gid", "group");
    return groups.isEmpty()
        || groups.contains(job.spec().owner().group())
        || groups.contains(Integer.toString(job.spec().owner().gid()));
  }

  private boolean features(String asked) {
    List<String> words = options.list("constraints");
    return words.isEmpty() || words.contains(asked);
  }

  /** How it was started. */
  private boolean flags(JobHistory history) {
    List<String> words = options.list("flags");
    return words.isEmpty()
        || words.stream().anyMatch(word -> Fields.flags(history.job()).contains(canonical(word)));
  }

  private static String canonical(String flag) {
    return FLAGS.stream()
        .filter(flag::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(
            () -> Refusal.error("sacct", 1, "str_2_job_flags: Invalid job flag " + plain(flag)));
  }

  private boolean among(String option, String value) {
    List<String> words = options.list(option);
    return words.isEmpty() || words.contains(value);
  }

  private boolean range(String option, int value) {
    String text = options.value(option);
    if (text.isEmpty()) {
      return true;
    }
    if (!text.matches("\\d{1,9}(-\\d{1,9})?")) {
      throw Refusal.error("sacct", 1, "--" + option + "=" + text + " is not N or MIN-MAX");
    }
    String[] words = text.split("-");
    int least = Integer.parseInt(words[0]);
    return value >= least && value <= Integer.parseInt(words[words.length - 1]);
  }

  /** Whether the job itself is shown, not one of its steps alone. */
  boolean wholeJob(Job job) {
    return steps.isEmpty() || wanted(job).contains(EVERY_STEP);
  }

  /** Whether a step of a job is shown. */
  boolean step(Job job, Step step) {
    if (options.has("allocations")) {
      return false;
    }
    Set<Integer> wanted = steps.isEmpty() ? Set.of(EVERY_STEP) : wanted(job);
    return wanted.contains(EVERY_STEP) || wanted.contains(step.id());
  }

  private Set<Integer> wanted(Job job) {
    Set<Integer> wanted = new HashSet<>();
    for (long id : new long[] {job.id(), job.arrayId()}) {
      wanted.addAll(steps.getOrDefault(new JobQuery.JobRef(id, Job.NO_TASK), Set.of()));
      wanted.addAll(steps.getOrDefault(new JobQuery.JobRef(id, job.arrayTask()), Set.of()));
    }
    return wanted;
  }
}
