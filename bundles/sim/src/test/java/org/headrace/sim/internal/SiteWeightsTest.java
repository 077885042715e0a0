package org.headrace.sim.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.priority.multifactor.internal.MultifactorPriority;
import org.headrace.slurmconf.internal.source.SlurmConfSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plugin asks its settings for is what the reader of the configuration calls it. */
class SiteWeightsTest {
  @TempDir private Path directory;

  @Test
  void weightsInTheWordsOfTheManualReachThePriorityPlugin() throws Exception {
    Path conf = directory.resolve("slurm.conf");
    Files.writeString(
        conf,
        """
        ClusterName=weights
        SlurmctldHost=localhost
        PriorityType=priority/multifactor
        PriorityWeightAge=1
        PriorityWeightAssoc=2
        PriorityWeightFairshare=3
        PriorityWeightJobSize=4
        PriorityWeightPartition=5
        PriorityWeightQOS=6
        PriorityWeightTRES=cpu=7
        NodeName=n1 CPUs=10 State=UNKNOWN
        PartitionName=main Nodes=n1 Default=YES MaxTime=INFINITE State=UP
        """);
    Map<String, String> settings =
        new SlurmConfSource(conf, "localhost").load().definition().settings();
    MultifactorPriority priority = new MultifactorPriority();
    assertThat(priority.weights(settings))
        .containsEntry(PriorityFactor.AGE, 1.0)
        .containsEntry(PriorityFactor.ASSOCIATION, 2.0)
        .containsEntry(PriorityFactor.FAIR_SHARE, 3.0)
        .containsEntry(PriorityFactor.JOB_SIZE, 4.0)
        .containsEntry(PriorityFactor.PARTITION, 5.0)
        .containsEntry(PriorityFactor.QOS, 6.0);
    assertThat(priority.tresWeights(settings)).containsEntry("cpu", 7.0);
  }
}
