package org.headrace.controller.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.Reason;
import org.headrace.control.event.Event;
import org.headrace.core.PublishedState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the daemon's log how jobs come, start and end: one line each, written by a thread of
 * its own. What happened is read off the times in a job, which are those of the event that set
 * them.
 */
final class JobLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobLog.class);
  private static final int SHOWN_NODES = 16;

  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Daemons.named("job-log"));

  /** The last line, as an event may come in several parts. Used by the writer alone. */
  private String last = "";

  /** Takes events; returns at once. */
  void applied(PublishedState state, List<Event> events) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    List<Event.JobChanged> told = new ArrayList<>();
    for (Event event : events) {
      if (event instanceof Event.JobChanged changed && concerns(changed)) {
        told.add(changed);
      }
    }
    if (!told.isEmpty()) {
      writer.execute(() -> told.forEach(changed -> write(line(changed, state))));
    }
  }

  private void write(String line) {
    if (!line.isEmpty() && !line.equals(last)) {
      last = line;
      LOG.info(line);
    }
  }

  private static boolean concerns(Event.JobChanged changed) {
    JobStatus status = changed.job().status();
    long time = changed.time();
    return status.submitted() == time || status.started() == time || status.ended() == time;
  }

  /** What to say of an event, or nothing. */
  static String line(Event.JobChanged changed, PublishedState state) {
    Job job = changed.job();
    JobStatus status = job.status();
    String name = "JobId=" + job.id();
    if (job.arrayTask() != Job.NO_TASK) {
      name = "JobId=" + job.arrayId() + "_" + job.arrayTask() + "(" + job.id() + ")";
    }
    if (status.reason() == Reason.PREEMPTED
        && status.state() != JobState.CANCELLED
        && status.ended() == changed.time()) {
      return "preempted " + name + " has been " + (status.state().ended() ? "killed" : "requeued");
    }
    if (status.state().ended() && status.ended() == changed.time()) {
      String by = status.killedBy() >= 0 ? " by uid " + status.killedBy() : "";
      return name + " " + status.state() + by + ", exit code " + exit(status);
    }
    if (status.state() == JobState.RUNNING && status.started() == changed.time()) {
      int cpus = status.allocation().nodes().stream().mapToInt(NodeAllocation::cpus).sum();
      return name
          + " allocated NodeList="
          + nodes(status, state)
          + " #CPUs="
          + cpus
          + " Partition="
          + status.partition();
    }
    if (status.state() == JobState.PENDING && status.submitted() == changed.time()) {
      return name
          + " submitted by "
          + job.spec().owner().user()
          + "("
          + job.spec().owner().uid()
          + ")";
    }
    return "";
  }

  private static String exit(JobStatus status) {
    return status.exit().code() + ":" + status.exit().signal();
  }

  private static String nodes(JobStatus status, PublishedState state) {
    List<NodeAllocation> parts = status.allocation().nodes();
    List<String> names = new ArrayList<>();
    for (NodeAllocation part : parts.subList(0, Math.min(SHOWN_NODES, parts.size()))) {
      NodeView node = state.node(part.node());
      names.add(node == null ? "node-" + part.node() : node.name());
    }
    String more =
        parts.size() > SHOWN_NODES ? " and " + (parts.size() - SHOWN_NODES) + " more" : "";
    return String.join(",", names) + more;
  }

  @Override
  public void close() {
    writer.shutdown();
  }
}
