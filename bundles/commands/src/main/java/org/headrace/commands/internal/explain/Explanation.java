package org.headrace.commands.internal.explain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.headrace.api.job.Job;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.PartitionView;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.ReasonNames;
import org.headrace.control.Control;
import org.headrace.control.query.NodeStatus;
import org.headrace.control.query.PendingOrder;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.JobReference;
import org.headrace.slurmconf.text.TextFormatException;

/**
 * What keeps a job from starting, when it may start and what would make it start sooner: as the
 * scheduler recorded it when it decided, with the queue as it is now.
 */
public final class Explanation {
  private static final int SHOWN_AHEAD = 5;
  private static final int SHOWN_JOBS = 3;
  private static final int SHOWN_ID = 64;

  private final Job job;
  private final Snapshot snapshot;
  private final List<String> remedies;
  private final Visibility visibility;
  private final TimeTexts times;
  private final PendingOrder ahead;
  private final PriorityBreakdown priorities;
  private final JobFacts facts;

  /**
   * @param control knows what was recorded when the scheduler decided
   * @param visibility of other jobs, those alone are named that may be seen
   */
  public Explanation(
      Job job, Snapshot snapshot, Control control, Visibility visibility, TimeTexts times) {
    this.job = job;
    this.snapshot = snapshot;
    this.visibility = visibility;
    this.times = times;
    facts = new JobFacts(job, snapshot, times.now());
    remedies = Remedies.options(job, control.remedies(job), snapshot);
    ahead = facts.pending() ? PendingOrder.ahead(snapshot, job, SHOWN_AHEAD) : null;
    priorities = facts.pending() ? ahead.priorities(control, job) : null;
  }

  /**
   * The job that a word names: a job, the part of an array that hasn't started, or the job of one
   * task.
   *
   * @return null if there is none, or the word names nothing
   */
  public static Job find(String word, Snapshot snapshot) {
    try {
      JobReference reference = JobReference.parse(word);
      List<Job> jobs = reference.hasStep() ? List.of() : snapshot.jobOrArray(reference.jobId());
      if (reference.arrayTask() != JobReference.NO_TASK) {
        for (Job one : jobs) {
          if (!one.pendingArray() && one.arrayTask() == reference.arrayTask()) {
            return one;
          }
        }
      }
      return jobs.isEmpty() ? null : jobs.get(0);
    } catch (TextFormatException e) {
      return null;
    }
  }

