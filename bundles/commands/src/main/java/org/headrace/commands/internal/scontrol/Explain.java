package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Blocker;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.ReasonNames;
import org.headrace.control.command.JobTarget;
import org.headrace.control.query.Snapshot;

/** Says what keeps a job from starting, as the scheduler recorded it when it decided. */
final class Explain {
  private static final int SHOWN_AHEAD = 5;

  private final Session session;

  Explain(Session session) {
    this.session = session;
  }

  void run(List<String> rest) {
    List<String> words = new ArrayList<>(rest);
    words.removeIf(word -> word.equalsIgnoreCase("job"));
    if (words.isEmpty()) {
      session.error("too few arguments for keyword:explain");
      return;
    }
    for (String word : words) {
      JobTarget target = JobNames.target(word.replaceFirst("(?i)^(jobid|job)=", ""));
      Snapshot snapshot = session.snapshot();
      List<Job> jobs = target == null ? List.of() : snapshot.jobOrArray(target.jobId());
      jobs = jobs.stream().filter(job -> mayShow(job)).toList();
      if (jobs.isEmpty()) {
        session.error("slurm_load_jobs error: Invalid job id specified");
      } else {
        explain(jobs.get(0), snapshot);
      }
    }
  }

  private boolean mayShow(Job job) {
    return session.visibility().jobsOf(job.spec().owner().uid());
  }

  private void explain(Job job, Snapshot snapshot) {
    TimeTexts times = session.times();
    JobFacts facts = new JobFacts(job, snapshot, times.now());
    print(
        "Job %s (%s) of %s in partition %s is %s"
            .formatted(
                Ids.job(job),
                job.spec().name(),
                job.spec().owner().user(),
                facts.partitions(),
                job.status().state()));
    if (!facts.pending()) {
      return;
    }
    print("Reason: " + facts.reason());
    blockers(snapshot.blockers(job.id()), snapshot.nodes().size(), times);
    ahead(job, snapshot);
    print(
        facts.start() == 0
            ? "Expected start: not known yet"
            : "Expected start: " + times.point(facts.start()));
    print("Last considered: " + times.point(job.status().lastConsidered(), "not yet"));
  }

  private void blockers(List<Blocker> blockers, int nodes, TimeTexts times) {
    if (blockers.isEmpty()) {
      print("Blockers: none recorded");
      return;
    }
    print("Blockers, of " + nodes + " nodes:");
    for (Blocker blocker : blockers) {
      String count = blocker.nodes() > 0 ? blocker.nodes() + " nodes: " : "";
      String detail =
          blocker.detail().isEmpty() ? ReasonNames.name(blocker.reason()) : blocker.detail();
      String until =
          blocker.until() == Blocker.UNKNOWN ? "" : " until " + times.point(blocker.until());
      print("  " + count + detail + until);
    }
  }

  private void ahead(Job job, Snapshot snapshot) {
    List<Job> first = new ArrayList<>();
    int[] count = new int[1];
    long priority = job.status().priority();
    Comparator<Job> order =
        Comparator.comparingLong((Job one) -> -one.status().priority()).thenComparingLong(Job::id);
    snapshot.jobs(
        row -> row.state() == JobState.PENDING && row.partition().equals(job.status().partition()),
        other -> {
          long theirs = other.status().priority();
          boolean earlier = theirs > priority || theirs == priority && other.id() < job.id();
          if (other.id() != job.id() && theirs > 0 && earlier) {
            count[0]++;
            first.add(other);
            if (first.size() > 2 * SHOWN_AHEAD) {
              first.sort(order);
              first.subList(SHOWN_AHEAD, first.size()).clear();
            }
          }
        });
    first.sort(order);
    print(
        String.format(
            Locale.ROOT,
            "Ahead in the queue: %d jobs (priority of this one: %d)",
            count[0],
            priority));
    for (Job other : first.subList(0, Math.min(SHOWN_AHEAD, first.size()))) {
      print(
          "  %s %s of %s, priority %d, %s"
              .formatted(
                  Ids.job(other, 64),
                  other.spec().name(),
                  other.spec().owner().user(),
                  other.status().priority(),
                  ReasonNames.name(other.status().reason())));
    }
  }

  private void print(String line) {
    session.out().println(line);
  }
}
