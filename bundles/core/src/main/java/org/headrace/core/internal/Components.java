package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Reason;

/**
 * Components of heterogeneous jobs. Each is a job of its own; what ties them is that they wait for
 * each other, start together, and end or go back to the queue together.
 */
final class Components {
  private final Machine machine;

  Components(Machine machine) {
    this.machine = machine;
  }

  /** The other components that are known, ascending; none for a job that stands alone. */
  List<Job> others(Job job) {
    JobComponent component = job.spec().component();
    if (!component.grouped()) {
      return List.of();
    }
    List<Job> others = new ArrayList<>();
    for (int i = 0; i < component.count(); i++) {
      Job other = i == component.index() ? null : machine.jobs.get(component.group() + i);
      if (other != null && other.spec().component().group() == component.group()) {
        others.add(other);
      }
    }
    return others;
  }

  /** True while a component can't wait for its start, as it is still being cleaned up after. */
  static boolean away(Job job) {
    return job.status().state() != JobState.PENDING || job.status().has(JobFlag.COMPLETING);
  }

  /** A component has ended; so do the others. */
  void ended(Job job, JobEnd.Processes left) {
    JobState state = job.status().state();
    Reason reason = job.status().reason();
    ExitStatus exit = job.status().exit();
    for (Job other : others(job)) {
      Run run = machine.state.runs.get(other.id());
      if (run != null && run.alive()) {
        machine.end.end(run, state, reason, exit, job.status().killedBy(), left);
      } else if (run == null && other.status().state() == JobState.PENDING) {
        machine.end.withdraw(other, state, reason, job.status().killedBy());
      }
    }
  }

  /** A component goes back to the queue; so do the others that run. */
  void requeued(Job job, JobState endedAs, Reason reason, boolean hold) {
    for (Job other : others(job)) {
      Run run = machine.state.runs.get(other.id());
      if (run != null && run.alive()) {
        machine.end.requeue(run, endedAs, reason, hold);
      }
    }
  }
}
