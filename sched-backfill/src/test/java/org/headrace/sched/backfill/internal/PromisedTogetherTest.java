package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.scheduler.Decision;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;

/** What one plan starts and promises, there is at each moment; also where jobs overstay. */
class PromisedTogetherTest {
  private static final long MINUTE = 60_000;
  private static final int CORES = 4;
  private static final int GPUS = 2;
  private static final int LICENCES = 3;

  /** Something that is held for a time, whoever has it. */
  private record Held(long from, long to, int cores, int gpus, int licences) {}

  @Test
  void atNoMomentIsMorePromisedThanThereIs() {
    int promised = 0;
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      int count = 1 + random.nextInt(4);
      TestCluster cluster = cluster(random, count);
      List<PendingJob> jobs = jobs(random, count);
      List<Held> all = new ArrayList<>();
      for (RunningJob job : cluster.running()) {
        int gpus = (int) job.allocation().gresCount("gpu");
        // Whoever overstays makes room at once.
        long to = Math.max(0, job.endsBy());
        all.add(new Held(0, to, job.allocation().nodes().get(0).cores().size(), gpus, 0));
      }
      for (Decision decision : plan(cluster, jobs)) {
        JobClass jobClass = jobs.get((int) decision.jobId() - 1).jobClass();
        if (decision instanceof Decision.Reserve reserve) {
          all.add(held(reserve.start(), jobClass));
          promised++;
        } else if (decision instanceof Decision.Start) {
          all.add(held(0, jobClass));
        }
      }
      for (Held one : all) {
        check(seed, one.from(), all, count);
      }
    }
    assertThat(promised).isGreaterThan(3000);
  }

  private static void check(int seed, long moment, List<Held> all, int nodes) {
    List<Held> then =
        all.stream().filter(one -> one.from() <= moment && moment < one.to()).toList();
    String what = "seed %d at %d: %s".formatted(seed, moment, then);
    assertThat(then.stream().mapToInt(Held::cores).sum())
        .as(what)
        .isLessThanOrEqualTo(nodes * CORES);
    assertThat(then.stream().mapToInt(Held::gpus).sum()).as(what).isLessThanOrEqualTo(nodes * GPUS);
    assertThat(then.stream().mapToInt(Held::licences).sum()).as(what).isLessThanOrEqualTo(LICENCES);
  }

  private static Held held(long from, JobClass jobClass) {
    ResourceRequest request = jobClass.request();
    int gpus = (int) request.gres().stream().mapToLong(GresRequest::count).sum();
    int licences = request.licenses().getOrDefault("lic", 0);
    return new Held(from, from + jobClass.timeLimit(), request.minCpus(), gpus, licences);
  }

  private static TestCluster cluster(Random random, int count) {
    List<NodeView> nodes = new ArrayList<>();
    List<RunningJob> running = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      NodeView plain = TestCluster.node(id, "n" + id, 1, CORES, 1, 1000);
      nodes.add(TestCluster.withGres(plain, TestCluster.gpus("", 0, GPUS, CoreSet.EMPTY)));
      int cores = random.nextInt(CORES + 1);
      if (cores > 0) {
        Allocation allocation =
            new Allocation(
                List.of(new NodeAllocation(id, CoreSet.firstOf(cores), cores, 0, List.of(), cores)),
                false);
        long end = (random.nextInt(150) - 50) * MINUTE;
        running.add(new RunningJob(900 + id, allocation, "main", 1, false, 1, end - 500, end));
      }
    }
    return TestCluster.of(nodes).withLicenses(Map.of("lic", LICENCES)).withRunning(running);
  }

  private static List<PendingJob> jobs(Random random, int nodes) {
    List<PendingJob> jobs = new ArrayList<>();
    for (int id = 1; id <= 25; id++) {
      ResourceRequest request =
          ResourceRequest.singleCpu()
              .withLayout(TaskLayout.SINGLE.withTasks(1 + random.nextInt(nodes * CORES)));
      if (random.nextInt(4) == 0) {
        request =
            request.withGres(
                List.of(new GresRequest("gpu", "", 1 + random.nextInt(2), GresRequest.Scope.JOB)));
      }
      if (random.nextInt(4) == 0) {
        request = request.withLicenses(Map.of("lic", 1 + random.nextInt(LICENCES)));
      }
      JobClass jobClass = new JobClass(id, request, (1 + random.nextInt(90)) * MINUTE, 0, "");
      jobs.add(new PendingJob(id, jobClass, "main", 0, 0, 1, false, 0, 1, "", "", 1));
    }
    return jobs;
  }

  private static List<Decision> plan(TestCluster cluster, List<PendingJob> jobs) {
    TestContext context =
        new TestContext(
            0,
            new ConsTresSelector(),
            TestContext.selection(cluster, new FlatTopology(), Map.of()),
            Map.of("bf_max_reservations", "20", "bf_licenses", ""));
    return new BackfillScheduler().plan(cluster, TestContext.queue(jobs), context).decisions();
  }
}