  /** Lines of text. */
  public List<String> text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Job %s (%s) of %s in partition %s is %s"
            .formatted(
                Ids.job(job, SHOWN_ID),
                job.spec().name(),
                job.spec().owner().user(),
                facts.partitions(),
                job.status().state()));
    if (facts.pending()) {
      lines.add("Reason: " + facts.reason());
      dependency(lines);
      blockers(lines);
      ahead(lines);
      lines.add("Expected start: " + expectedStart());
      if (!remedies.isEmpty()) {
        lines.add("Could have started at once with: " + String.join(", or ", remedies));
      }
      lines.add("Last considered: " + times.point(job.status().lastConsidered(), "not yet"));
    }
    return lines;
  }

  private void dependency(List<String> lines) {
    if (!facts.dependency().equals(JobFacts.NULL)) {
      lines.add("Depends on: " + facts.dependency());
    }
  }

  private void blockers(List<String> lines) {
    List<Blocker> blockers = recorded();
    if (blockers.isEmpty()) {
      lines.add("Blockers: none recorded");
      return;
    }
    lines.add("Blockers, of " + nodes() + " nodes:");
    for (Blocker blocker : blockers) {
      String count = blocker.nodes() > 0 ? blocker.nodes() + " nodes: " : "";
      String until =
          blocker.until() == Blocker.UNKNOWN ? "" : " until " + times.point(blocker.until());
      lines.add("  " + count + detail(blocker) + until);
    }
  }

  private List<Blocker> recorded() {
    List<Blocker> blockers = snapshot.blockers(job.id());
    return blockers.isEmpty() ? PartitionLimits.blockers(job, snapshot) : blockers;
  }

  private int nodes() {
    PartitionView partition = snapshot.partition(job.status().partition());
    return partition == null ? snapshot.nodes().size() : partition.nodes().size();
  }

  private static String detail(Blocker blocker) {
    return blocker.detail().isEmpty() ? ReasonNames.name(blocker.reason()) : blocker.detail();
  }

  private void ahead(List<String> lines) {
    lines.add(
        String.format(
            Locale.ROOT,
            "Ahead in the queue: %d jobs (priority of this one: %s)",
            ahead.total(),
            priority(job)));
    for (Job other : ahead.first().stream().filter(visibility::job).toList()) {
      lines.add(
          "  %s %s of %s, priority %s, %s"
              .formatted(
                  Ids.job(other, SHOWN_ID),
                  other.spec().name(),
                  other.spec().owner().user(),
                  priority(other),
                  ReasonNames.name(other.status().reason())));
    }
  }

  private String priority(Job one) {
    String sum = priorities.sum(one.id(), one.status().partition());
    return one.status().priority() + (sum.isEmpty() ? "" : " = " + sum);
  }

  private String expectedStart() {
    if (facts.start() == 0) {
      return "not known" + (job.status().lastConsidered() == 0 ? " yet" : "");
    }
    String start = times.point(facts.start());
    if (job.status().expectedStart() == 0) {
      return start + ", not before";
    }
    if (!snapshot.promised(job.id())) {
      return start
          + ", an estimate: once running jobs reach their time limits, in the queue's order";
    }
    String nodes = facts.nodesSetAside();
    String until = heldUntil();
    return start
        + ", promised"
        + (nodes.isEmpty() ? "" : " on " + nodes)
        + (until.isEmpty() ? "" : ", once these end at the latest: " + until);
  }

  /** The last jobs that have to end before the nodes that are set aside are free. */
  private String heldUntil() {
    List<Job> holders = new ArrayList<>();
    snapshot
        .setAside(job.id())
        .forEach(
            id -> {
              NodeStatus node = snapshot.nodeStatus(snapshot.node(id).name());
              for (long other : node == null ? List.<Long>of() : node.jobs()) {
                holders.add(snapshot.job(other));
              }
            });
    return holders.stream()
        .filter(one -> one != null && visibility.job(one))
        .filter(one -> !new JobFacts(one, snapshot, times.now()).unlimited())
        .filter(one -> one.status().runsUntil(times.now()) <= job.status().expectedStart())
        .distinct()
        .sorted(Comparator.comparingLong((Job one) -> -one.status().runsUntil(times.now())))
        .limit(SHOWN_JOBS)
        .map(one -> Ids.job(one) + " (" + times.point(one.status().runsUntil(times.now())) + ")")
        .collect(Collectors.joining(", "));
  }

  /** The same as data. */
  public static void write(List<Explanation> all, DataWriter data) throws IOException {
    data.startArray("explanations");
    for (Explanation one : all) {
      one.write(data);
    }
    data.endArray();
  }

  private void write(DataWriter data) throws IOException {
    data.startObject();
    data.field("job_id", job.id());
    data.field("job", Ids.job(job, SHOWN_ID));
    data.field("name", job.spec().name());
    data.field("user", job.spec().owner().user());
    data.field("partition", facts.partitions());
    data.field("state", job.status().state().name());
    if (facts.pending()) {
      data.field("reason", facts.reason());
      data.field("dependency", facts.dependency().equals(JobFacts.NULL) ? "" : facts.dependency());
      data.field("nodes", nodes());
      writeBlockers(data);
      writeAhead(data);
      data.time("expected_start", facts.start());
      data.field("promised", snapshot.promised(job.id()));
      data.field("nodes_set_aside", facts.nodesSetAside());
      data.texts("would_start_with", remedies);
      data.time("last_considered", job.status().lastConsidered());
    }
    data.endObject();
  }

  private void writeBlockers(DataWriter data) throws IOException {
    data.startArray("blockers");
    for (Blocker blocker : recorded()) {
      data.startObject();
      data.field("reason", ReasonNames.name(blocker.reason()));
      data.field("nodes", blocker.nodes());
      data.field("detail", detail(blocker));
      data.time("until", blocker.until());
      data.endObject();
    }
    data.endArray();
  }

  private void writeAhead(DataWriter data) throws IOException {
    writePriority(job, data);
    data.field("jobs_ahead", ahead.total());
    data.startArray("first_ahead");
    for (Job other : ahead.first().stream().filter(visibility::job).toList()) {
      data.startObject();
      data.field("job_id", other.id());
      data.field("user", other.spec().owner().user());
      writePriority(other, data);
      data.endObject();
    }
    data.endArray();
  }

  /** The factors are with their weights: they add up to the priority. */
  private void writePriority(Job one, DataWriter data) throws IOException {
    data.field("priority", one.status().priority());
    PriorityBreakdown.Row row = priorities.row(one.id(), one.status().partition());
    data.startObject("priority_factors");
    if (row != null) {
      for (PriorityFactor factor : PriorityFactor.values()) {
        data.field(factor.name().toLowerCase(Locale.ROOT), priorities.weighted(row, factor));
      }
      data.field("nice", row.nice());
    }
    data.endObject();
  }
}
