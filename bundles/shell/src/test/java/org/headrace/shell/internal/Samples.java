package org.headrace.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.Charge;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Timing;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;

/** Jobs for tests. */
final class Samples {
  private Samples() {}

  static Job pending(long id, long priority, Reason reason, long expectedStart) {
    return job(id, 0, JobState.PENDING, priority, reason, expectedStart, JobArray.NONE);
  }

  static Job pendingArray(long id, JobArray left) {
    return job(id, id, JobState.PENDING, 10, Reason.RESOURCES, 0, left);
  }

  static Job running(long id) {
    return job(id, 0, JobState.RUNNING, 10, Reason.NONE, 0, JobArray.NONE);
  }

  private static Job job(
      long id,
      long array,
      JobState state,
      long priority,
      Reason reason,
      long expectedStart,
      JobArray left) {
    boolean started = state != JobState.PENDING;
    JobStatus status =
        new JobStatus(
            state,
            Set.of(),
            reason,
            priority,
            "main",
            1_000,
            1_000,
            expectedStart,
            started ? 5_000 : 0,
            0,
            3_600_000,
            started ? allocation() : null,
            ExitStatus.SUCCESS,
            ExitStatus.SUCCESS,
            0,
            left,
            0,
            -1,
            0,
            0);
    JobSpec spec =
        new JobSpec(
            "job" + id,
            new Owner(1000, 1000, "alice", "users"),
            new Charge("", "", ""),
            List.of("main"),
            "",
            ResourceRequest.singleCpu(),
            Timing.ANY,
            left,
            null,
            null,
            Map.of());
    return new Job(id, array, Job.NO_TASK, spec, status);
  }

  private static Allocation allocation() {
    return new Allocation(
        List.of(new NodeAllocation(1, CoreSet.firstOf(2), 2, 100, List.of(), 2)), false);
  }
}
