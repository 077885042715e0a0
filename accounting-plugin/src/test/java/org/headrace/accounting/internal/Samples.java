package org.headrace.accounting.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.accounting.AccountingRecord.JobChanged;
import org.headrace.api.accounting.AccountingRecord.StepChanged;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Timing;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;

/** Jobs and steps for tests. */
final class Samples {
  static final long T0 = 1_700_000_000_000L;

  private Samples() {}

  /** A job in which no component has its default. */
  static JobSpec fullSpec(String name, int uid) {
    ResourceRequest request =
        new ResourceRequest(
            2,
            4,
            new TaskLayout(8, 2, 4, 2, 1, true, "plane=4"),
            new MemoryRequest(MemoryRequest.Basis.CPU, 2048),
            List.of(new GresRequest("gpu", "a100", 2, GresRequest.Scope.NODE)),
            3,
            new NodeConstraint(
                "a&b", "c", List.of("n1"), List.of("n9"), 4, 10, 2, 8, 2, true, 1, 60_000),
            Sharing.EXCLUSIVE,
            Map.of("matlab", 2));
    return new JobSpec(
        name,
        new Owner(uid, 100, "user" + uid, "users"),
        new Charge("physics", "high", "w1"),
        List.of("debug", "long"),
        "resv",
        request,
        new Timing(3_600_000, 60_000, T0 + 5, T0 + 6, -7, 99, Timing.Hold.USER),
        new JobArray(List.of(new JobArray.Range(0, 9, 3)), 2),
        new Dependency(List.of(new Dependency.Condition(Dependency.Kind.AFTER_OK, 3, -1, 5)), true),
        new Execution(
            true,
            List.of("a b", "", "c\nd"),
            "/home/u",
            "in",
            "out-%j",
            "err",
            true,
            18,
            Map.of("CORE", -1L, "NOFILE", 4096L),
            List.of(100, 27),
            true,
            new Execution.Warning(10, 60, true)),
        Map.of("Comment", "naïve — ünïcode 😀", "SubmitLine", "sbatch 'x\"y' \\ z"));
  }

  static JobSpec plainSpec(String name, int uid) {
    return new JobSpec(
        name,
        new Owner(uid, uid, "user" + uid, "group" + uid),
        new Charge("acct", "normal", ""),
        List.of("debug"),
        "",
        ResourceRequest.singleCpu(),
        Timing.ANY,
        JobArray.NONE,
        Dependency.NONE,
        Execution.plain(true, "/home/user" + uid, 18, true),
        Map.of("SubmitLine", "sbatch job.sh"));
  }

  static Allocation allocation() {
    return new Allocation(
        List.of(
            new NodeAllocation(
                7,
                CoreSet.of(0, 1, 2, 64, 130),
                10,
                4096,
                List.of(new GresAllocation("gpu", "a100", CoreSet.of(0, 3), 2)),
                4),
            new NodeAllocation(9, CoreSet.firstOf(2), 4, 1024, List.of(), 4)),
        true);
  }

  /** A status with the given times; allocated once it has started. */
  static JobStatus status(
      JobState state, long submitted, long eligible, long started, long ended, int restarts) {
    return new JobStatus(
        state,
        Set.of(),
        Reason.NONE,
        1000,
        "debug",
        submitted,
        eligible,
        0,
        started,
        ended,
        3_600_000,
        started > 0 ? allocation() : null,
        ExitStatus.SUCCESS,
        ExitStatus.SUCCESS,
        restarts,
        JobArray.NONE,
        0,
        -1,
        0,
        0);
  }

  static JobStatus fullStatus() {
    return new JobStatus(
        JobState.FAILED,
        Set.of(JobFlag.COMPLETING, JobFlag.REQUEUED, JobFlag.CONFIGURING),
        Reason.NON_ZERO_EXIT_CODE,
        4_294_901_759L,
        "debug",
        T0,
        T0 + 1,
        T0 + 2,
        T0 + 3,
        T0 + 4,
        Long.MAX_VALUE,
        allocation(),
        new ExitStatus(1, 9),
        new ExitStatus(2, 15),
        3,
        new JobArray(List.of(new JobArray.Range(1, 5, 1), new JobArray.Range(7, 7, 1)), 4),
        T0 + 8,
        0,
        0,
        0);
  }

  static Job job(long id, int uid, JobStatus status) {
    return new Job(id, 0, Job.NO_TASK, plainSpec("job" + id, uid), status);
  }

  static JobChanged changed(long number, Job job) {
    List<String> nodes = job.status().allocation() == null ? List.of() : List.of("n7", "n9");
    return new JobChanged(number, T0 + number, job, nodes);
  }

  static StepChanged step(long number, long jobId, long jobStarted, int id, long started) {
    StepSpec spec =
        new StepSpec(
            "step" + id,
            2,
            List.of("n7"),
            List.of("n8"),
            1,
            TaskLayout.SINGLE,
            MemoryRequest.perNode(5),
            List.of(),
            StepSpec.StepSharing.OVERLAP,
            List.of("prog", "-x"),
            "/tmp",
            "all",
            "o",
            "e",
            true,
            true,
            63,
            Map.of("STACK", 8L),
            true,
            5,
            Map.of("k", "v"));
    Step step =
        new Step(
            jobId,
            id,
            spec,
            List.of(
                new Step.Part(7, CoreSet.of(1), 2, 3, List.of(), List.of(0, 1), true),
                new Step.Part(9, CoreSet.EMPTY, 0, 0, List.of(), List.of(2), false)),
            JobState.COMPLETED,
            started,
            started + 10,
            new ExitStatus(3, 0),
            new Usage(11, 12, 13));
    return new StepChanged(number, started, step, jobStarted, List.of("n7", "n9"));
  }

  /** Everything. */
  static JobQuery all() {
    return window(0, 0);
  }

  static JobQuery window(long from, long to, JobState... states) {
    return new JobQuery(
        List.of(), List.of(), List.of(), List.of(), List.of(), Set.of(states), from, to, false, 0);
  }

  static JobQuery runs(JobQuery q) {
    return new JobQuery(
        q.jobs(),
        q.users(),
        q.accounts(),
        q.names(),
        q.partitions(),
        q.states(),
        q.from(),
        q.to(),
        true,
        q.limit());
  }

  static JobQuery limited(JobQuery q, int limit) {
    return new JobQuery(
        q.jobs(),
        q.users(),
        q.accounts(),
        q.names(),
        q.partitions(),
        q.states(),
        q.from(),
        q.to(),
        q.allRuns(),
        limit);
  }

  static JobQuery of(JobQuery.JobRef... refs) {
    return new JobQuery(
        List.of(refs), List.of(), List.of(), List.of(), List.of(), Set.of(), 0, 0, false, 0);
  }

  static JobQuery named(String... names) {
    return new JobQuery(
        List.of(), List.of(), List.of(), List.of(names), List.of(), Set.of(), 0, 0, false, 0);
  }

  static JobQuery by(List<Integer> users, List<String> accounts, List<String> partitions) {
    return new JobQuery(
        List.of(), users, accounts, List.of(), partitions, Set.of(), 0, 0, false, 0);
  }
}
