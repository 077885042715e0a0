package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;

/** The nearest request that would be possible where less is asked of single nodes. */
final class NearestNodes {
  private final ResourceRequest request;
  private final NodeHardware largest;
  private final Predicate<ResourceRequest> possible;

  private NearestNodes(
      ResourceRequest request, NodeHardware largest, Predicate<ResourceRequest> possible) {
    this.request = request;
    this.largest = largest;
    this.possible = possible;
  }

  /**
   * What it asks for, in words; empty where no single change is enough.
   *
   * @param nodes of the partition that is asked for
   * @param possible what is possible there
   */
  static String words(
      ResourceRequest request, PartitionNodes nodes, Predicate<ResourceRequest> possible) {
    return new NearestNodes(request, nodes.largest(), possible).words(nodes.mostCpus());
  }

  private String words(int mostCpus) {
    NodeConstraint nodes = request.nodes();
    int tasks = most(request.layout().tasksPerNode(), mostCpus, this::withTasksPerNode);
    if (tasks > 0) {
      return amount(tasks, "task") + " on each node";
    }
    Sizes asked = Sizes.of(nodes);
    int ofGpu = most(request.cpusPerGpu(), mostCpus, request::withCpusPerGpu);
    if (ofGpu > 0) {
      return amount(ofGpu, "CPU") + " for each GPU";
    }
    int cpus = most(asked.cpus, mostCpus, n -> with(nodes, asked.withCpus(n)));
    if (cpus > 0) {
      return "nodes of " + amount(cpus, "CPU");
    }
    int disk = most(asked.disk, largest.tmpDisk(), n -> with(nodes, asked.withDisk(n)));
    if (disk > 0) {
      return disk + " MiB of local disk";
    }
    if (asked.disk > 0 && largest.tmpDisk() == 0 && possible.test(with(nodes, asked.withDisk(0)))) {
      return "no local disk";
    }
    int sockets =
        most(
            asked.sockets,
            largest.sockets(),
            n -> with(nodes, asked.withShape(n, asked.cores, asked.threads)));
    if (sockets > 0) {
      return amount(sockets, "socket") + " on each node";
    }
    int cores =
        most(
            asked.cores,
            largest.coresPerSocket(),
            n -> with(nodes, asked.withShape(asked.sockets, n, asked.threads)));
    if (cores > 0) {
      return amount(cores, "core") + " on each socket";
    }
    int threads =
        most(
            asked.threads,
            largest.threadsPerCore(),
            n -> with(nodes, asked.withShape(asked.sockets, asked.cores, n)));
    return threads > 0 ? amount(threads, "thread") + " on each core" : otherNodes(nodes);
  }

  private String otherNodes(NodeConstraint nodes) {
    for (String feature : FeatureTest.names(nodes.features())) {
      if (!feature.equals(nodes.features())
          && possible.test(with(nodes, Sizes.of(nodes), feature, nodes.excluded()))) {
        return "feature " + feature + " alone";
      }
    }
    List<GresRequest> anyType = new ArrayList<>();
    for (GresRequest gres : request.gres()) {
      anyType.add(new GresRequest(gres.name(), "", gres.count(), gres.scope()));
    }
    if (!anyType.equals(request.gres()) && possible.test(request.withGres(anyType))) {
      return anyType.get(0).name() + " of any type";
    }
    DevicePolicy devices = request.devices();
    if (devices.locality() == DevicePolicy.Locality.ENFORCED
        && possible.test(
            request.withDevices(new DevicePolicy(DevicePolicy.Locality.USUAL, devices.tasks())))) {
      return "devices that aren't close to its CPUs";
    }
    boolean excludes = !nodes.excluded().isEmpty();
    return excludes && possible.test(with(nodes, Sizes.of(nodes), nodes.features(), List.of()))
        ? "no nodes excluded"
        : "";
  }

  /**
   * The largest number below {@code amount} that would do, or zero. Of more than the largest node
   * has it isn't looked for.
   */
  private int most(long amount, long ofLargest, IntFunction<ResourceRequest> changed) {
    int low = 0;
    int high = (int) Math.min(Integer.MAX_VALUE, Math.min(amount, ofLargest + 1));
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (possible.test(changed.apply(middle))) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static String amount(int amount, String what) {
    return amount + " " + what + (amount == 1 ? "" : "s");
  }

  private ResourceRequest withTasksPerNode(int tasks) {
    TaskLayout of = request.layout();
    return request.withLayout(
        new TaskLayout(
            of.tasks(),
            of.cpusPerTask(),
            tasks,
            of.tasksPerSocket(),
            of.tasksPerCore(),
            of.overcommit(),
            of.distribution()));
  }

  private ResourceRequest with(NodeConstraint of, Sizes sizes) {
    return with(of, sizes, of.features(), of.excluded());
  }

  private ResourceRequest with(
      NodeConstraint of, Sizes sizes, String features, List<String> excluded) {
    return request.withConstraint(
        new NodeConstraint(
                features,
                of.prefer(),
                of.required(),
                excluded,
                sizes.cpus,
                sizes.disk,
                sizes.sockets,
                sizes.cores,
                sizes.threads,
                of.contiguous(),
                of.maxSwitches(),
                of.switchWait())
            .withSegments(of.segments())
            .withBreadth(of.breadth()));
  }

  /** What each node must have at least. */
  private record Sizes(int cpus, long disk, int sockets, int cores, int threads) {
    static Sizes of(NodeConstraint nodes) {
      return new Sizes(
          nodes.minCpus(),
          nodes.minTmpDisk(),
          nodes.sockets(),
          nodes.coresPerSocket(),
          nodes.threadsPerCore());
    }

    Sizes withCpus(int number) {
      return new Sizes(number, disk, sockets, cores, threads);
    }

    Sizes withDisk(long mebibytes) {
      return new Sizes(cpus, mebibytes, sockets, cores, threads);
    }

    Sizes withShape(int ofNode, int ofSocket, int ofCore) {
      return new Sizes(cpus, disk, ofNode, ofSocket, ofCore);
    }
  }
}
