package org.headrace.select.constres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.selector.Selection;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.Test;

/** Generated requests on generated clusters; a failure names the seed that repeats it. */
class SelectionPropertiesTest {
  private static final List<String> UNITS =
      List.of("CR_CPU_Memory", "CR_Core_Memory", "CR_Socket_Memory", "CR_LLN");

  @Test
  void whatIsGivenIsFreeAndIsWhatWasAskedFor() {
    int placed = 0;
    for (int seed = 0; seed < 1500; seed++) {
      Random random = new Random(seed);
      TestCluster cluster = cluster(random);
      Map<String, String> options = Map.of(UNITS.get(random.nextInt(UNITS.size())), "");
      ResourceLedger free = cluster.ledger();
      for (int i = 0; i < 8; i++) {
        String request = request(random);
        Selection selection = ConsTresSelectorTest.select(cluster, request, free, options);
        assertThat(ConsTresSelectorTest.select(cluster, request, free, options))
            .as("seed %d %s", seed, request)
            .isEqualTo(selection);
        if (selection instanceof Selection.Placed one) {
          check(seed, cluster, Requests.parse(request), one.allocation(), request);
          free.allocate(one.allocation(), ResourceLedger.NO_USER);
          placed++;
        } else {
          assertThat(((Selection.NotPlaced) selection).blockers()).isNotEmpty();
        }
      }
    }
    assertThat(placed).isGreaterThan(3000);
  }

  private static void check(
      int seed, TestCluster cluster, ResourceRequest request, Allocation given, String text) {
    String what = "seed " + seed + ": " + text + " got " + given;
    int tasks = request.layout().tasks();
    if (tasks > 0) {
      assertThat(given.tasks()).as(what).isEqualTo(tasks);
    }
    int least = tasks > 0 ? Math.min(tasks, request.minNodes()) : request.minNodes();
    assertThat(given.nodes().size()).as(what).isBetween(least, request.maxNodes());
    for (NodeAllocation part : given.nodes()) {
      NodeView node = cluster.node(part.node());
      assertThat(part.cpus())
          .as(what)
          .isGreaterThanOrEqualTo(part.tasks() * request.layout().cpusPerTask());
      assertThat(part.cores().isEmpty()).as(what).isFalse();
      assertThat(part.tasks()).as(what).isPositive();
      for (GresRequest gres : request.gres()) {
        if (gres.scope() == GresRequest.Scope.NODE) {
          long here = part.gres().stream().mapToLong(one -> one.count()).sum();
          assertThat(here).as(what).isGreaterThanOrEqualTo(gres.count());
        }
      }
      if (given.exclusive()) {
        assertThat(part.cpus()).as(what).isEqualTo(node.hardware().cpus());
      }
    }
    for (GresRequest gres : request.gres()) {
      if (gres.scope() == GresRequest.Scope.JOB && !given.exclusive()) {
        assertThat(given.gresCount("gpu")).as(what).isEqualTo(gres.count());
      }
    }
  }

  private static TestCluster cluster(Random random) {
    List<NodeView> nodes = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int id = 0; id < count; id++) {
      int sockets = 1 + random.nextInt(2);
      NodeView node =
          TestCluster.node(
              id, "n" + id, sockets, 1 + random.nextInt(4), 1 + random.nextInt(2), 4000);
      nodes.add(
          random.nextInt(3) == 0
              ? node
              : TestCluster.withGres(
                  node, TestCluster.gpus("", 0, 1 + random.nextInt(4), CoreSet.of(0))));
    }
    return TestCluster.of(nodes);
  }

  private static String request(Random random) {
    StringBuilder text = new StringBuilder("c=" + (1 + random.nextInt(3)));
    text.append(Requests.someNodes(random));
    if (random.nextInt(4) > 0) {
      text.append(" n=").append(1 + random.nextInt(10));
    }
    text.append(random.nextInt(4) == 0 ? " npn=" + (1 + random.nextInt(3)) : "");
    text.append(random.nextInt(4) == 0 ? " npc=1" : "");
    text.append(random.nextInt(6) == 0 ? " excl" : "");
    text.append(random.nextBoolean() ? " mpc=" + random.nextInt(1000) : " mem=1000");
    text.append(Requests.someDevices(random));
    return text.toString();
  }
}
