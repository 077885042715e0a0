package org.headrace.commands.queries;

import static org.headrace.commands.queries.PeerModel.FIRST;
import static org.headrace.commands.queries.PeerModel.MEMORY;
import static org.headrace.commands.queries.PeerModel.MINUTE;
import static org.headrace.commands.queries.PeerModel.ONE;
import static org.headrace.commands.queries.PeerModel.SECOND;
import static org.headrace.commands.queries.PeerModel.SUBMITTED;
import static org.headrace.commands.queries.PeerModel.at;
import static org.headrace.commands.queries.PeerModel.ended;
import static org.headrace.commands.queries.PeerModel.on;
import static org.headrace.commands.queries.PeerModel.request;
import static org.headrace.commands.queries.PeerModel.spec;
import static org.headrace.commands.queries.PeerModel.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Timing;
import org.headrace.api.job.Usage;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;

/** The jobs of {@link PeerModel}: as they were on the Slurm whose texts the tests compare with. */
final class PeerJobs {
  private PeerJobs() {}

  private static JobStatus tasks(JobStatus old, JobArray pending) {
    return new JobStatus(
        old.state(),
        old.flags(),
        old.reason(),
        old.priority(),
        old.partition(),
        old.submitted(),
        old.eligible(),
        0,
        0,
        0,
        old.timeLimit(),
        null,
        old.exit(),
        old.exit(),
        0,
        pending,
        FIRST,
        -1,
        0,
        0);
  }

  static Job withPriority(Job job, long priority) {
    JobStatus old = job.status();
    return job.withStatus(
        status(
            old.state(),
            old.reason(),
            priority,
            old.submitted(),
            old.eligible(),
            old.started(),
            old.timeLimit(),
            old.allocation()));
  }

  private static Timing limit(long minutes) {
    return Timing.ANY.withTimeLimit(minutes * MINUTE);
  }

  static void running(QuerySnapshot snapshot) {
    batchJob(snapshot);
    array(snapshot);
    GresRequest gpus = new GresRequest("gpu", "", 2, GresRequest.Scope.NODE);
    ResourceRequest gpu = request(1, ONE, MEMORY).withGres(List.of(gpus));
    suspended(snapshot, gpu);
    startedSecond(snapshot);
    endedJobs(snapshot, gpu);
    steps(snapshot);
  }

  private static void batchJob(QuerySnapshot snapshot) {
    TaskLayout four = new TaskLayout(4, 2, 0, 0, 0, false, "");
    JobSpec run1 =
        spec("run1", request(1, four, MemoryRequest.perNode(1000)), limit(60), true)
            .withAttributes(
                Map.of(
                    "AllocNode:Sid",
                    "localhost:28982",
                    "Comment",
                    "a comment",
                    "Command",
                    "/tmp/queries/j.sh",
                    "SubmitLine",
                    "sbatch -J run1 -n4 -c2 --mem=1000 -t 1:00:00 -o /tmp/o-%j.out"
                        + " /tmp/queries/j.sh"));
    run1 = run1.withExecution(run1.execution().withFiles("", "/tmp/o-%j.out", ""));
    put(
        snapshot,
        1,
        0,
        Job.NO_TASK,
        run1,
        status(
            JobState.RUNNING,
            Reason.NONE,
            10140,
            SUBMITTED,
            SUBMITTED,
            FIRST,
            60 * MINUTE,
            on(8, 1000, 0, 1)));
  }

  private static void array(QuerySnapshot snapshot) {
    JobArray array = new JobArray(List.of(new JobArray.Range(1, 9, 1)), 2);
    JobSpec arr = spec("arr", request(1, ONE, MEMORY), limit(10), true).withArray(array);
    for (int task = 1; task <= 2; task++) {
      put(
          snapshot,
          9 + task,
          2,
          task,
          arr,
          status(
              JobState.RUNNING,
              Reason.NONE,
              10126,
              SUBMITTED,
              SUBMITTED,
              FIRST,
              10 * MINUTE,
              on(1, 100, 0, 1)));
    }
    JobStatus waiting =
        status(
            JobState.PENDING, Reason.ARRAY_TASK_LIMIT, 10126, SUBMITTED, 0, 0, 10 * MINUTE, null);
    JobArray left = new JobArray(List.of(new JobArray.Range(3, 9, 1)), 2);
    put(snapshot, 2, 2, Job.NO_TASK, arr, tasks(waiting, left));
  }

