package org.headrace.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.api.selector.Selector;
import org.headrace.testkit.FirstFitTopology;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.testkit.Workloads;
import org.junit.jupiter.api.Test;

/** What every selector must do, on generated clusters and requests. Messages name the seed. */
public abstract class SelectorContract {
  private static final int SEEDS = 300;

  /** A new instance of the selector. */
  protected abstract Selector selector();

  /** Settings of the selector; none unless overridden. */
  protected Map<String, String> options() {
    return Map.of();
  }

  private Selection select(
      Selector selector,
      TestCluster cluster,
      ResourceRequest request,
      ResourceLedger free,
      NodeMask candidates) {
    Selection selection =
        selector.select(
            new JobDemand(request, cluster.partition("main"), 1000, 0),
            free,
            candidates,
            TestContext.selection(cluster, new FirstFitTopology(), options()));
    assertNotNull(selection, "the selection is null");
    return selection;
  }

  @Test
  void sameArgumentsGiveTheSameAnswerAndStayAsTheyAre() {
    for (long seed = 0; seed < SEEDS; seed++) {
      TestCluster cluster = Workloads.cluster(seed);
      ResourceRequest request = Workloads.request(new Random(seed));
      ResourceLedger free = cluster.ledger();
      List<Object> before = Fingerprint.of(free);
      Selector one = selector();
      Selection first = select(one, cluster, request, free, cluster.allNodes());
      assertEquals(before, Fingerprint.of(free), "seed " + seed + ": free was changed");
      String where = "seed " + seed;
      assertEquals(
          first, select(one, cluster, request, free, cluster.allNodes()), where + ", 2nd call");
      assertEquals(
          first,
          select(selector(), cluster, request, free, cluster.allNodes()),
          where + ", another instance");
    }
  }

  @Test
  void whatIsPlacedFitsAndIsWhatWasAsked() {
    for (long seed = 0; seed < SEEDS; seed++) {
      String where = "seed " + seed;
      TestCluster cluster = Workloads.cluster(seed);
      ResourceRequest request = Workloads.request(new Random(seed));
      ResourceLedger free = cluster.ledger();
      NodeMask candidates = cluster.partition(seed % 2 == 0 ? "main" : "wide").nodes();
      Selection selection = select(selector(), cluster, request, free, candidates);
      if (selection instanceof Selection.Placed placed) {
        Allocation allocation = placed.allocation();
        assertNull(free.problem(allocation), where);
        for (NodeAllocation part : allocation.nodes()) {
          assertTrue(candidates.contains(part.node()), where + ": node that was no candidate");
          assertTrue(
              cluster.node(part.node()).state().acceptsJobs(), where + ": node out of service");
        }
        assertTrue(allocation.nodes().size() >= request.minNodes(), where + ": too few nodes");
        assertTrue(allocation.nodes().size() <= request.maxNodes(), where + ": too many nodes");
        assertTrue(allocation.cpus() >= request.minCpus(), where + ": too few CPUs");
      } else {
        checkBlockers((Selection.NotPlaced) selection, where);
      }
    }
  }

  private static void checkBlockers(Selection.NotPlaced not, String where) {
    assertFalse(not.blockers().isEmpty(), where + ": not placed, and nothing said why");
    for (Blocker blocker : not.blockers()) {
      assertNotNull(blocker.reason(), where);
      assertNotEquals(Reason.NONE, blocker.reason(), where);
      assertFalse(blocker.detail().isEmpty(), where + ": a blocker without detail");
    }
  }

  @Test
  void anEmptyClusterTakesWhatFits() {
    TestCluster cluster = TestCluster.of(3, 1, 4, 1, 1_000);
    ResourceRequest request =
        ResourceRequest.singleCpu().withNodes(3, 3).withLayout(TaskLayout.SINGLE.withTasks(3));
    assertInstanceOf(
        Selection.Placed.class,
        select(selector(), cluster, request, cluster.ledger(), cluster.allNodes()));
  }

  @Test
  void moreThanThereIsIsNotPlaced() {
    TestCluster cluster = TestCluster.of(3, 1, 4, 1, 1_000);
    ResourceRequest request =
        ResourceRequest.singleCpu().withLayout(TaskLayout.SINGLE.withTasks(13));
    Selection selection =
        select(selector(), cluster, request, cluster.ledger(), cluster.allNodes());
    checkBlockers(assertInstanceOf(Selection.NotPlaced.class, selection), "13 tasks on 12 cores");
    Selection none =
        select(selector(), cluster, ResourceRequest.singleCpu(), cluster.ledger(), NodeMask.EMPTY);
    checkBlockers(assertInstanceOf(Selection.NotPlaced.class, none), "no candidates");
  }

  @Test
  void requiredNodesAreHadAndExcludedOnesAreNot() {
    TestCluster cluster = TestCluster.of(4, 1, 4, 1, 1_000);
    NodeConstraint any = NodeConstraint.ANY;
    NodeConstraint constraint =
        new NodeConstraint(
            "",
            "",
            List.of("n2"),
            List.of("n0"),
            any.minCpus(),
            any.minTmpDisk(),
            0,
            0,
            0,
            false,
            0,
            0);
    ResourceRequest request =
        ResourceRequest.singleCpu()
            .withNodes(2, 2)
            .withLayout(TaskLayout.SINGLE.withTasks(2))
            .withConstraint(constraint);
    Selection selection =
        select(selector(), cluster, request, cluster.ledger(), cluster.allNodes());
    List<Integer> nodes =
        assertInstanceOf(Selection.Placed.class, selection).allocation().nodes().stream()
            .map(NodeAllocation::node)
            .toList();
    assertTrue(nodes.contains(2), () -> "required n2 is missing: " + nodes);
    assertFalse(nodes.contains(0), () -> "excluded n0 was taken: " + nodes);
  }
}
