package org.headrace.controller.internal.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;

/**
 * What a forecast counts: CPUs, memory, idle nodes, each kind of generic resource, and each
 * licence.
 */
final class Dimensions {
  static final int CPUS = 0;
  static final int MEMORY = 1;
  static final int NODES = 2;
  private static final int OTHERS = 3;

  private final List<String> gres = new ArrayList<>();
  private final List<String> licenses;

  /** Those of a cluster. */
  Dimensions(List<NodeView> nodes, Set<String> licenses) {
    this.licenses = List.copyOf(licenses);
    for (NodeView node : nodes) {
      node.gres().stream()
          .map(one -> one.name())
          .filter(name -> !gres.contains(name))
          .forEach(gres::add);
    }
  }

  int count() {
    return ofNodes() + licenses.size();
  }

  /** The first so many are of nodes; the others are of the whole cluster, whatever its nodes. */
  int ofNodes() {
    return OTHERS + gres.size();
  }

  /** True where a licence is among what is wanted. */
  boolean licensed(double[] amounts) {
    for (int dimension = ofNodes(); dimension < amounts.length; dimension++) {
      if (amounts[dimension] > 0) {
        return true;
      }
    }
    return false;
  }

  /** Number of a licence; negative if there is none. */
  int ofLicense(String name) {
    int index = licenses.indexOf(name);
    return index < 0 ? index : ofNodes() + index;
  }

  /** Number of a kind of generic resource; negative if no node has any. */
  int of(String name) {
    int index = gres.indexOf(name);
    return index < 0 ? index : OTHERS + index;
  }

  /**
   * What a job takes, at least, of a pool.
   *
   * @return amounts by dimension; null if there is nothing of what it needs
   */
  double[] wanted(ResourceRequest request, Pool pool, Sharing sharing) {
    double[] wanted = new double[count()];
    int nodes = request.minNodes();
    double cpus = request.minCpus();
    double memory = memory(request, pool, nodes, cpus);
    boolean whole =
        request.sharing() == Sharing.EXCLUSIVE
            || sharing == Sharing.EXCLUSIVE
            || 2 * cpus > (double) nodes * pool.cpusOfNode()
            || request.memory().wholeNode();
    wanted[CPUS] = whole ? Math.max(cpus, nodes * pool.cpusOfNode()) : cpus;
    wanted[MEMORY] = memory;
    double share = pool.cpusOfNode() == 0 ? 0 : wanted[CPUS] / pool.cpusOfNode();
    wanted[NODES] = whole ? Math.max(nodes, Math.floor(share)) : 0;
    for (GresRequest one : request.gres()) {
      int dimension = of(one.name());
      if (dimension < 0) {
        return null;
      }
      wanted[dimension] += one.count() * times(one.scope(), request);
    }
    return add(request.licenses(), wanted) ? wanted : null;
  }

  /** Adds licences to amounts; false if one of them isn't there. */
  boolean add(Map<String, Integer> some, double[] amounts) {
    for (var license : some.entrySet()) {
      int dimension = ofLicense(license.getKey());
      if (dimension < 0) {
        return false;
      }
      amounts[dimension] += license.getValue();
    }
    return true;
  }

  private static double memory(ResourceRequest request, Pool pool, int nodes, double cpus) {
    MemoryRequest memory = request.memory();
    return switch (memory.basis()) {
      case NONE, GPU -> 0;
      case NODE -> nodes * (memory.wholeNode() ? pool.memoryOfNode() : memory.mebibytes());
      case CPU -> cpus * memory.mebibytes();
    };
  }

  private static long times(GresRequest.Scope scope, ResourceRequest request) {
    int tasks = request.layout().tasks();
    return switch (scope) {
      case JOB -> 1;
      case NODE, SOCKET -> request.minNodes();
      case TASK -> tasks == TaskLayout.UNSET ? request.minNodes() : tasks;
    };
  }
}
