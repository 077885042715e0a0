package org.headrace.select.constres.internal;

import java.util.List;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;

/**
 * Fragmentation gradient descent: the node and device on which the job leaves least of the free
 * devices useless to the jobs that the cluster typically runs. What a job can't use on a node are
 * all devices where it doesn't fit, else those of which too little is left for it. From Weng et
 * al., <em>Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient
 * Descent</em> (USENIX ATC 2023). Two things are different: the typical jobs are those that run,
 * and devices that a node has no cores or memory left to use are useless, too, however many a first
 * job could still use. What was tried says {@code docs/adr/0012-fragmentation.md}.
 */
final class Fragmentation implements NodeRank {
  private static final double SCALE = 1e6;
  private static final double ROUNDING = 1e-9;

  /** Above all costs of a best fit. */
  private static final long STEP = 1L << 32;

  private final Need need;
  private final ResourceLedger free;
  private final Workload workload;
  private final BestFit bestFit;

  Fragmentation(Need need, ResourceLedger free, Workload workload) {
    this.need = need;
    this.free = free;
    this.workload = workload;
    bestFit = new BestFit(need, free);
  }

  @Override
  public long cost(NodeView node) {
    Job job = job(node);
    double[] left = NodeDevices.of(node, free).left();
    double before = useless(free.freeCoreCount(node.id()), free.freeMemory(node.id()), left);
    double after =
        job.portion() > 0
            ? afterPortion(node, job, left)
            : useless(
                free.freeCoreCount(node.id()) - job.cores(),
                free.freeMemory(node.id()) - job.memory(),
                without(left, job.whole()));
    return Math.round((after - before) * SCALE) * STEP + bestFit.cost(node);
  }

  /** What the job takes of a node, all of it. */
  private record Job(int cores, long memory, int whole, double portion) {}

  private Job job(NodeView node) {
    NodeHardware hardware = node.hardware();
    int tasks = Math.max(need.tasks, need.tasksOfEachNode());
    long gpus = 0;
    int whole = 0;
    double portion = 0;
    for (GresRequest one : need.gres) {
      long count = need.gresOfNode(one, hardware, tasks, one.count());
      gpus += one.name().equals(Need.GPU) ? count : 0;
      GresInventory inventory = inventory(node, one);
      if (inventory != null && inventory.portioned()) {
        portion += (double) count / Math.max(1, units(inventory));
      } else if (inventory != null && !inventory.devices().isEmpty()) {
        whole += (int) count;
      }
    }
    int cores = need.exclusive ? hardware.cores() : need.cores(hardware, tasks, gpus);
    return new Job(cores, need.memory(hardware, cores, tasks, gpus), whole, portion);
  }

  private static GresInventory inventory(NodeView node, GresRequest one) {
    for (GresInventory inventory : node.gres()) {
      if (NodeFit.suits(inventory, one)) {
        return inventory;
      }
    }
    return null;
  }

  private static long units(GresInventory inventory) {
    return inventory.devices().stream().mapToLong(GresDevice::units).max().orElse(1);
  }

  /** Least that is useless, whichever device gives the portion. */
  private double afterPortion(NodeView node, Job job, double[] left) {
    int cores = free.freeCoreCount(node.id()) - job.cores();
    long memory = free.freeMemory(node.id()) - job.memory();
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < left.length; i++) {
      if (left[i] + ROUNDING >= job.portion() && first(left, i)) {
        best = Math.min(best, useless(cores, memory, less(left, i, job.portion())));
      }
    }
    return best;
  }

  /** True when no device before this one has as much left. */
  private static boolean first(double[] left, int index) {
    for (int i = 0; i < index; i++) {
      if (left[i] == left[index]) {
        return false;
      }
    }
    return true;
  }

  private static double[] less(double[] left, int index, double portion) {
    double[] result = left.clone();
    result[index] = Math.max(0, result[index] - portion);
    return result;
  }

  private static double[] without(double[] left, int whole) {
    double[] result = left.clone();
    int missing = whole;
    for (int i = 0; i < result.length && missing > 0; i++) {
      if (result[i] == 1) {
        result[i] = 0;
        missing--;
      }
    }
    return result;
  }

  /** How many devices' worth of what is left a typical job can't use. */
  private double useless(int cores, long memory, double[] left) {
    double sum = 0;
    double most = 0;
    int whole = 0;
    for (double one : left) {
      sum += one;
      most = Math.max(most, one);
      whole += one == 1 ? 1 : 0;
    }
    double useless = 0;
    List<Workload.Share> shares = workload.shares();
    for (int i = 0; i < shares.size(); i++) {
      Workload.Share share = shares.get(i);
      boolean fits =
          share.cores() <= cores
              && share.memory() <= memory
              && share.whole() <= whole
              && share.portion() <= most + ROUNDING;
      useless += share.part() * (fits ? beyond(share, cores, memory, left, sum) : sum);
    }
    return useless;
  }

  /**
   * What a job that fits leaves useless, if only jobs like it came: parts that are too small for
   * it, or what is more than the devices of as many of them as there are cores and memory for.
   */
  private static double beyond(
      Workload.Share share, int cores, long memory, double[] left, double sum) {
    long jobs = cores / Math.max(1, share.cores());
    if (share.memory() > 0) {
      jobs = Math.min(jobs, memory / share.memory());
    }
    double reached = (double) jobs * Math.max(1, share.whole());
    double least = share.whole() > 0 ? 1 : share.portion();
    return Math.max(below(left, least), sum - reached);
  }

  private static double below(double[] left, double least) {
    double sum = 0;
    for (double one : left) {
      sum += one < least - ROUNDING ? one : 0;
    }
    return sum;
  }

  @Override
  public int device(NodeView node, int entry, long units, CoreSet taken) {
    List<GresDevice> devices = node.gres().get(entry).devices();
    Job job = job(node);
    int cores = free.freeCoreCount(node.id()) - job.cores();
    long memory = free.freeMemory(node.id()) - job.memory();
    double[] left = new double[devices.size()];
    for (int i = 0; i < left.length; i++) {
      left[i] = (double) free.freeUnits(node.id(), entry, i) / Math.max(1, devices.get(i).units());
    }
    int best = -1;
    double leastUseless = 0;
    for (int i = 0; i < left.length; i++) {
      boolean enough = free.freeUnits(node.id(), entry, i) >= units;
      if (!enough || taken.contains(devices.get(i).number())) {
        continue;
      }
      double portion = (double) units / Math.max(1, devices.get(i).units());
      double useless = useless(cores, memory, less(left, i, portion));
      boolean better =
          best < 0
              || useless < leastUseless - ROUNDING
              || (useless < leastUseless + ROUNDING && left[i] < left[best]);
      if (better) {
        best = i;
        leastUseless = useless;
      }
    }
    return best;
  }
}
