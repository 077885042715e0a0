package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.Test;

class FreeAheadTest {
  private static final int NODES = 2_000;
  private static final TestCluster CLUSTER = TestCluster.of(NODES, 1, 2, 1, 1000);

  private static Allocation firstCore(int node) {
    CoreSet core = CoreSet.firstOf(1);
    return new Allocation(List.of(new NodeAllocation(node, core, 1, 10, List.of(), 1)), false);
  }

  /** A job on each node but the last, of which the ones on high nodes end first. */
  private static TestCluster busy() {
    List<RunningJob> running = new ArrayList<>();
    for (int node = 0; node < NODES - 1; node++) {
      running.add(new RunningJob(node + 1, firstCore(node), "main", 1, false, 1, 0, 10_000 - node));
    }
    return CLUSTER.withRunning(running);
  }

  private static int freeCores(ResourceLedger ledger) {
    int free = 0;
    for (int node = 0; node < NODES; node++) {
      free += ledger.freeCoreCount(node);
    }
    return free;
  }

  @Test
  void isWhatIsLeftWhenJobsHaveEndedOneByOne() {
    TestCluster busy = busy();
    ResourceTimeline timeline = ResourceTimeline.of(busy, 0);
    FreeAhead ahead = new FreeAhead(timeline, busy.ledger());
    for (int count : new int[] {0, 1_999, 1, 511, 512, 513, 1_024, 1_600}) {
      ResourceLedger then = ahead.after(count);
      assertThat(freeCores(then)).isEqualTo(NODES + 1 + count);
      for (int node = 0; node < NODES - 1; node++) {
        assertThat(then.jobs(node)).isEqualTo(NODES - 2 - node < count ? 0 : 1);
      }
    }
  }

  @Test
  void whoTakesFromWhatHeGetsTakesNothingFromOthers() {
    TestCluster busy = busy();
    FreeAhead ahead = new FreeAhead(ResourceTimeline.of(busy, 0), busy.ledger());
    for (int count : new int[] {0, 512, 600}) {
      ahead.after(count).allocate(firstCore(NODES - 1), ResourceLedger.NO_USER);
      assertThat(ahead.after(count).jobs(NODES - 1)).isZero();
    }
  }

  @Test
  void aStartChangesAllThatFollows() {
    TestCluster busy = busy();
    ResourceTimeline timeline = ResourceTimeline.of(busy, 0);
    ResourceLedger now = busy.ledger();
    FreeAhead ahead = new FreeAhead(timeline, now);
    ahead.after(1_200);
    now.allocate(firstCore(NODES - 1), ResourceLedger.NO_USER);
    timeline.add(1, firstCore(NODES - 1));
    assertThat(ahead.after(0).jobs(NODES - 1)).isOne();
    assertThat(ahead.after(1).jobs(NODES - 1)).isZero();
    assertThat(freeCores(ahead.after(1_200))).isEqualTo(NODES + 1_200);
  }

  @Test
  void whatIsChangedOtherwiseHasToBeTold() {
    TestCluster busy = busy();
    ResourceLedger now = busy.ledger();
    FreeAhead ahead = new FreeAhead(ResourceTimeline.of(busy, 0), now);
    ahead.after(1_200);
    now.release(firstCore(3));
    ahead.forget();
    assertThat(ahead.after(0).jobs(3)).isZero();
  }
}
