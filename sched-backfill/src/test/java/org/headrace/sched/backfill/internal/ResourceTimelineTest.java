package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceLedger;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.Test;

class ResourceTimelineTest {
  private static final int JOBS = 60;
  private static final TestCluster CLUSTER = TestCluster.of(JOBS, 1, 2, 1, 1000);

  /** A job known by its node. */
  private record Ending(long end, Allocation allocation) {
    int node() {
      return allocation.nodes().get(0).node();
    }
  }

  private static Allocation on(int node) {
    CoreSet core = CoreSet.firstOf(1);
    return new Allocation(List.of(new NodeAllocation(node, core, 1, 10, List.of(), 1)), false);
  }

  private static List<Integer> nodesInOrder(ResourceTimeline timeline) {
    ResourceLedger ledger = CLUSTER.ledger();
    List<Integer> nodes = new ArrayList<>();
    for (int i = 0; i < timeline.size(); i++) {
      ResourceLedger next = ledger.copy();
      timeline.release(next, i, i + 1);
      for (int node = 0; node < JOBS; node++) {
        if (next.jobs(node) < ledger.jobs(node)) {
          nodes.add(node);
        }
      }
    }
    return nodes;
  }

  @Test
  void isInTheOrderOfEndsHoweverItWasAskedBetween() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      // Ends that are far apart don't fit into one number with their index.
      long unit = seed % 3 == 0 ? ResourceTimeline.YEAR * 1_000 : 1;
      ResourceTimeline timeline = ResourceTimeline.of(CLUSTER, 0);
      List<Ending> expected = new ArrayList<>();
      for (int node = 0; node < JOBS; node++) {
        Ending next = new Ending(random.nextInt(20) * unit, on(node));
        timeline.add(next.end(), next.allocation());
        expected.add(next);
        if (random.nextInt(6) == 0) {
          expected.sort(Comparator.comparingLong(Ending::end));
          int moved = random.nextInt(expected.size());
          Ending later = new Ending(random.nextInt(20) * unit, expected.get(moved).allocation());
          assertThat(timeline.end(moved)).isEqualTo(expected.get(moved).end());
          if (random.nextBoolean()) {
            timeline.endsAt(later.allocation(), later.end());
            expected.set(moved, later);
          }
        }
      }
      expected.sort(Comparator.comparingLong(Ending::end));
      for (int i = 0; i < JOBS; i++) {
        assertThat(timeline.end(i)).isEqualTo(expected.get(i).end());
        long moment = expected.get(i).end();
        long by = expected.stream().filter(one -> one.end() <= moment).count();
        assertThat(timeline.endedBy(moment)).isEqualTo((int) by);
      }
      assertThat(nodesInOrder(timeline))
          .containsExactlyElementsOf(expected.stream().map(Ending::node).toList());
    }
  }
}
