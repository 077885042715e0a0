package org.headrace.api.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceRequestTest {
  private static final int MANY = 2_000_000_000;

  private static int cpus(int nodes, int tasks, int cpusPerTask, int tasksPerNode) {
    return ResourceRequest.singleCpu()
        .withNodes(nodes, nodes)
        .withLayout(new TaskLayout(tasks, cpusPerTask, tasksPerNode, 0, 0, false, ""))
        .minCpus();
  }

  @Test
  void needsCpusForAllTasks() {
    assertEquals(12, cpus(1, 4, 3, TaskLayout.UNSET));
    assertEquals(30, cpus(5, TaskLayout.UNSET, 2, 3));
    assertEquals(7, cpus(7, 4, 1, TaskLayout.UNSET));
  }

  /** Whoever asks for that much is refused, and not taken for one who asks for little. */
  @Test
  void asksForNoMoreThanThereAreNumbers() {
    assertEquals(Integer.MAX_VALUE, cpus(1, MANY, MANY, TaskLayout.UNSET));
    assertEquals(Integer.MAX_VALUE, cpus(100_000, TaskLayout.UNSET, 1, 100_000));
  }

  @Test
  void hasOneOfSeveralNumbersOfNodes() {
    ResourceRequest some = ResourceRequest.singleCpu().withCounts(List.of(2, 4, 8));
    assertEquals(List.of(2, 8), List.of(some.minNodes(), some.maxNodes()));
    for (int count = 0; count < 10; count++) {
      assertEquals(List.of(2, 4, 8).contains(count), some.allowsNodes(count), count + " nodes");
    }
    assertTrue(some.allowsNodes(3, 5));
    assertFalse(some.allowsNodes(5, 7));
    assertEquals(some.counts(), some.withMemory(MemoryRequest.perNode(1)).counts());
    assertEquals(List.of(), some.withNodes(2, 8).counts());
    assertEquals(List.of(), some.withCounts(List.of(3, 4, 5)).counts(), "a range");
  }
}
