package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.headrace.api.job.JobComponent;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heterogeneous jobs on one node of ten cores, six of which are busy until minute 100. */
class GroupPassTest {
  private static final long MINUTE = 60_000;

  /** {@code 3x50+4x20} is a job of two components: cores and minutes. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          both fit                    ; 2x50+2x99         ; start start
          one alone would             ; 4x50+1x50         ; at100 at100
          both at the later moment    ; 2x50 5x20+3x300   ; start at100 at100
          a short one passes both     ; 4x50+4x50 4x100   ; at100 at100 start
          a long one in what is left  ; 4x50+4x50 2x200   ; at100 at100 start
          a long one would delay them ; 4x50+4x50 3x101   ; at100 at100 PRIORITY
          behind a promise            ; 8x50 1x101+1x20   ; at100 start start
          it would break it together  ; 8x50 2x101+1x101  ; at100 PRIORITY PRIORITY
          never together              ; 6x10+6x10 4x10    ; RESOURCES RESOURCES start
          """)
  void together(String title, String jobs, String expected) {
    assertThat(plan(jobs, LimitLedger.NONE)).isEqualTo(expected);
  }

  /** Three CPUs in all. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          as many as may    ; 2x50+1x50 1x50  ; start start ASSOCIATION_GROUP_CPU
          one too many      ; 2x50+2x50 3x200 ; ASSOCIATION_GROUP_CPU ASSOCIATION_GROUP_CPU start
          and no room now   ; 3x50+2x50 3x200 ; ASSOCIATION_GROUP_CPU ASSOCIATION_GROUP_CPU start
          """)
  void limitsHoldForAllComponentsTogether(String title, String jobs, String expected) {
    assertThat(plan(jobs, new CpusOfAll(3))).isEqualTo(expected);
  }

  private static String plan(String jobs, LimitLedger limits) {
    RunningJob running =
        new RunningJob(90, allocation(CoreSet.firstOf(6)), "main", 1, false, 1, 0, 100 * MINUTE);
    TestCluster cluster = TestCluster.of(1, 1, 10, 1, 100).withRunning(List.of(running));
    TestContext context =
        new TestContext(
            0,
            new ConsTresSelector(),
            TestContext.selection(cluster, new FlatTopology(), Map.of()),
            Map.of());
    List<Decision> decisions =
        new BackfillScheduler()
            .plan(cluster, queue(jobs), new LimitedContext(context, limits))
            .decisions();
    return decisions.stream().map(GroupPassTest::word).collect(Collectors.joining(" "));
  }

  /** So many CPUs for all jobs together. */
  private static final class CpusOfAll implements LimitLedger {
    private int left;

    CpusOfAll(int left) {
      this.left = left;
    }

    @Override
    public Blocker obstacle(PendingJobs queue, int row) {
      return queue.jobClass(row).request().minCpus() > left
          ? new Blocker(Reason.ASSOCIATION_GROUP_CPU, 0, "too many CPUs", Blocker.UNKNOWN)
          : null;
    }

    @Override
    public Blocker obstacle(PendingJobs queue, int row, Allocation allocation) {
      return obstacle(queue, row);
    }

    @Override
    public void started(PendingJobs queue, int row, Allocation allocation) {
      left -= allocation.cpus();
    }

    @Override
    public LimitLedger copy() {
      return new CpusOfAll(left);
    }
  }

  private static Allocation allocation(CoreSet cores) {
    return new Allocation(
        List.of(new NodeAllocation(0, cores, cores.size(), 0, List.of(), 1)), false);
  }

  private static String word(Decision decision) {
    if (decision instanceof Decision.Reserve reserve) {
      return "at" + reserve.start() / MINUTE;
    }
    return decision instanceof Decision.Wait wait ? wait.reason().name() : "start";
  }

  private static PendingJobs queue(String text) {
    Rows rows = new Rows(new ArrayList<>(), new ArrayList<>());
    for (String job : text.trim().split(" +")) {
      String[] parts = job.split("\\+");
      long group = parts.length == 1 ? 0 : rows.jobs.size() + 1;
      for (int i = 0; i < parts.length; i++) {
        String[] numbers = parts[i].split("x");
        ResourceRequest request =
            ResourceRequest.singleCpu()
                .withLayout(TaskLayout.SINGLE.withTasks(Integer.parseInt(numbers[0])));
        int id = rows.jobs.size() + 1;
        JobClass jobClass = new JobClass(id, request, Long.parseLong(numbers[1]) * MINUTE, 0, "");
        rows.jobs.add(new PendingJob(id, jobClass, "main", 0, 0, 1, false, 0, 1, "", "", 1));
        rows.components.add(new JobComponent(group, i, parts.length));
      }
    }
    return rows;
  }

  private record Rows(List<PendingJob> jobs, List<JobComponent> components) implements PendingJobs {
    @Override
    public int size() {
      return jobs.size();
    }

    @Override
    public PendingJob get(int row) {
      return jobs.get(row);
    }

    @Override
    public boolean grouped() {
      return true;
    }

    @Override
    public JobComponent component(int row) {
      return components.get(row);
    }
  }
}
