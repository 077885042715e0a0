package org.headrace.controller.internal.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;

/** What becomes free when, as far as running jobs keep their time limits. */
final class Supply {
  private final ClusterView view;
  private final TimeGrid grid;
  private final Dimensions dimensions;
  private final List<Pool> pools = new ArrayList<>();

  /** Numbers of the pools that a node is in, by its id. */
  private final int[][] poolsOfNode;

  /** From which step on a node is idle, by its id. */
  private final int[] idleFrom;

  /** How much of what is taken from the one pool is taken from the other. */
  private double[][] shares = {};

  /**
   * @param partitions names of the partitions that count
   */
  Supply(ClusterView view, TimeGrid grid, Set<String> partitions) {
    this.view = view;
    this.grid = grid;
    dimensions = new Dimensions(view.nodes(), view.licenses().keySet());
    for (PartitionView partition : view.partitions()) {
      if (partitions.contains(partition.name())) {
        pools.add(new Pool(partition.name(), partition.nodes(), grid, dimensions));
      }
    }
    int limit = 1 + view.nodes().stream().mapToInt(NodeView::id).max().orElse(0);
    idleFrom = new int[limit];
    poolsOfNode = new int[limit][];
    free(view.ledger());
    for (RunningJob job : view.running()) {
      // One that overstays its limit is about to go, but isn't gone.
      int step = job.endsBy() == JobClass.UNLIMITED ? grid.size() : grid.at(job.endsBy());
      ends(job.allocation(), Math.max(1, step));
    }
  }

  Dimensions dimensions() {
    return dimensions;
  }

  /** Number of a partition's pool; negative if it has none. */
  int pool(String partition) {
    for (int i = 0; i < pools.size(); i++) {
      if (pools.get(i).name().equals(partition)) {
        return i;
      }
    }
    return -1;
  }

  Pool pool(int number) {
    return pools.get(number);
  }

  private void free(ResourceLedger ledger) {
    for (NodeView node : view.nodes()) {
      poolsOfNode[node.id()] = poolsOf(node);
      for (int number : poolsOfNode[node.id()]) {
        free(node, ledger, pools.get(number));
      }
    }
    for (String license : view.licenses().keySet()) {
      gainLicense(license, 0, ledger.freeLicenses(license));
    }
  }

  private void gainLicense(String name, int step, double amount) {
    int dimension = dimensions.ofLicense(name);
    if (dimension >= 0) {
      pools.forEach(pool -> pool.gain(dimension, step, amount));
    }
  }

  private void free(NodeView node, ResourceLedger ledger, Pool pool) {
    pool.node(node.hardware().cpus(), node.hardware().memory());
    int cores = ledger.freeCoreCount(node.id());
    pool.gain(Dimensions.CPUS, 0, (double) cores * node.hardware().threadsPerCore());
    pool.gain(Dimensions.MEMORY, 0, ledger.freeMemory(node.id()));
    for (int i = 0; i < node.gres().size(); i++) {
      int dimension = dimensions.of(node.gres().get(i).name());
      pool.gain(dimension, 0, ledger.freeGres(node.id(), i));
    }
  }

  private int[] poolsOf(NodeView node) {
    int[] all = new int[pools.size()];
    int count = 0;
    for (int i = 0; node.state().acceptsJobs() && i < all.length; i++) {
      if (pools.get(i).nodes().contains(node.id())) {
        all[count++] = i;
      }
    }
    return Arrays.copyOf(all, count);
  }

  /** A job that runs gives back what it holds. */
  private void ends(Allocation allocation, int step) {
    change(allocation, step, 1);
    for (NodeAllocation part : allocation.nodes()) {
      if (part.node() < idleFrom.length) {
        idleFrom[part.node()] = Math.max(idleFrom[part.node()], step);
      }
    }
  }

  /** A job starts now, and ends within {@code duration} milliseconds. */
  void starts(Allocation allocation, long duration) {
    change(allocation, 0, -1);
    ends(allocation, Math.max(1, grid.at(grid.start(0) + duration)));
  }

  private void change(Allocation allocation, int step, int sign) {
    for (NodeAllocation part : allocation.nodes()) {
      NodeView node = view.node(part.node());
      int threads = node == null ? 1 : node.hardware().threadsPerCore();
      int[] numbers = part.node() < poolsOfNode.length ? poolsOfNode[part.node()] : null;
      if (numbers == null) {
        continue;
      }
      int cores = allocation.exclusive() ? node.hardware().cores() : part.cores().size();
      for (int number : numbers) {
        Pool pool = pools.get(number);
        pool.gain(Dimensions.CPUS, step, (double) sign * cores * threads);
        pool.gain(Dimensions.MEMORY, step, (double) sign * part.memory());
        for (GresAllocation gres : part.gres()) {
          int dimension = dimensions.of(gres.name());
          if (dimension >= 0) {
            pool.gain(dimension, step, (double) sign * gres.count());
          }
        }
      }
    }
    allocation.licenses().forEach((name, count) -> gainLicense(name, step, (double) sign * count));
  }

  /** All that runs or starts has been counted: from now on, only what waits takes from it. */
  void settle() {
    for (NodeView node : view.nodes()) {
      for (int number : poolsOfNode[node.id()]) {
        pools.get(number).gain(Dimensions.NODES, idleFrom[node.id()], 1);
      }
    }
    pools.forEach(Pool::add);
    view.reservations().forEach(this::reserve);
    shares = new double[pools.size()][pools.size()];
    for (int one = 0; one < shares.length; one++) {
      for (int other = 0; other < shares.length; other++) {
        int common = pools.get(one).nodes().intersection(pools.get(other).nodes()).size();
        shares[one][other] = (double) common / Math.max(1, pools.get(one).nodes().size());
      }
    }
  }

  /** Nodes and licences of an administrator's reservation are nobody else's. */
  private void reserve(ReservationView one) {
    if (one.lead() > 0) {
      return;
    }
    int from = grid.at(Math.max(one.start(), grid.start(0)));
    int to = Math.min(grid.size(), grid.at(one.end()));
    if (!one.licenses().isEmpty()) {
      double[] licenses = new double[dimensions.count()];
      dimensions.add(one.licenses(), licenses);
      pools.forEach(pool -> pool.take(licenses, 1, from, to));
    }
    one.nodes()
        .forEach(
            id -> {
              NodeView node = view.node(id);
              if (node == null || from >= to) {
                return;
              }
              double[] amounts = new double[dimensions.count()];
              CoreSet some = one.cores().get(id);
              if (some != null) {
                amounts[Dimensions.CPUS] = some.size() * node.hardware().threadsPerCore();
                takeOn(id, amounts, from, to);
                return;
              }
              amounts[Dimensions.CPUS] = node.hardware().cpus();
              amounts[Dimensions.MEMORY] = node.hardware().memory();
              amounts[Dimensions.NODES] = 1;
              node.gres().forEach(gres -> amounts[dimensions.of(gres.name())] += gres.count());
              takeOn(id, amounts, from, to);
            });
  }

  private void takeOn(int node, double[] amounts, int from, int to) {
    for (int number : poolsOfNode[node]) {
      pools.get(number).take(amounts, 1, from, to);
    }
  }

  /** Takes amounts from a pool; from others licences, and nodes as far as they are theirs, too. */
  void take(int pool, double[] amounts, int from, int to) {
    boolean licensed = dimensions.licensed(amounts);
    for (int other = 0; other < shares.length; other++) {
      if (shares[pool][other] > 0 || licensed) {
        pools.get(other).take(amounts, shares[pool][other], from, Math.min(to, grid.size()));
      }
    }
  }
}
