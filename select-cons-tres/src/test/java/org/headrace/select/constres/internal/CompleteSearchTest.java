package org.headrace.select.constres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.selector.Selection;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.Test;

/** What all sets of nodes and all ways to deal tasks out to them say fits is placed. */
class CompleteSearchTest {
  private static final List<String> SETTINGS =
      List.of("CR_Core_Memory", "CR_Core_Memory", "CR_LLN", "CR_CORE_DEFAULT_DIST_BLOCK");

  @Test
  void whatFitsIsPlaced() {
    int placed = 0;
    int refused = 0;
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      TestCluster cluster = cluster(random);
      Map<String, String> options = Map.of(SETTINGS.get(random.nextInt(SETTINGS.size())), "");
      ResourceLedger free = cluster.ledger();
      for (int i = 0; i < 8; i++) {
        String text = request(random);
        if (Requests.parse(text).minNodes() > 1 && text.contains("gpus=")) {
          // Fewer than nodes are refused before.
          text = text.replaceAll("gpus=\\d", "gpus=" + (3 + random.nextInt(3)));
        }
        Selection selection = ConsTresSelectorTest.select(cluster, text, free, options);
        String what = "seed %d, request %d, %s: %s".formatted(seed, i, text, selection);
        if (selection instanceof Selection.Placed) {
          assertThat(new AllWays(cluster, free, Requests.parse(text), 0).fits()).as(what).isTrue();
        } else {
          assertThat(new AllWays(cluster, free, Requests.parse(text), 1).fits()).as(what).isFalse();
        }
        if (selection instanceof Selection.Placed one) {
          free.allocate(one.allocation(), ResourceLedger.NO_USER);
          placed++;
        } else {
          refused++;
        }
      }
    }
    assertThat(Math.min(placed, refused)).isGreaterThan(5000);
  }

  /**
   * Every way to serve a request. Nodes without a share of what is wanted in all are taken where
   * the tasks need more nodes than there are shares.
   */
  private static final class AllWays {
    private final List<NodeView> nodes;
    private final ResourceLedger free;
    private final ResourceRequest request;
    private final int tasks;
    private final int least;
    private final int most;
    private final long gpus;
    private final long leastShare;

    AllWays(TestCluster cluster, ResourceLedger free, ResourceRequest request, long leastShare) {
      this.leastShare = leastShare;
      nodes = cluster.nodes();
      this.free = free;
      this.request = request;
      tasks = request.layout().tasks();
      least = tasks > 0 ? Math.min(tasks, request.minNodes()) : request.minNodes();
      most = request.maxNodes();
      gpus = count(GresRequest.Scope.JOB);
    }

    private long count(GresRequest.Scope scope) {
      return request.gres().stream()
          .filter(one -> one.scope() == scope)
          .mapToLong(GresRequest::count)
          .sum();
    }

    boolean fits() {
      return fits(0, 0, Math.max(0, tasks), gpus);
    }

    private boolean fits(int from, int used, int tasksLeft, long gpusLeft) {
      if (used >= least && used <= most && tasksLeft == 0 && gpusLeft == 0) {
        return true;
      }
      if (from == nodes.size() || used == most) {
        return false;
      }
      if (fits(from + 1, used, tasksLeft, gpusLeft)) {
        return true;
      }
      int npn = request.layout().tasksPerNode();
      int each = Math.max(1, npn);
      int low = tasks > 0 ? 1 : each;
      int high = tasks > 0 ? Math.min(tasksLeft, npn > 0 ? npn : tasksLeft) : each;
      for (int here = low; here <= high; here++) {
        for (long share = gpus > 0 ? leastShare : 0; share <= gpusLeft; share++) {
          if (takes(nodes.get(from), here, gpus > 0 ? Math.max(1, share) : 0)
              && fits(from + 1, used + 1, tasks > 0 ? tasksLeft - here : 0, gpusLeft - share)) {
            return true;
          }
        }
      }
      return false;
    }

    private boolean takes(NodeView node, int here, long share) {
      int threads = node.hardware().threadsPerCore();
      int cores = (here * request.layout().cpusPerTask() + threads - 1) / threads;
      boolean alone = request.sharing() == Sharing.EXCLUSIVE;
      long wanted = count(GresRequest.Scope.NODE) + count(GresRequest.Scope.TASK) * here + share;
      long have = node.gres().isEmpty() ? 0 : free.freeGres(node.id(), 0);
      return !free.exclusivelyHeld(node.id())
          && (!alone || free.jobs(node.id()) == 0)
          && cores <= free.freeCoreCount(node.id())
          && request.memory().mebibytes() <= free.freeMemory(node.id())
          && wanted <= have;
    }
  }

  private static TestCluster cluster(Random random) {
    List<NodeView> nodes = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    boolean weights = random.nextInt(3) == 0;
    for (int id = 0; id < count; id++) {
      NodeView node =
          TestCluster.node(
              id,
              "n" + id,
              1 + random.nextInt(2),
              1 + random.nextInt(3),
              1 + random.nextInt(2),
              4000);
      node = weights ? TestCluster.withWeight(node, 1 + random.nextInt(3)) : node;
      nodes.add(
          random.nextInt(3) == 0
              ? node
              : TestCluster.withGres(
                  node, TestCluster.gpus("", 0, 1 + random.nextInt(4), CoreSet.EMPTY)));
    }
    return TestCluster.of(nodes);
  }

  private static String request(Random random) {
    StringBuilder text = new StringBuilder("c=" + (1 + random.nextInt(3)));
    text.append(Requests.someNodes(random));
    if (random.nextInt(4) > 0) {
      text.append(" n=").append(1 + random.nextInt(8));
    }
    text.append(random.nextInt(4) == 0 ? " npn=" + (1 + random.nextInt(3)) : "");
    text.append(random.nextInt(8) == 0 ? " excl" : "");
    text.append(random.nextBoolean() ? " mem=" + random.nextInt(3000) : "");
    text.append(Requests.someDevices(random));
    return text.toString();
  }
}
