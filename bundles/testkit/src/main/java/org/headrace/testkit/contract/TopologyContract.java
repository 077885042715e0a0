package org.headrace.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.headrace.api.model.NodeMask;
import org.headrace.api.topology.Topology;
import org.headrace.api.topology.TopologyRequest;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.Test;

/** What every topology must do, on generated requests. Messages name the seed. */
public abstract class TopologyContract {
  private static final int SEEDS = 300;
  private static final int NODES = 16;

  /** A new instance of the topology. */
  protected abstract Topology topology();

  /** A cluster of 16 nodes, {@code n0 … n15}; override to wire it as your topology expects. */
  protected TestCluster cluster() {
    return TestCluster.of(NODES, 1, 8, 1, 1_000);
  }

  /** Needs no switches and no neighbours, so that a choice exists whenever capacities suffice. */
  private static TopologyRequest request(TestCluster cluster, long seed) {
    Random random = new Random(seed);
    int[] eligible = cluster.allNodes().toArray();
    eligible = Arrays.stream(eligible).filter(id -> random.nextInt(4) > 0).toArray();
    if (eligible.length == 0) {
      eligible = new int[] {0};
    }
    int required = random.nextInt(3) == 0 ? 1 : 0;
    int min = Math.max(Math.max(1, required), random.nextInt(eligible.length) + 1);
    int max = min + random.nextInt(NODES);
    int[] capacities = random.ints(NODES, 1, 9).toArray();
    return new TopologyRequest(
        cluster,
        NodeMask.of(eligible),
        required == 0 ? NodeMask.EMPTY : NodeMask.of(eligible[eligible.length - 1]),
        min,
        max,
        id -> capacities[id],
        1 + random.nextInt(40),
        false,
        0);
  }

  @Test
  void aChoiceIsWhatWasAsked() {
    for (long seed = 0; seed < SEEDS; seed++) {
      String where = "seed " + seed;
      TopologyRequest request = request(cluster(), seed);
      int[] chosen = topology().choose(request);
      if (chosen == null) {
        continue;
      }
      assertEquals(
          chosen.length, Arrays.stream(chosen).distinct().count(), where + ": a node twice");
      long room = 0;
      for (int id : chosen) {
        assertTrue(request.eligible().contains(id), where + ": node id " + id + " not eligible");
        room += request.capacity().applyAsInt(id);
      }
      assertTrue(chosen.length >= request.minNodes(), where + ": too few nodes");
      assertTrue(chosen.length <= request.maxNodes(), where + ": too many nodes");
      assertTrue(room >= request.needed(), where + ": capacity " + room + " is too little");
      for (int id : request.required().toArray()) {
        assertTrue(
            Arrays.stream(chosen).anyMatch(one -> one == id), where + ": " + id + " missing");
      }
    }
  }

  @Test
  void sameRequestsGiveTheSameChoice() {
    for (long seed = 0; seed < SEEDS; seed++) {
      TestCluster cluster = cluster();
      Topology one = topology();
      int[] first = one.choose(request(cluster, seed));
      String where = "seed " + seed;
      assertArrayEquals(first, one.choose(request(cluster, seed)), where + ", 2nd call");
      assertArrayEquals(first, topology().choose(request(cluster, seed)), where + ", another");
    }
  }

  @Test
  void theImpossibleIsNull() {
    TestCluster cluster = cluster();
    assertNull(choose(cluster, NodeMask.of(1, 2), 3, 3, 3), "3 of 2 nodes");
    assertNull(choose(cluster, NodeMask.of(1, 2), 1, 2, 17), "capacity 17 of 16");
    assertNull(choose(cluster, NodeMask.of(1, 2), 1, 1, 9), "capacity 9 on one node of 8");
    assertNull(choose(cluster, NodeMask.EMPTY, 1, 1, 1), "no node at all");
  }

  @Test
  void thePossibleIsChosen() {
    TestCluster cluster = cluster();
    assertNotNull(choose(cluster, cluster.allNodes(), 1, 1, 8), "one whole node");
    assertNotNull(choose(cluster, cluster.allNodes(), NODES, NODES, 128), "all nodes");
  }

  private int[] choose(TestCluster cluster, NodeMask eligible, int min, int max, long needed) {
    return topology()
        .choose(
            new TopologyRequest(
                cluster, eligible, NodeMask.EMPTY, min, max, id -> 8, needed, false, 0));
  }
}
