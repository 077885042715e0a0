package org.headrace.select.constres.internal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.TaskLayout;

/** Deals tasks, and resources that are counted for the whole job, to the chosen nodes. */
final class Shares {
  private Shares() {}

  /** Tasks of each node; node {@code i} takes at most {@code capacity[i]}. */
  static int[] tasks(Need need, NodeView[] nodes, int[] capacity) {
    int[] tasks = new int[nodes.length];
    if (need.tasks == TaskLayout.UNSET) {
      Arrays.fill(tasks, need.tasksOfEachNode());
      return tasks;
    }
    String how = need.request.layout().distribution().toLowerCase(Locale.ROOT);
    if (how.startsWith("plane=")) {
      even(need.tasks, capacity, tasks, planeSize(how));
    } else if (how.startsWith("cyclic") || (need.exclusive && !need.parameters.packNodes())) {
      even(need.tasks, capacity, tasks, 1);
    } else {
      fillByWeight(need, nodes, capacity, tasks);
      if (need.request.nodes().minCpus() > 1) {
        spread(need, capacity, tasks);
      }
    }
    return tasks;
  }

  /** Nodes that give more CPUs than tasks fill share the tasks evenly, each within its CPUs. */
  private static void spread(Need need, int[] capacity, int[] tasks) {
    int cpusPerTask = Math.max(1, need.request.layout().cpusPerTask());
    int least = need.request.nodes().minCpus() / cpusPerTask;
    int[] room = new int[tasks.length];
    for (int i = 0; i < tasks.length; i++) {
      room[i] = Math.min(capacity[i], Math.max(tasks[i], least));
    }
    Arrays.fill(tasks, 0);
    even(need.tasks, room, tasks, 1);
  }

  private static int planeSize(String how) {
    String digits = how.substring("plane=".length()).replaceFirst("\\D.*", "");
    return digits.isEmpty() || digits.length() > 9 ? 1 : Math.max(1, Integer.parseInt(digits));
  }

  /** In turn, {@code size} at a time; in the first turn one is left for each later node. */
  private static void even(int all, int[] capacity, int[] tasks, int size) {
    int left = all;
    boolean progress = true;
    for (boolean first = true; left > 0 && progress; first = false) {
      progress = false;
      for (int i = 0; i < tasks.length && left > 0; i++) {
        int leave = first ? Math.min(tasks.length - i - 1, left - 1) : 0;
        int more = Math.min(size, Math.min(left - leave, capacity[i] - tasks[i]));
        tasks[i] += Math.max(0, more);
        left -= Math.max(0, more);
        progress |= more > 0;
      }
    }
  }

  /** Nodes of low weight first. */
  private static void fillByWeight(Need need, NodeView[] nodes, int[] capacity, int[] tasks) {
    int[] order =
        IntStream.range(0, nodes.length)
            .boxed()
            .sorted(Comparator.comparingLong((Integer i) -> nodes[i].weight()))
            .mapToInt(Integer::intValue)
            .toArray();
    NodeView[] sorted = new NodeView[nodes.length];
    int[] room = new int[nodes.length];
    int[] given = new int[nodes.length];
    for (int i = 0; i < order.length; i++) {
      sorted[i] = nodes[order[i]];
      room[i] = capacity[order[i]];
    }
    fill(need, sorted, room, given);
    for (int i = 0; i < order.length; i++) {
      tasks[order[i]] = given[i];
    }
  }

  /**
   * One node after the other, but for one core's worth of tasks that each later node gets, or as
   * many as the CPUs serve that it gives at least.
   */
  private static void fill(Need need, NodeView[] nodes, int[] capacity, int[] tasks) {
    int cpusPerTask = Math.max(1, need.request.layout().cpusPerTask());
    int[] later = new int[nodes.length + 1];
    for (int i = nodes.length - 1; i >= 0; i--) {
      int least = Math.max(need.threads(nodes[i].hardware()), need.request.nodes().minCpus());
      later[i] = later[i + 1] + Math.min(Math.max(1, least / cpusPerTask), capacity[i]);
    }
    int left = need.tasks;
    for (int i = 0; i < nodes.length; i++) {
      int others = nodes.length - i - 1;
      int leave = Math.max(Math.min(others, left - 1), Math.min(later[i + 1], left - 1));
      int take = Math.max(left > others ? 1 : 0, left - leave);
      tasks[i] = Math.min(left, Math.min(capacity[i], Math.max(take, 0)));
      left -= tasks[i];
    }
    for (int i = 0; i < nodes.length && left > 0; i++) {
      int more = Math.min(left, capacity[i] - tasks[i]);
      tasks[i] += more;
      left -= more;
    }
  }

  /** Shares of a request for the whole job; null when they don't add up. */
  static long[] resources(NodeSearch search, NodeView[] nodes, int[] tasks, GresRequest one) {
    long[] shares = new long[nodes.length];
    long left = one.count();
    for (int i = 0; i < nodes.length; i++) {
      long others = nodes.length - i - 1;
      long most = search.fit.share(nodes[i], one, tasks[i]);
      shares[i] = Math.min(most, Math.max(1, left - others));
      shares[i] = Math.max(0, Math.min(left, shares[i]));
      left -= shares[i];
    }
    return left > 0 ? null : shares;
  }
}
