package org.headrace.api.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
