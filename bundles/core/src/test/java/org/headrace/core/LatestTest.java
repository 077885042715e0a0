package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.scheduler.JobKinds;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a planning cycle sees is worked out from what it saw before; here beside what a core sees
 * that has just been loaded, and has nothing to start from.
 */
class LatestTest {
  private static final int COMMANDS = 600;
  private static final int COMPARED_EVERY = 20;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatIsBroughtUpToDateIsAsIfWorkedOutAnew(long seed) {
    TestCluster cluster = TestCluster.up(4);
    Storm storm = new Storm(seed, cluster);
    for (int i = 0; i < COMMANDS; i++) {
      Storm.Gust gust = storm.next();
      cluster.apply(gust.command(), gust.actor());
      if (i % COMPARED_EVERY == 0) {
        assertThat(seen(cluster.machine))
            .as("seed " + seed + ", command " + i)
            .isEqualTo(anew(cluster));
      }
    }
  }

  /** A queue that is kept as what is different from another shows the same as one in columns. */
  @ParameterizedTest
  @ValueSource(longs = {5, 6, 7, 8})
  void anAmendedQueueIsTheSameAsAWholeOne(long seed) {
    TestCluster cluster = TestCluster.up(4);
    Storm storm = new Storm(seed, cluster);
    Random random = new Random(seed);
    cluster.machine.publish().readyAnswers();
    for (int i = 0; i < COMMANDS; i++) {
      Storm.Gust gust = storm.next();
      cluster.apply(gust.command(), gust.actor());
      PublishedState state = cluster.machine.publish();
      EligibleJobs amended = state.answerInput().queue();
      if (i % COMPARED_EVERY == 0) {
        EligibleJobs whole = state.input().queue();
        same(amended, whole);
        int[] rows = IntStream.range(0, whole.size()).filter(r -> random.nextBoolean()).toArray();
        long[] priorities = IntStream.of(rows).mapToLong(r -> random.nextInt(4)).toArray();
        same(amended.withPriorities(rows, priorities), whole.withPriorities(rows, priorities));
      }
    }
  }

  private static void same(EligibleJobs amended, EligibleJobs whole) {
    assertThat(amended.size()).isEqualTo(whole.size());
    for (int row = 0; row < whole.size(); row++) {
      assertThat(amended.get(row)).isEqualTo(whole.get(row));
      assertThat(amended.considered(row)).isEqualTo(whole.considered(row));
      assertThat(amended.further(row)).isEqualTo(whole.further(row));
      assertThat(amended.rows(whole.jobId(row))).isEqualTo(whole.rows(whole.jobId(row)));
    }
    assertThat(amended.rowsUpTo(1)).isEqualTo(whole.rowsUpTo(1));
    BitSet seen = new BitSet();
    JobKinds kinds = amended.kinds();
    for (int kind = 0; kind < kinds.size(); kind++) {
      for (int row = kinds.first(kind); row >= 0; row = kinds.next(kind, row)) {
        assertThat(seen.get(row)).isFalse();
        seen.set(row);
        assertThat(whole.jobClass(row)).isEqualTo(kinds.jobClass(kind));
        assertThat(whole.partition(row)).isEqualTo(kinds.partition(kind));
        assertThat(whole.considered(row)).isEqualTo(kinds.considered(kind));
      }
    }
    assertThat(seen.cardinality()).isEqualTo(whole.size());
  }

  private static List<Object> anew(TestCluster cluster) {
    ClusterMachine loaded = new ClusterMachine(new HeapJobStore(), new HeapFileStore());
    List<SnapshotItem> items = new ArrayList<>();
    cluster.machine.save(items::add);
    loaded.load(items.iterator());
    return seen(loaded);
  }

  private static List<Object> seen(ClusterMachine machine) {
    SchedulerInput input = machine.publish().input();
    List<Object> seen = new ArrayList<>();
    EligibleJobs queue = input.queue();
    seen.add(IntStream.range(0, queue.size()).mapToObj(queue::jobId).toList());
    for (RunningJob job : input.view().running()) {
      // When one that is leaving ends is taken for the present, which a refused command moves on.
      seen.add(List.of(job.id(), job.allocation(), job.user(), job.leaving() ? 0 : job.endsBy()));
    }
    ResourceLedger free = input.view().ledger();
    for (NodeView node : input.view().nodes()) {
      seen.add(
          List.of(
              node.name(),
              free.jobs(node.id()),
              free.freeCores(node.id()),
              free.freeMemory(node.id()),
              free.exclusivelyHeld(node.id()),
              free.soleUser(node.id())));
    }
    seen.add(free.licensesInUse("matlab"));
    return seen;
  }
}
