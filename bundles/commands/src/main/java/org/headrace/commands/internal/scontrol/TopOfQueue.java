package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.commands.internal.cli.Words;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;

/** {@code top}: jobs go before the other jobs of their user, by their nice values. */
final class TopOfQueue {
  private static final String HELD = "Job is in held state, pending scheduler release";

  private static final long LEAST = 1;

  private final Session session;
  private final Map<Long, Job> front = new LinkedHashMap<>();

  TopOfQueue(Session session) {
    this.session = session;
  }

  void run(List<String> words) throws Exception {
    if (words.size() != 1) {
      session.error((words.isEmpty() ? "too few" : "too many") + " arguments for keyword:top");
      return;
    }
    String ids = words.get(0).replaceFirst("(?i)^(jobid|job)=", "");
    boolean administrator = session.visibility().administrator();
    String problem =
        administrator
                || session.snapshot().definition().hasWord("SchedulerParameters", "enable_user_top")
            ? find(ids)
            : ErrorTexts.text(ErrorCode.ACCESS_DENIED);
    boolean mine =
        administrator
            || front.values().stream()
                .allMatch(job -> job.spec().owner().uid() == session.invocation.caller().uid());
    problem = problem == null && !mine ? ErrorTexts.text(ErrorCode.ACCESS_DENIED) : problem;
    if (problem != null) {
      session.error(problem + " for job " + ids);
      return;
    }
    Map<Long, Job> others = others(front.values().iterator().next());
    long unranked = Math.max(base(front.values()), base(others.values()));
    Map<Long, Integer> nice =
        NiceShift.of(waiting(front.values(), unranked), waiting(others.values(), unranked));
    // Users gain what they have given before, so those that lose come first.
    List<Map.Entry<Long, Integer>> order = new ArrayList<>(nice.entrySet());
    order.sort(Comparator.comparing(change -> front.containsKey(change.getKey())));
    for (var change : order) {
      Job job = front.getOrDefault(change.getKey(), others.get(change.getKey()));
      int value = change.getValue();
      List<JobChange> changes =
          List.of(administrator ? new JobChange.Nice(value) : new JobChange.OwnOrder(value));
      Outcome.Rejected rejected =
          session.execute(new Command.UpdateJob(JobTarget.of(job.id()), changes));
      if (rejected != null) {
        session.rejected("", rejected, " for job " + job.id());
      }
    }
  }

  /** Finds the jobs to be first; the answer is why there is none, or null. */
  private String find(String ids) {
    String problem = ErrorTexts.text(ErrorCode.INVALID_JOB_ID);
    for (String word : Words.list(ids)) {
      JobTarget target = JobNames.target(word);
      List<Job> found = target == null ? List.of() : session.snapshot().jobOrArray(target.jobId());
      if (found.isEmpty()) {
        return ErrorTexts.text(ErrorCode.INVALID_JOB_ID);
      }
      problem = ErrorTexts.text(ErrorCode.NOT_PENDING);
      for (Job job : found) {
        if (job.status().state() != JobState.PENDING) {
          continue;
        }
        if (job.status().priority() == 0) {
          problem = HELD;
        } else if (front.isEmpty() || alike(job, front.values().iterator().next())) {
          front.putIfAbsent(job.id(), job);
        }
      }
    }
    return front.isEmpty() ? problem : null;
  }

  private Map<Long, Job> others(Job first) {
    List<Job> found = new ArrayList<>();
    session
        .snapshot()
        .jobs(
            row ->
                row.state() == JobState.PENDING
                    && row.user() == first.spec().owner().uid()
                    && !front.containsKey(row.id()),
            job -> {
              if (job.status().priority() > 0 && alike(job, first)) {
                found.add(job);
              }
            });
    found.sort(Comparator.comparingLong(Job::id));
    Map<Long, Job> byId = new LinkedHashMap<>();
    found.forEach(job -> byId.put(job.id(), job));
    return byId;
  }

  /** Only jobs that compete for the same share make way for each other. */
  private static boolean alike(Job one, Job other) {
    return one.spec().owner().uid() == other.spec().owner().uid()
        && one.spec().partitions().size() <= 1
        && one.status().partition().equals(other.status().partition())
        && one.spec().charge().account().equals(other.spec().charge().account())
        && one.spec().charge().qos().equals(other.spec().charge().qos());
  }

  private static List<NiceShift.Waiting> waiting(Collection<Job> jobs, long unranked) {
    return jobs.stream()
        .map(
            job -> {
              int nice = job.spec().timing().nice();
              long priority = ranked(job) ? job.status().priority() : unranked - nice;
              return new NiceShift.Waiting(job.id(), priority, nice);
            })
        .toList();
  }

  /** The highest priority of those that have one, had they no nice values. */
  private static long base(Collection<Job> jobs) {
    return jobs.stream()
        .filter(TopOfQueue::ranked)
        .mapToLong(job -> job.status().priority() + job.spec().timing().nice())
        .max()
        .orElse(LEAST);
  }

  /** A job that waits for its time or for others has the least priority until it may start. */
  private static boolean ranked(Job job) {
    return job.status().priority() > LEAST || job.spec().timing().priority() != Timing.UNSET;
  }
}
