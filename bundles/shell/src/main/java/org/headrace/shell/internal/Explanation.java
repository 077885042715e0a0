package org.headrace.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.Reason;
import org.headrace.control.Control;
import org.headrace.control.query.PendingOrder;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.control.query.Remedy;
import org.headrace.control.query.Snapshot;

/** Why a job is where it is, in lines of text. */
final class Explanation {
  private static final int NAMED_AHEAD = 5;

  private final Snapshot snapshot;
  private final List<Remedy> remedies;
  private final Job job;
  private final PendingOrder ahead;
  private final PriorityBreakdown priorities;
  private final JobStatus status;
  private final List<String> lines = new ArrayList<>();

  private Explanation(Snapshot snapshot, Job job, Control control) {
    this.snapshot = snapshot;
    this.job = job;
    status = job.status();
    remedies = control.remedies(job);
    boolean pending = status.state() == JobState.PENDING;
    ahead = pending ? PendingOrder.ahead(snapshot, job, NAMED_AHEAD) : null;
    priorities = pending ? ahead.priorities(control, job) : null;
  }

  static List<String> of(Snapshot snapshot, Job job, Control control) {
    Explanation explanation = new Explanation(snapshot, job, control);
    explanation.head();
    if (job.status().state() == JobState.PENDING) {
      explanation.pending();
    } else {
      explanation.started();
    }
    return explanation.lines;
  }

  private void head() {
    lines.add(
        "Job %s (%s) of %s, partition %s: %s"
            .formatted(
                Show.id(job),
                job.spec().name(),
                job.spec().owner().user(),
                status.partition(),
                Show.words(status.state())));
    String limit = Show.duration(status.timeLimit());
    lines.add("  Asked for:      " + Show.request(job.spec().request()) + ", time limit " + limit);
    lines.add("  Submitted:      " + Show.time(status.submitted(), "not known"));
  }

  private void pending() {
    lines.add("  Waits for:      " + Show.words(status.reason()) + meaning());
    lines.add("  Priority:       " + (status.priority() == 0 ? "0 (held)" : priority(job)));
    lines.add("  Expected start: " + expectedStart());
    lines.add("  Last looked at: " + Show.time(status.lastConsidered(), "not yet"));
    List<Blocker> blockers = snapshot.blockers(job.id());
    lines.add(blockers.isEmpty() ? "  In the way:     nothing recorded" : "  In the way:");
    blockers.forEach(blocker -> lines.add("    " + text(blocker)));
    if (!remedies.isEmpty()) {
      String changes =
          remedies.stream().map(Explanation::text).collect(Collectors.joining(", or "));
      lines.add("  Would have started with: " + changes);
    }
    if (status.priority() > 0) {
      ahead();
    }
  }

  private String meaning() {
    return switch (status.reason()) {
      case NONE, NOT_CONSIDERED_YET -> " (no plan has come to it yet)";
      case HELD_BY_USER -> " (scontrol release lets it go, by its owner or an administrator)";
      case HELD_BY_ADMIN -> " (scontrol release by an administrator lets it go)";
      case DEPENDENCY_NEVER_SATISFIED -> " (it will never start; cancel or update it)";
      case SCHEDULING_PAUSED -> " (headrace:plugins shows which plugin is missing)";
      default -> "";
    };
  }

  private String expectedStart() {
    if (status.expectedStart() <= 0) {
      return "not known";
    }
    long left = status.expectedStart() - snapshot.time();
    return Show.time(status.expectedStart(), "")
        + (left > 0 ? " (in " + Show.duration(left) + ")" : " (due)")
        + (snapshot.promised(job.id()) ? ", promised" + setAside() : ", an estimate");
  }

  private static String text(Remedy remedy) {
    return switch (remedy.kind()) {
      case PARTITION -> "partition " + remedy.name();
      case TIME_LIMIT -> "a time limit of " + Show.duration(remedy.amount());
      case MEMORY -> remedy.amount() + " MiB of memory";
      case GRES -> remedy.amount() + " " + remedy.name();
      default -> remedy.amount() + " " + Show.words(remedy.kind());
    };
  }

  private String setAside() {
    List<String> names = new ArrayList<>();
    snapshot.setAside(job.id()).forEach(id -> names.add(snapshot.node(id).name()));
    return names.isEmpty() ? "" : " on " + String.join(",", names);
  }

  private static String text(Blocker blocker) {
    StringBuilder text = new StringBuilder();
    if (blocker.nodes() > 0) {
      text.append(Show.count(blocker.nodes(), "node")).append(": ");
    }
    text.append(blocker.detail().isEmpty() ? Show.words(blocker.reason()) : blocker.detail());
    if (!blocker.detail().isEmpty() && blocker.reason() != Reason.NONE) {
      text.append(" [").append(Show.words(blocker.reason())).append(']');
    }
    if (blocker.until() != Blocker.UNKNOWN) {
      text.append(", until ").append(Show.time(blocker.until(), ""));
    }
    return text.toString();
  }

  private void ahead() {
    if (ahead.total() == 0) {
      lines.add("  Ahead of it:    no job of its partition");
      return;
    }
    String nearest =
        ahead.first().stream()
            .map(one -> Show.id(one) + " (" + priority(one) + ")")
            .collect(Collectors.joining(", "));
    lines.add(
        "  Ahead of it:    %s of its partition; the first, with priority: %s"
            .formatted(Show.count(ahead.total(), "job"), nearest));
  }

  private String priority(Job one) {
    String sum = priorities.sum(one.id(), one.status().partition());
    return one.status().priority() + (sum.isEmpty() ? "" : " = " + sum);
  }

  private void started() {
    lines.add("  Started:        " + Show.time(status.started(), "never"));
    if (status.allocation() != null) {
      lines.add(
          "  Holds or held:  %s on %s"
              .formatted(
                  Show.count(status.allocation().cpus(), "CPU"),
                  Show.nodes(snapshot, status.allocation())));
    }
    if (status.state().ended()) {
      lines.add("  Ended:          " + Show.time(status.ended(), "not known"));
      lines.add("  Exit:           " + status.exit().code() + ":" + status.exit().signal());
      if (status.reason() != Reason.NONE) {
        lines.add("  Because:        " + Show.words(status.reason()));
      }
    } else if (status.timeLimit() != JobClass.UNLIMITED) {
      long end = status.started() + status.timeLimit();
      lines.add("  Ends by:        " + Show.time(end, "not known"));
    }
    if (status.restarts() > 0) {
      lines.add("  Requeued:       " + Show.count(status.restarts(), "time"));
    }
  }
}
