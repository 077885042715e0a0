package org.headrace.api.account;

import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;

/**
 * How much of each trackable resource a job holds or asks for, by names as in {@link Tres}; memory
 * in MiB. Stateless.
 */
public final class Amounts {
  private static final String GRES = "gres/";
  private static final String LICENSE = "license/";

  private Amounts() {}

  /** What a job holds. Generic resources of a type count under their name alone, too. */
  public static Map<String, Long> of(Allocation allocation) {
    Map<String, Long> amounts = new TreeMap<>();
    for (NodeAllocation node : allocation.nodes()) {
      for (GresAllocation held : node.gres()) {
        addGres(amounts, held.name(), held.type(), held.count());
      }
    }
    return basic(
        amounts,
        allocation.cpus(),
        allocation.memory(),
        allocation.nodes().size(),
        allocation.licenses());
  }

  /** What a job asks for, at least. */
  public static Map<String, Long> of(ResourceRequest request) {
    Map<String, Long> amounts = new TreeMap<>();
    for (GresRequest wish : request.gres()) {
      addGres(amounts, wish.name(), wish.type(), total(wish, request));
    }
    return basic(
        amounts, request.minCpus(), memory(request), request.minNodes(), request.licenses());
  }

  /** Amounts in the order of the cluster's trackable resources; others are left out. */
  public static long[] inOrder(Map<String, Long> amounts, Tres tres) {
    long[] counts = new long[tres.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = amounts.getOrDefault(tres.name(i), 0L);
    }
    return counts;
  }

  /** Memory that a request adds up to, in MiB. */
  public static long memory(ResourceRequest request) {
    MemoryRequest memory = request.memory();
    return switch (memory.basis()) {
      case NONE -> 0;
      case NODE -> memory.mebibytes() * request.minNodes();
      case CPU -> memory.mebibytes() * request.minCpus();
      case GPU -> memory.mebibytes() * gpus(request);
    };
  }

  private static Map<String, Long> basic(
      Map<String, Long> amounts,
      long cpus,
      long memory,
      long nodes,
      Map<String, Integer> licenses) {
    amounts.put("cpu", cpus);
    amounts.put("mem", memory);
    amounts.put("node", nodes);
    amounts.put("billing", cpus);
    licenses.forEach((name, count) -> amounts.put(LICENSE + name, (long) count));
    return amounts;
  }

  private static void addGres(Map<String, Long> amounts, String name, String type, long count) {
    amounts.merge(GRES + name, count, Long::sum);
    if (!type.isEmpty()) {
      amounts.merge(GRES + name + ":" + type, count, Long::sum);
    }
  }

  private static long gpus(ResourceRequest request) {
    long gpus = 0;
    for (GresRequest wish : request.gres()) {
      if (wish.name().equals("gpu")) {
        gpus += total(wish, request);
      }
    }
    return gpus;
  }

  private static long total(GresRequest wish, ResourceRequest request) {
    TaskLayout layout = request.layout();
    return switch (wish.scope()) {
      case JOB -> wish.count();
      case NODE -> wish.count() * request.minNodes();
      case SOCKET -> wish.count() * request.minNodes() * Math.max(1, request.nodes().sockets());
      case TASK ->
          wish.count()
              * (layout.tasks() == TaskLayout.UNSET
                  ? (long) request.minNodes() * Math.max(1, layout.tasksPerNode())
                  : layout.tasks());
    };
  }
}
