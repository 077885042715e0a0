package org.headrace.priority.multifactor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.account.Account;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.Tres;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.priority.FactorSink;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultifactorPriorityTest {
  private static final long HOUR = 3_600_000L;
  private static final long NOW = 1000 * HOUR;

  /** Four nodes of 64 CPUs; partitions with factors 1 and 2; QOS with priorities 50 and 100. */
  private static final TestCluster CLUSTER =
      TestCluster.of(4, 2, 32, 1, 1000)
          .withPartitions(partition("low", 1), partition("high", 2))
          .withQos(new QualityOfService("silver", 50), new QualityOfService("gold", 100));

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          age 84 h of 168 h      | low  |        |  84 | 1 |   60 |    0 | PriorityWeightAge=1000                                          |  500
          age is capped          | low  |        | 999 | 1 |   60 |    0 | PriorityWeightAge=1000                                          | 1000
          age has a maximum      | low  |        |  12 | 1 |   60 |    0 | PriorityWeightAge=1000;PriorityMaxAge=1-0                       |  500
          partition normalised   | low  |        |   0 | 1 |   60 |    0 | PriorityWeightPartition=1000                                    |  500
          partition highest      | high |        |   0 | 1 |   60 |    0 | PriorityWeightPartition=1000                                    | 1000
          partition raw          | high |        |   0 | 1 |   60 |    0 | PriorityWeightPartition=1000;PriorityFlags=NO_NORMAL_PART       | 2000
          qos normalised         | low  | silver |   0 | 1 |   60 |    0 | PriorityWeightQOS=1000                                          |  500
          qos raw                | low  | silver |   0 | 1 |   60 |    0 | PriorityWeightQOS=1000;PriorityFlags=NO_NORMAL_ALL              | 50000
          size, two of four      | low  |        |   0 | 2 |   60 |    0 | PriorityWeightJobSize=1024                                      |  260
          size, small first      | low  |        |   0 | 2 |   60 |    0 | PriorityWeightJobSize=1024;PriorityFavorSmall=YES               |  764
          nice takes away        | high |        |   0 | 1 |   60 |  100 | PriorityWeightPartition=1000                                    |  900
          never below one        | high |        |   0 | 1 |   60 | 5000 | PriorityWeightPartition=1000                                    |    1
          relative to time       | low  |        |   0 | 4 |    2 |    0 | PriorityWeightJobSize=25600;PriorityFlags=SMALL_RELATIVE_TO_TIME |  200
          """)
  void formula(
      String title,
      String partition,
      String qos,
      long hours,
      int nodes,
      long minutes,
      int nice,
      String settings,
      long expected) {
    Map<String, String> options = new java.util.TreeMap<>();
    for (String setting : settings.split(";")) {
      String[] pair = setting.split("=", 2);
      options.put(pair[0].trim(), pair[1].trim());
    }
    JobClass jobClass =
        new JobClass(
            1,
            ResourceRequest.singleCpu()
                .withNodes(nodes, nodes)
                .withLayout(ResourceRequest.singleCpu().layout().withTasks(nodes)),
            minutes * 60_000,
            0,
            "");
    PendingJob job =
        new PendingJob(
            1,
            jobClass,
            partition,
            NOW - hours * HOUR,
            NOW - hours * HOUR,
            0,
            false,
            nice,
            1000,
            "",
            qos == null ? "" : qos,
            1);
    long[] values = new long[1];
    new MultifactorPriority()
        .compute(TestContext.queue(List.of(job)), CLUSTER, options, NOW, values);
    assertThat(values[0]).isEqualTo(expected);
  }

  /** A Slurm 22.05 shows 646 for this job without the factor, and 1 with -5000. */
  @ParameterizedTest
  @CsvSource({"0, 646", "500, 1146", "-5000, 1", "2147483645, 2147484291"})
  void whatAnAdministratorGivesIsAdded(int siteFactor, long expected) {
    PendingJob plain = charged(1, 7);
    PendingJob job =
        new PendingJob(
            1,
            plain.jobClass(),
            plain.partition(),
            NOW,
            NOW,
            0,
            false,
            -646,
            1000,
            "",
            "",
            1,
            0,
            PendingJob.NOBODY,
            siteFactor);
    long[] values = {0};
    Map<PriorityFactor, Double> factors = factors(job, values);
    assertThat(values[0]).isEqualTo(expected);
    assertThat(factors).containsEntry(PriorityFactor.SITE, (double) siteFactor);
  }

  @ParameterizedTest
  @CsvSource({"84, 500", "0, 0", "-1, 0"})
  void ageCountsFromWhenItIsAccrued(long hours, long expected) {
    PendingJob plain = charged(1, 7);
    PendingJob job =
        new PendingJob(
            1,
            plain.jobClass(),
            plain.partition(),
            0,
            0,
            0,
            false,
            0,
            1000,
            "",
            "",
            1,
            0,
            PendingJob.NOBODY,
            (int) Math.max(0, 1 - expected),
            hours < 0 ? PendingJob.NEVER : NOW - hours * HOUR);
    long[] values = {0};
    Map<String, String> options = Map.of("PriorityWeightAge", "1000");
    new MultifactorPriority()
        .compute(TestContext.queue(List.of(job)), CLUSTER, options, NOW, values);
    assertThat(values[0]).isEqualTo(Math.max(1, expected));
  }

  /** Computes a job's only priority, without options. */
  private static Map<PriorityFactor, Double> factors(PendingJob job, long[] values) {
    Map<PriorityFactor, Double> factors = new HashMap<>();
    new MultifactorPriority()
        .compute(
            TestContext.queue(List.of(job)),
            CLUSTER,
            Map.of(),
            NOW,
            values,
            (row, factor, value) -> factors.put(factor, value));
    return factors;
  }

  @Test
  void fixedPriorityStays() {
    PendingJob job =
        new PendingJob(
            1,
            new JobClass(1, ResourceRequest.singleCpu(), HOUR, 0, ""),
            "low",
            0,
            0,
            77,
            true,
            0,
            1000,
            "",
            "",
            1);
    long[] values = {77};
    Map<PriorityFactor, Double> factors = factors(job, values);
    assertThat(values[0]).isEqualTo(77);
    assertThat(factors).isEmpty();
  }

  @Test
  void whoWasServedWorseGoesFirst() {
    Accounts accounts =
        new Accounts(
            1,
            Tres.COMMON,
            List.of(),
            List.of(),
            List.of(
                Association.of(Account.ROOT, "").withId(1).withPriority(5),
                Association.of(Account.ROOT, "anna", "").withId(2).withPriority(20),
                Association.of(Account.ROOT, "bert", "").withId(3)));
    long[] billing = {0, 0, 0, 0, 1};
    TestCluster charged =
        CLUSTER.charging(
            accounts,
            Map.of(
                2L, Consumption.NONE.spent(billing, 100, 1),
                3L, Consumption.NONE.spent(billing, 10, 1)),
            Map.of(7, 2L, 8, 3L));
    long[] values = new long[3];
    Map<String, String> options =
        Map.of("PriorityWeightFairShare", "1000", "PriorityWeightAssoc", "100");
    new MultifactorPriority()
        .compute(
            TestContext.queue(List.of(charged(1, 7), charged(2, 8), charged(3, 9))),
            charged,
            options,
            NOW,
            values);
    assertThat(values).containsExactly(500 + 100, 1000 + 25, 1);
  }

  @Test
  void factorsAreThoseThatHaveAWeight() {
    Map<String, String> options =
        Map.of("PriorityWeightAge", "10", "PriorityWeightPartition", "1000");
    MultifactorPriority priority = new MultifactorPriority();
    assertThat(priority.weights(options))
        .containsOnlyKeys(PriorityFactor.values())
        .containsEntry(PriorityFactor.AGE, 10.0)
        .containsEntry(PriorityFactor.PARTITION, 1000.0)
        .containsEntry(PriorityFactor.JOB_SIZE, 0.0);
    Map<PriorityFactor, Double> factors = new HashMap<>();
    priority.compute(
        TestContext.queue(List.of(charged(1, 7))),
        CLUSTER,
        options,
        NOW,
        new long[1],
        (row, factor, value) -> factors.put(factor, value));
    assertThat(factors)
        .containsEntry(PriorityFactor.AGE, 1.0)
        .containsEntry(PriorityFactor.PARTITION, 0.5)
        .containsEntry(PriorityFactor.JOB_SIZE, 0.0)
        .containsEntry(PriorityFactor.QOS, 0.0);
  }

  private static PendingJob charged(long id, int payer) {
    return new PendingJob(
        id,
        new JobClass(1, ResourceRequest.singleCpu(), HOUR, 0, ""),
        "low",
        0,
        0,
        0,
        false,
        0,
        1000,
        "",
        "",
        1,
        0,
        payer,
        0);
  }

  @Test
  void malformedSettingNamesTheKey() {
    assertThatThrownBy(() -> Weights.of(Map.of("PriorityWeightAge", "many")))
        .hasMessageContaining("PriorityWeightAge=many");
    assertThatThrownBy(() -> Weights.of(Map.of("PriorityMaxAge", "1:2:3:4")))
        .hasMessageContaining("PriorityMaxAge=1:2:3:4");
  }

  private static PartitionView partition(String name, int factor) {
    return new PartitionView(
        name,
        NodeMask.of(0, 1, 2, 3),
        PartitionView.State.UP,
        1,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        1,
        factor,
        Sharing.CORES,
        Map.of());
  }

  @Test
  void trackableResourcesCountByTheirPartOfThePartition() {
    PendingJob job = charged(1, 7);
    Map<String, String> options = Map.of("PriorityWeightTRES", "CPU=1000,Mem=2,node=500");
    Map<String, Double> parts = new HashMap<>();
    FactorSink sink =
        new FactorSink() {
          @Override
          public void put(int row, PriorityFactor factor, double value) {}

          @Override
          public void put(int row, String name, double value) {
            parts.put(name, value);
          }
        };
    long[] values = new long[1];
    MultifactorPriority priority = new MultifactorPriority();
    priority.compute(TestContext.queue(List.of(job)), CLUSTER, options, NOW, values, sink);
    int cpus = CLUSTER.nodes().stream().mapToInt(node -> node.hardware().cpus()).sum();
    double cpu = (double) job.jobClass().request().minCpus() / cpus;
    double node = (double) job.jobClass().request().minNodes() / CLUSTER.nodes().size();
    assertThat(parts.get("cpu")).isEqualTo(cpu);
    assertThat(parts.get("node")).isEqualTo(node);
    assertThat(values[0]).isEqualTo(Math.max(1, (long) (1000 * cpu + 500 * node)));
    assertThat(priority.tresWeights(options)).containsEntry("cpu", 1000.0).hasSize(3);
    assertThatThrownBy(() -> priority.weights(Map.of("PriorityWeightTRES", "CPU")))
        .hasMessageContaining("PriorityWeightTRES=CPU");
  }

  @Test
  void prioritiesOnlyRiseWithIncrOnly() {
    PendingJob job = charged(1, 7);
    Map<String, String> options =
        Map.of("PriorityWeightTRES", "CPU=1", "PriorityFlags", "INCR_ONLY");
    long[] values = new long[1];
    new MultifactorPriority()
        .compute(TestContext.queue(List.of(job)), CLUSTER, options, NOW, values);
    assertThat(values[0]).isEqualTo(Math.max(1, job.priority()));
  }

  @Test
  void trackableResourcesAsTheyAreWithNoNormalTres() {
    PendingJob job = charged(1, 7);
    Map<String, String> options =
        Map.of("PriorityWeightTRES", "CPU=100", "PriorityFlags", "NO_NORMAL_TRES");
    long[] values = new long[1];
    new MultifactorPriority()
        .compute(TestContext.queue(List.of(job)), CLUSTER, options, NOW, values);
    assertThat(values[0]).isEqualTo(100L * job.jobClass().request().minCpus());
  }
}
