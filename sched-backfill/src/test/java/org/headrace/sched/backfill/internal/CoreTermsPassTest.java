package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.SystemCores;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.scheduler.Decision;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans for a node of eight cores on which partitions have terms of their own. */
class CoreTermsPassTest {
  private static final long MINUTE = 60_000;
  private static final NodeMask NODE = NodeMask.of(0);

  private static PartitionView partition(String name, Map<String, String> options) {
    return TestCluster.withOptions(TestCluster.partition(name, NODE), options);
  }

  private static final TestCluster CLUSTER =
      TestCluster.of(1, 2, 4, 1, 1000)
          .withPartitions(
              TestCluster.partition("main", NODE), partition("few", Map.of("MaxCPUsPerNode", "4")));

  /** Words such as {@code few:3x60}: a job of partition few has three cores for 60 minutes. */
  private static List<RunningJob> running(String text) {
    List<RunningJob> running = new ArrayList<>();
    int first = 0;
    for (String word : text.trim().split(" +")) {
      String[] parts = word.split("[:x]");
      int cores = Integer.parseInt(parts[1]);
      CoreSet set = CoreSet.firstOf(first + cores).minus(CoreSet.firstOf(first));
      first += cores;
      CoreTerms terms = CoreTerms.of(CLUSTER.partition(parts[0]), ResourceRequest.singleCpu());
      NodeAllocation part = new NodeAllocation(0, set, cores, 0, List.of(), cores);
      Allocation allocation = new Allocation(List.of(part), false).withTerms(terms);
      running.add(
          new RunningJob(
              90 + first, allocation, parts[0], 1, false, 1, 0, Long.parseLong(parts[2]) * MINUTE));
    }
    return running;
  }

  private static List<PendingJob> pending(String text) {
    List<PendingJob> jobs = new ArrayList<>();
    for (String word : text.trim().split(" +")) {
      String[] parts = word.split("[:x]");
      int id = jobs.size() + 1;
      ResourceRequest request =
          ResourceRequest.singleCpu()
              .withNodes(1, 1)
              .withLayout(TaskLayout.SINGLE.withTasks(Integer.parseInt(parts[1])));
      JobClass jobClass = new JobClass(id, request, Long.parseLong(parts[2]) * MINUTE, 0, "");
      jobs.add(new PendingJob(id, jobClass, parts[0], 0, 0, 1, false, 0, 1, "", "", 1));
    }
    return jobs;
  }

  @ParameterizedTest(name = "{0} | {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          few:3x60 main:1x9        | few:2x10           | at60:RESOURCES
          few:3x60 main:1x9        | few:2x10 main:4x99 | at60:RESOURCES start
          few:1x60 few:3x20        | few:4x10           | at60:RESOURCES
          few:1x60 few:3x20        | few:3x10           | at20:RESOURCES
          few:4x60 main:4x20       | few:1x10 main:4x90 | at60:RESOURCES at20:RESOURCES
          few:3x60                 | few:1x99           | start
          few:3x60                 | few:2x10 few:1x60  | at60:RESOURCES start
          few:3x60                 | few:4x10 few:1x61  | at60:RESOURCES at70:PRIORITY
          """)
  void starts(String running, String pending, String expected) {
    TestCluster cluster = CLUSTER.withRunning(running(running));
    TestContext context =
        new TestContext(
            0,
            new ConsTresSelector(),
            TestContext.selection(cluster, new FlatTopology(), Map.of()),
            Map.of("bf_conservative", ""));
    String plan =
        new BackfillScheduler()
            .plan(cluster, TestContext.queue(pending(pending)), context).decisions().stream()
                .map(CoreTermsPassTest::words)
                .collect(Collectors.joining(" "));
    assertThat(plan).isEqualTo(expected);
  }

  /** A node of eight cores of which the system has three: who leaves it one has seven. */
  @Test
  void aStartOnCoresOfTheSystemIsPromised() {
    NodeHardware all = new NodeHardware(1, 2, 4, 1, 1000, 0);
    NodeView node =
        new NodeView(
            0, "n0", all.withSystem(all.lastCores(3)), Set.of(), List.of(), 1, NodeState.USABLE);
    TestCluster cluster = TestCluster.of(List.of(node)).withRunning(running("main:2x60"));
    ResourceRequest wide =
        ResourceRequest.singleCpu()
            .withNodes(1, 1)
            .withLayout(TaskLayout.SINGLE.withTasks(7))
            .withSystem(new SystemCores(1, false));
    JobClass jobClass = new JobClass(1, wide, 10 * MINUTE, 0, "");
    PendingJob job = new PendingJob(1, jobClass, "main", 0, 0, 1, false, 0, 1, "", "", 1);
    TestContext context =
        new TestContext(
            0,
            new ConsTresSelector(),
            TestContext.selection(cluster, new FlatTopology(), Map.of()),
            Map.of());
    Decision decision =
        new BackfillScheduler()
            .plan(cluster, TestContext.queue(List.of(job)), context)
            .decisions()
            .get(0);
    assertThat(words(decision)).isEqualTo("at60:RESOURCES");
  }

  private static String words(Decision decision) {
    if (decision instanceof Decision.Reserve reserve) {
      return "at" + reserve.start() / MINUTE + ":" + reserve.reason();
    }
    return decision instanceof Decision.Wait wait ? wait.reason().name() : "start";
  }
}
