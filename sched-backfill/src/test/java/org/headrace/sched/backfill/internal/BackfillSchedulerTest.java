package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionLimit;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Decision.Start;
import org.headrace.api.scheduler.Freed;
import org.headrace.api.scheduler.Plan;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackfillSchedulerTest {
  private static final long MINUTE = 60_000;
  private static final ResourceRequest ONE = ResourceRequest.singleCpu();

  /** One node with ten cores, six of which are busy until minute 100. */
  private static final TestCluster BUSY =
      TestCluster.of(1, 1, 10, 1, 100).withRunning(List.of(running(90, 0, 6, 100)));

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          fits                ; 4x50                 ; start
          head waits          ; 8x50                 ; at100:RESOURCES
          short one passes    ; 8x50 4x100           ; at100:RESOURCES start
          long one must not   ; 8x50 4x101           ; at100:RESOURCES PRIORITY
          long one in extra   ; 8x50 2x101           ; at100:RESOURCES start
          extra is used up    ; 8x50 2x101 1x101     ; at100:RESOURCES start PRIORITY
          short needs none    ; 8x50 2x101 2x100     ; at100:RESOURCES start start
          one reservation     ; 8x50 5x10 4x100      ; at100:RESOURCES PRIORITY start
          behind started jobs ; 4x200 5x10           ; start at100:RESOURCES
          never               ; 11x10 4x10           ; BAD_CONSTRAINTS start
          """)
  void easy(String title, String jobs, String expected) {
    assertThat(show(plan(BUSY, jobs(jobs), Map.of()))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          8x50 5x10 4x100 ; bf_conservative       ; at100:RESOURCES at150:PRIORITY start
          8x50 5x10 4x101 ; bf_conservative       ; at100:RESOURCES at150:PRIORITY at150:PRIORITY
          8x50 5x10 4x101 ; bf_max_reservations=2 ; at100:RESOURCES at150:PRIORITY PRIORITY
          8x50 4x100      ; bf_window=99          ; RESOURCES start
          8x50 9x50 4x100 ; bf_window=99          ; RESOURCES PRIORITY start
          8x50 4x100      ; bf_resolution=3600    ; at120:RESOURCES start
          8x50 5x1 4x100  ; bf_max_job_test=1     ; at100:RESOURCES PRIORITY
          """)
  void options(String jobs, String option, String expected) {
    String[] pair = (option + "=").split("=", -1);
    assertThat(show(plan(BUSY, jobs(jobs), Map.of(pair[0], pair[1])))).isEqualTo(expected);
  }

  /** What a job that is about to go leaves is promised once. */
  @Test
  void jobsThatOverstayTheirLimitsMakeRoomForOneAfterTheOther() {
    TestCluster cluster =
        TestCluster.of(1, 1, 10, 1, 100).withRunning(List.of(running(90, 0, 10, -60)));
    assertThat(show(plan(cluster, jobs("10x5 10x5 10x70"), Map.of("bf_max_reservations", "9"))))
        .isEqualTo("at0:RESOURCES at5:PRIORITY at10:PRIORITY");
  }

  @Test
  void malformedOptionsAreNamed() {
    assertThatThrownBy(() -> plan(BUSY, jobs("1x1"), Map.of("bf_window", "soon")))
        .hasMessageContaining("bf_window=soon");
  }

  @Test
  void eachPartitionHasItsOwnHead() {
    TestCluster cluster =
        TestCluster.of(2, 1, 4, 1, 100)
            .withPartitions(
                TestCluster.partition("main", NodeMask.of(0)),
                TestCluster.partition("other", NodeMask.of(1)))
            .withRunning(List.of(running(90, 0, 2, 100), running(91, 1, 2, 50)));
    List<PendingJob> jobs = new ArrayList<>(jobs("4x10"));
    jobs.add(job(2, "other", ONE.withLayout(tasks(4)), 10, 1));
    assertThat(show(plan(cluster, jobs, Map.of()))).isEqualTo("at100:RESOURCES at50:RESOURCES");
  }

  @Test
  void limitsOfAPartitionDoNotHoldForClassesThatAreExempt() {
    PartitionView whole = TestCluster.partition("main", NodeMask.of(0, 1));
    PartitionView narrow =
        new PartitionView(
            whole.name(),
            whole.nodes(),
            whole.state(),
            0,
            1,
            10 * MINUTE,
            whole.priorityTier(),
            whole.priorityFactor(),
            whole.sharing(),
            whole.options());
    TestCluster cluster = TestCluster.of(2, 1, 4, 1, 100).withPartitions(narrow);
    ResourceRequest twoNodes = ONE.withNodes(2, 2).withLayout(tasks(2));
    List<PendingJob> jobs =
        List.of(
            exempt(1, twoNodes, 5, PartitionLimit.TIME),
            exempt(2, twoNodes, 5, PartitionLimit.MAX_NODES),
            exempt(3, ONE, 20, PartitionLimit.MAX_NODES),
            exempt(4, ONE, 20, PartitionLimit.TIME));
    assertThat(show(plan(cluster, jobs, Map.of())))
        .isEqualTo("PARTITION_NODE_LIMIT start PARTITION_TIME_LIMIT start");
  }

  private static PendingJob exempt(
      long id, ResourceRequest request, long minutes, PartitionLimit limit) {
    JobClass jobClass = new JobClass((int) id, request, minutes * MINUTE, 0, "", Set.of(limit));
    return new PendingJob(id, jobClass, "main", 0, 0, 1, false, 0, 1, "", "", 1);
  }

  @Test
  void aReservedGpuIsNotTaken() {
    NodeView node =
        TestCluster.withGres(
            TestCluster.node(0, "n0", 1, 8, 1, 100), TestCluster.gpus("", 0, 2, CoreSet.EMPTY));
    TestCluster cluster =
        TestCluster.of(List.of(node)).withRunning(List.of(running(90, 0, 7, 100)));
    ResourceRequest twoGpus =
        ONE.withLayout(tasks(2))
            .withGres(List.of(new GresRequest("gpu", "", 2, GresRequest.Scope.NODE)));
    ResourceRequest oneGpu =
        ONE.withGres(List.of(new GresRequest("gpu", "", 1, GresRequest.Scope.NODE)));
    List<PendingJob> jobs =
        List.of(
            job(1, "main", twoGpus, 10, 1),
            job(2, "main", oneGpu, 200, 1),
            job(3, "main", ONE, 200, 1));
    assertThat(show(plan(cluster, jobs, Map.of()))).isEqualTo("at100:RESOURCES PRIORITY start");
  }

  /** Two licences, one of them in use until minute 100 by a job that needs a core in ten. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          1L1x10 1L1x10          ; bf_window    ; start LICENSES
          2L1x10 1L1x10          ; bf_window    ; LICENSES start
          2L1x10 1L1x200 0L10x10 ; bf_window    ; LICENSES start at100:RESOURCES
          2L1x10 1L1x100 0L1x999 ; bf_licenses  ; at100:LICENSES start start
          2L1x10 1L1x101 0L9x999 ; bf_licenses  ; at100:LICENSES PRIORITY start
          1L1x10 2L1x10          ; bf_licenses  ; start at100:LICENSES
          """)
  void licences(String jobs, String option, String expected) {
    Allocation held = running(90, 0, 1, 100).allocation().withLicenses(Map.of("matlab", 1));
    TestCluster cluster =
        TestCluster.of(1, 1, 11, 1, 100)
            .withLicenses(Map.of("matlab", 2))
            .withRunning(List.of(new RunningJob(90, held, "main", 1, false, 1, 0, 100 * MINUTE)));
    List<PendingJob> queue = new ArrayList<>();
    for (String word : jobs.trim().split(" +")) {
      String[] parts = word.split("[Lx]");
      ResourceRequest request = ONE.withLayout(tasks(Integer.parseInt(parts[1])));
      int licenses = Integer.parseInt(parts[0]);
      Map<String, Integer> wanted = licenses == 0 ? Map.of() : Map.of("matlab", licenses);
      long id = queue.size() + 1L;
      queue.add(job(id, "main", request.withLicenses(wanted), Long.parseLong(parts[2]), 1));
    }
    assertThat(show(plan(cluster, queue, Map.of(option, "")))).isEqualTo(expected);
  }

  /** Two nodes of four cores; n1 is reserved from minute 60 to 120. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          4x60 4x60 4x10 ; ''   ; start start at60:RESOURCES
          8x60           ; ''   ; start
          8x61           ; ''   ; at120:RESERVED_FOR_OTHERS
          8x61 4x100     ; ''   ; at120:RESERVED_FOR_OTHERS start
          8x61 4x121     ; ''   ; at120:RESERVED_FOR_OTHERS PRIORITY
          4x500 4x61     ; ''   ; start at120:RESERVED_FOR_OTHERS
          1x10           ; mine ; RESOURCES
          """)
  void reservedNodesAreKept(String jobs, String own, String expected) {
    TestCluster cluster =
        TestCluster.of(2, 1, 4, 1, 100)
            .withReservations(
                List.of(
                    new ReservationView(
                        "mine", 60 * MINUTE, 120 * MINUTE, NodeMask.of(1), false, false)));
    List<PendingJob> queue = jobs(jobs).stream().map(job -> in(own, job)).toList();
    assertThat(show(plan(cluster, queue, Map.of()))).isEqualTo(expected);
  }

  /** A job of the reservation has the node for the time being: others wait for its end. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          4x10      ; at50:RESOURCES
          8x10      ; at200:RESERVED_FOR_OTHERS
          8x10 4x10 ; at200:RESERVED_FOR_OTHERS PRIORITY
          """)
  void whoNeedsWhatIsReservedWaitsForTheEndOfTheReservation(String jobs, String expected) {
    TestCluster cluster =
        TestCluster.of(2, 1, 4, 1, 100)
            .withRunning(List.of(running(90, 0, 4, 50), running(91, 1, 4, 100)))
            .withReservations(
                List.of(
                    new ReservationView("mine", 0, 200 * MINUTE, NodeMask.of(1), false, false)));
    assertThat(show(plan(cluster, jobs(jobs), Map.of()))).isEqualTo(expected);
  }

  private static PendingJob in(String reservation, PendingJob job) {
    JobClass one = job.jobClass();
    int id = one.id() + (reservation.isEmpty() ? 0 : 1_000);
    JobClass own = new JobClass(id, one.request(), one.timeLimit(), 0, reservation);
    return new PendingJob(job.id(), own, "main", 0, 0, 1, false, 0, 1, "", "", 1);
  }

  /** squeue(1): Priority is of the jobs of the partition, or of the advanced reservation. */
  @Test
  void theFirstJobOfAReservationWaitsForResourcesAndOthersForIt() {
    TestCluster cluster =
        TestCluster.of(2, 1, 4, 1, 100)
            .withRunning(List.of(running(90, 0, 4, 50), running(91, 1, 4, 100)))
            .withReservations(
                List.of(
                    new ReservationView("mine", 0, 200 * MINUTE, NodeMask.of(1), false, false)));
    List<PendingJob> queue = new ArrayList<>();
    for (PendingJob job : jobs("4x10 4x20 4x10 4x10")) {
      queue.add(in(job.id() > 2 ? "mine" : "", job));
    }
    assertThat(show(plan(cluster, queue, Map.of())))
        .isEqualTo("at50:RESOURCES PRIORITY RESOURCES PRIORITY");
  }

  @Test
  void arraysStartTaskByTask() {
    List<PendingJob> jobs = List.of(job(1, "main", ONE, 10, 100));
    Plan plan = plan(BUSY, jobs, Map.of());
    assertThat(show(plan)).isEqualTo("start start start start at10:RESOURCES");
  }

  /** Nothing is oversubscribed, a repeated plan is the same, and nobody is forgotten. */
  @Test
  void properties() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      TestCluster cluster = randomCluster(random);
      List<PendingJob> jobs = randomJobs(random);
      Map<String, String> options =
          random.nextBoolean() ? Map.of() : Map.of("bf_max_reservations", "5");
      Plan plan = plan(cluster, jobs, options);
      ResourceLedger ledger = cluster.ledger();
      for (Decision decision : plan.decisions()) {
        if (decision instanceof Decision.Start start) {
          assertThat(ledger.problem(start.allocation())).as("seed %d", seed).isNull();
          PendingJob job = jobs.get((int) start.jobId() - 1);
          boolean alone = job.jobClass().request().sharing() == Sharing.USER;
          ledger.allocate(start.allocation(), alone ? job.user() : ResourceLedger.NO_USER);
        }
      }
      assertThat(plan(cluster, jobs, options)).as("seed %d", seed).isEqualTo(plan);
      assertThat(plan.decisions().stream().map(Decision::jobId).distinct().count())
          .as("seed %d", seed)
          .isEqualTo(jobs.size());
      List<RunningJob> shuffled = new ArrayList<>(cluster.running());
      Collections.reverse(shuffled);
      assertThat(plan(cluster.withRunning(shuffled), jobs, options))
          .as("seed %d", seed)
          .isEqualTo(plan);
    }
  }

  /** What a reservation promises holds: the job starts then if all others run to their limits. */
  @Test
  void noReservationIsDelayed() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      TestCluster cluster = randomCluster(random);
      List<PendingJob> jobs = randomJobs(random);
      Plan plan = plan(cluster, jobs, Map.of());
      Decision.Reserve promise = null;
      List<RunningJob> running = new ArrayList<>(cluster.running());
      running.addAll(started(plan, jobs));
      for (Decision decision : plan.decisions()) {
        if (decision instanceof Decision.Reserve reserve) {
          promise = promise == null ? reserve : promise;
        }
      }
      if (promise != null) {
        long at = promise.start();
        List<RunningJob> left = running.stream().filter(job -> job.endsBy() > at).toList();
        PendingJob head = jobs.get((int) promise.jobId() - 1);
        Plan later = plan(cluster.withRunning(left), List.of(head), Map.of());
        assertThat(later.decisions().get(0)).as("seed %d", seed).isInstanceOf(Decision.Start.class);
      }
    }
  }

  /**
   * Between two plans a job ends: others take its place, nothing is oversubscribed, and the job
   * that resources are set aside for can start when it was promised.
   */
  @Test
  void anAnswerKeepsThePromise() {
    int started = 0;
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      TestCluster cluster = randomCluster(random);
      List<PendingJob> jobs = randomJobs(random);
      Plan plan = plan(cluster, jobs, Map.of());
      List<RunningJob> running = new ArrayList<>(cluster.running());
      running.addAll(started(plan, jobs));
      if (running.isEmpty()) {
        continue;
      }
      RunningJob ended = running.remove(random.nextInt(running.size()));
      List<Decision.Reserve> reserved =
          plan.decisions().stream()
              .filter(Decision.Reserve.class::isInstance)
              .map(Decision.Reserve.class::cast)
              .toList();
      NodeMask nodes =
          NodeMask.of(ended.allocation().setAside().stream().mapToInt(Integer::intValue).toArray());
      List<PendingJob> waiting =
          jobs.stream()
              .filter(
                  job ->
                      plan.decisions().stream()
                          .noneMatch(one -> one.jobId() == job.id() && one instanceof Start))
              .toList();
      TestCluster then = cluster.withRunning(running);
      Plan answer = answer(then, waiting, new Freed(nodes, reserved));
      ResourceLedger ledger = then.ledger();
      for (RunningJob job : started(answer, jobs)) {
        assertThat(ledger.problem(job.allocation())).as("seed %d", seed).isNull();
        ledger.allocate(job.allocation(), job.soleUser() ? job.user() : ResourceLedger.NO_USER);
        running.add(job);
        started++;
      }
      for (Decision.Reserve promise : reserved) {
        if (answer.decisions().stream().noneMatch(one -> one.jobId() == promise.jobId())) {
          long at = promise.start();
          List<RunningJob> left = running.stream().filter(job -> job.endsBy() > at).toList();
          PendingJob head = jobs.get((int) promise.jobId() - 1);
          Plan later = plan(cluster.withRunning(left), List.of(head), Map.of());
          assertThat(later.decisions().get(0)).as("seed %d", seed).isInstanceOf(Start.class);
        }
      }
    }
    assertThat(started).isGreaterThan(150);
  }

  /** What a plan starts, as running jobs. */
  private static List<RunningJob> started(Plan plan, List<PendingJob> jobs) {
    List<RunningJob> started = new ArrayList<>();
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Start start) {
        PendingJob job = jobs.get((int) start.jobId() - 1);
        boolean alone = job.jobClass().request().sharing() == Sharing.USER;
        long limit = job.jobClass().timeLimit();
        started.add(
            new RunningJob(
                1000 + job.id(), start.allocation(), "main", job.user(), alone, 1, 0, limit));
      }
    }
    return started;
  }

  private static TestCluster randomCluster(Random random) {
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < 2 + random.nextInt(6); id++) {
      NodeView node =
          TestCluster.node(id, "n" + id, 1 + random.nextInt(2), 4, 1 + random.nextInt(2), 1000);
      nodes.add(
          random.nextBoolean()
              ? node
              : TestCluster.withGres(node, TestCluster.gpus("", 0, 4, CoreSet.EMPTY)));
    }
    TestCluster cluster = TestCluster.of(nodes);
    if (random.nextBoolean()) {
      List<String> names = nodes.stream().map(NodeView::name).toList();
      int half = nodes.size() / 2;
      cluster =
          cluster.withTopology(
              new TopologySpec(
                  List.of(
                      new TopologySpec.Switch("a", names.subList(0, half), List.of()),
                      new TopologySpec.Switch("b", names.subList(half, nodes.size()), List.of()),
                      new TopologySpec.Switch("top", List.of(), List.of("a", "b"))),
                  List.of(),
                  List.of()));
    }
    List<RunningJob> running = new ArrayList<>();
    ResourceLedger ledger = cluster.ledger();
    for (int i = 0; i < 6; i++) {
      int cores = 1 + random.nextInt(3);
      int node = random.nextInt(nodes.size());
      RunningJob job = running(500 + i, node, cores, 10 + random.nextInt(100));
      CoreSet taken = CoreSet.EMPTY;
      for (int core : ledger.freeCores(node).toArray()) {
        taken = taken.size() < cores ? taken.union(CoreSet.of(core)) : taken;
      }
      Allocation allocation =
          new Allocation(
              List.of(new NodeAllocation(node, taken, taken.size(), 50, List.of(), 1)), false);
      if (ledger.problem(allocation) == null) {
        ledger.allocate(allocation, ResourceLedger.NO_USER);
        running.add(
            new RunningJob(job.id(), allocation, "main", 1, false, 1, job.started(), job.endsBy()));
      }
    }
    return cluster.withRunning(running);
  }

  private static List<PendingJob> randomJobs(Random random) {
    List<PendingJob> jobs = new ArrayList<>();
    for (int id = 1; id <= 30; id++) {
      int min = 1 + random.nextInt(3);
      ResourceRequest request =
          ONE.withLayout(tasks(min + random.nextInt(10)))
              .withNodes(min, random.nextBoolean() ? min : ResourceRequest.ANY_NUMBER)
              .withSharing(
                  switch (random.nextInt(10)) {
                    case 0, 1 -> Sharing.EXCLUSIVE;
                    case 2 -> Sharing.USER;
                    case 3 -> Sharing.TOPOLOGY;
                    default -> Sharing.CORES;
                  });
      if (random.nextInt(3) == 0) {
        request =
            request.withGres(
                List.of(new GresRequest("gpu", "", 1 + random.nextInt(4), GresRequest.Scope.NODE)));
      }
      jobs.add(job(id, "main", request, 1 + random.nextInt(150), 1));
    }
    return jobs;
  }

  private static TaskLayout tasks(int count) {
    return TaskLayout.SINGLE.withTasks(count);
  }

  /** Words such as {@code 4x100}: cores and minutes. */
  private static List<PendingJob> jobs(String text) {
    List<PendingJob> jobs = new ArrayList<>();
    for (String word : text.trim().split(" +")) {
      String[] parts = word.split("x");
      ResourceRequest request = ONE.withLayout(tasks(Integer.parseInt(parts[0])));
      jobs.add(job(jobs.size() + 1L, "main", request, Long.parseLong(parts[1]), 1));
    }
    return jobs;
  }

  private static PendingJob job(
      long id, String partition, ResourceRequest request, long minutes, int startable) {
    JobClass jobClass = new JobClass((int) id, request, minutes * MINUTE, 0, "");
    return new PendingJob(
        id, jobClass, partition, 0, 0, 1, false, 0, (int) (id % 3), "", "", startable);
  }

  private static RunningJob running(long id, int node, int cores, long minutes) {
    Allocation allocation =
        new Allocation(
            List.of(new NodeAllocation(node, CoreSet.firstOf(cores), cores, 0, List.of(), cores)),
            false);
    return new RunningJob(id, allocation, "main", 1, false, 1, 0, minutes * MINUTE);
  }

  private static Plan answer(TestCluster cluster, List<PendingJob> jobs, Freed freed) {
    BackfillScheduler scheduler = new BackfillScheduler();
    Plan answer =
        scheduler.answer(cluster, TestContext.queue(jobs), freed, context(cluster, Map.of()));
    // A queue that knows its kinds is gone through by these, to the same end.
    assertThat(scheduler.answer(cluster, new QueueOfKinds(jobs), freed, context(cluster, Map.of())))
        .isEqualTo(answer);
    return answer;
  }

  private static Plan plan(
      TestCluster cluster, List<PendingJob> jobs, Map<String, String> options) {
    return new BackfillScheduler()
        .plan(cluster, TestContext.queue(jobs), context(cluster, options));
  }

  private static TestContext context(TestCluster cluster, Map<String, String> options) {
    return new TestContext(
        0,
        new ConsTresSelector(),
        TestContext.selection(cluster, new FlatTopology(), Map.of()),
        options);
  }

  private static String show(Plan plan) {
    return plan.decisions().stream()
        .map(
            decision -> {
              if (decision instanceof Decision.Reserve reserve) {
                return "at" + reserve.start() / MINUTE + ":" + reserve.reason();
              }
              return decision instanceof Decision.Wait wait ? wait.reason().name() : "start";
            })
        .collect(Collectors.joining(" "));
  }
}