  private static void suspended(QuerySnapshot snapshot, ResourceRequest gpu) {
    put(
        snapshot,
        6,
        0,
        Job.NO_TASK,
        spec("gpu", gpu, Timing.ANY, true),
        status(
            JobState.SUSPENDED,
            Reason.NONE,
            0,
            SUBMITTED,
            SUBMITTED,
            FIRST,
            JobClass.UNLIMITED,
            on(1, 100, 2, 1)));
  }

  private static void startedSecond(QuerySnapshot snapshot) {
    TaskLayout eight = new TaskLayout(8, 1, 4, 0, 0, false, "");
    NodeConstraint onTwo =
        new NodeConstraint("", "", List.of("n2"), List.of(), 0, 0, 0, 0, 0, false, 0, 0);
    JobSpec wide = spec("wide", request(2, eight, MEMORY).withConstraint(onTwo), limit(30), true);
    long submitted = at("2026-11-23T06:46:31Z");
    put(
        snapshot,
        12,
        0,
        Job.NO_TASK,
        wide,
        status(
            JobState.RUNNING,
            Reason.NONE,
            10265,
            submitted,
            submitted,
            SECOND,
            30 * MINUTE,
            on(4, 400, 0, 1, 2)));
    put(
        snapshot,
        13,
        0,
        Job.NO_TASK,
        spec("alloc", request(1, ONE, MEMORY), Timing.ANY, false),
        status(
            JobState.RUNNING,
            Reason.NONE,
            10126,
            submitted,
            submitted,
            SECOND,
            JobClass.UNLIMITED,
            on(1, 100, 0, 1)));
  }

  private static void endedJobs(QuerySnapshot snapshot, ResourceRequest gpu) {
    JobStatus big =
        status(
            JobState.RUNNING,
            Reason.NONE,
            10507,
            SUBMITTED,
            SUBMITTED,
            SUBMITTED,
            2880 * MINUTE,
            on(64, 6400, 8, 1, 2, 3, 4));
    ResourceRequest wide =
        gpu.withNodes(4, 4)
            .withSharing(Sharing.EXCLUSIVE)
            .withLayout(new TaskLayout(4, 1, 0, 0, 0, false, ""));
    put(
        snapshot,
        5,
        0,
        Job.NO_TASK,
        spec("big", wide, limit(2880), true),
        ended(big, JobState.CANCELLED, Reason.NONE, FIRST, new ExitStatus(0, 15)));
    JobStatus fail =
        status(
            JobState.RUNNING,
            Reason.NONE,
            10126,
            SUBMITTED,
            SUBMITTED,
            FIRST,
            JobClass.UNLIMITED,
            on(1, 100, 0, 1));
    ResourceRequest one = request(1, ONE, MEMORY);
    put(
        snapshot,
        7,
        0,
        Job.NO_TASK,
        spec("fail", one, Timing.ANY, true),
        ended(fail, JobState.FAILED, Reason.NON_ZERO_EXIT_CODE, FIRST, new ExitStatus(3, 0)));
    put(
        snapshot,
        9,
        0,
        Job.NO_TASK,
        spec("averylongjobname-indeed", one, Timing.ANY, true),
        ended(fail, JobState.COMPLETED, Reason.NONE, FIRST + 1000, ExitStatus.SUCCESS));
  }

  static void pending(QuerySnapshot snapshot) {
    ResourceRequest one = request(1, ONE, MEMORY);
    waits(
        snapshot,
        3,
        spec("held", one, Timing.ANY.withHold(Timing.Hold.USER), true),
        new Waiting(Reason.HELD_BY_USER, 0, SUBMITTED, 0, JobClass.UNLIMITED));
    Dependency dependency =
        new Dependency(
            List.of(new Dependency.Condition(Dependency.Kind.AFTER_OK, 1, -1, 0)), false);
    waits(
        snapshot,
        4,
        spec("dep", one, Timing.ANY, true).withDependency(dependency),
        new Waiting(Reason.DEPENDENCY, 10126, SUBMITTED, 0, JobClass.UNLIMITED));
    long begin = at("2026-11-23T07:45:40Z");
    ResourceRequest two = request(2, new TaskLayout(2, 1, 0, 0, 0, false, ""), MEMORY);
    waits(
        snapshot,
        8,
        spec("later", two, Timing.ANY.withBegin(begin), true),
        new Waiting(Reason.BEGIN_TIME, 10253, SUBMITTED, begin, JobClass.UNLIMITED));
    NodeConstraint onFour =
        new NodeConstraint("", "", List.of("n4"), List.of(), 0, 0, 0, 0, 0, false, 0, 0);
    waits(
        snapshot,
        14,
        spec("neverfit", one.withConstraint(onFour), Timing.ANY, true),
        new Waiting(Reason.REQUIRED_NODE_NOT_AVAILABLE, 10126, SECOND, SECOND, JobClass.UNLIMITED));
    GresRequest gpus = new GresRequest("gpu", "", 2, GresRequest.Scope.NODE);
    ResourceRequest three =
        request(3, new TaskLayout(3, 1, 0, 0, 0, false, ""), MEMORY)
            .withGres(List.of(gpus))
            .withSharing(Sharing.EXCLUSIVE);
    waits(
        snapshot,
        15,
        spec("big2", three, limit(180), true),
        new Waiting(Reason.RESOURCES, 10380, SECOND, SECOND, 180 * MINUTE));
  }

  private record Waiting(Reason reason, long priority, long submitted, long eligible, long limit) {}

  private static void waits(QuerySnapshot snapshot, long id, JobSpec spec, Waiting how) {
    put(
        snapshot,
        id,
        0,
        Job.NO_TASK,
        spec,
        status(
            JobState.PENDING,
            how.reason(),
            how.priority(),
            how.submitted(),
            how.eligible(),
            0,
            how.limit(),
            null));
  }

  private static void steps(QuerySnapshot snapshot) {
    step(snapshot, 1, Step.BATCH, "batch", 8, FIRST, new int[] {1}, 1);
    step(snapshot, 1, 0, "sleep", 8, FIRST, new int[] {1}, 2);
    step(snapshot, 6, Step.BATCH, "batch", 1, FIRST, new int[] {1}, 1);
    step(snapshot, 6, 0, "sleep", 1, FIRST, new int[] {1}, 1);
    step(snapshot, 10, Step.BATCH, "batch", 1, FIRST, new int[] {1}, 1);
    step(snapshot, 11, Step.BATCH, "batch", 1, FIRST, new int[] {1}, 1);
    step(snapshot, 12, Step.BATCH, "batch", 4, SECOND, new int[] {1}, 1);
    step(snapshot, 12, 0, "sleep", 4, SECOND, new int[] {1, 2}, 4);
  }

  static Step step(
      QuerySnapshot snapshot,
      long job,
      int id,
      String name,
      int cpus,
      long start,
      int[] nodes,
      int tasksPerNode) {
    List<Step.Part> parts = new ArrayList<>();
    for (int node : nodes) {
      List<Integer> ranks = new ArrayList<>();
      for (int i = 0; i < tasksPerNode; i++) {
        ranks.add(i);
      }
      parts.add(
          new Step.Part(
              node - 1, CoreSet.firstOf(cpus), cpus, cpus * 100L, List.of(), ranks, false));
    }
    StepSpec spec =
        new StepSpec(
            name,
            nodes.length,
            List.of(),
            List.of(),
            0,
            TaskLayout.SINGLE,
            MemoryRequest.NONE,
            List.of(),
            StepSpec.StepSharing.WHOLE,
            List.of(name),
            "/tmp",
            "",
            "",
            "",
            false,
            false,
            18,
            Map.of(),
            false,
            0,
            id < 0 ? Map.of() : Map.of("SrunHost", "vm", "SrunPid", "4711"));
    Step step =
        new Step(job, id, spec, parts, JobState.RUNNING, start, 0, ExitStatus.SUCCESS, Usage.NONE);
    List<Step> steps = new ArrayList<>(snapshot.steps.getOrDefault(job, List.of()));
    steps.add(step);
    snapshot.steps.put(job, steps);
    return step;
  }

  static void put(
      QuerySnapshot snapshot, long id, long arrayId, int task, JobSpec spec, JobStatus status) {
    snapshot.jobs.put(id, new Job(id, arrayId, task, spec, status));
  }
}
