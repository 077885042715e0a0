package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;

/**
 * The nodes of a partition by kind: nodes that differ in nothing that a request could ask for are
 * looked at once. A cluster of thousands has a few kinds, mostly.
 */
final class PartitionNodes {
  private static final ResourceRequest ANYTHING = ResourceRequest.singleCpu();

  private final PartitionView partition;
  private final String title;
  private final List<Kind> kinds = new ArrayList<>();
  private final Map<String, Integer> kindOf = new HashMap<>();

  /**
   * Nodes that are alike.
   *
   * @param node one of them
   * @param count how many
   */
  record Kind(NodeView node, int count) {}

  private record Traits(NodeHardware hardware, Set<String> features, List<GresInventory> gres) {
    static Traits of(NodeView node) {
      return new Traits(node.hardware(), node.features(), node.gres());
    }
  }

  /**
   * Kinds are in the order of their last nodes.
   *
   * @param some those of the partition's nodes that count
   * @param title what these are, for messages
   */
  PartitionNodes(PartitionView partition, NodeMask some, NodeTable nodes, String title) {
    this.partition = partition;
    this.title = title;
    Map<Traits, List<NodeView>> alike = new LinkedHashMap<>();
    some.forEach(
        id -> {
          NodeView node = nodes.get(id).view();
          Traits traits = Traits.of(node);
          List<NodeView> others = alike.remove(traits);
          others = others == null ? new ArrayList<>() : others;
          others.add(node);
          alike.put(traits, others);
        });
    for (List<NodeView> members : alike.values()) {
      members.forEach(node -> kindOf.put(node.name(), kinds.size()));
      kinds.add(new Kind(members.get(0), members.size()));
    }
  }

  String title() {
    return title;
  }

  boolean contains(String node) {
    return kindOf.containsKey(node);
  }

  /** What there is but for the nodes of these names. */
  List<Kind> without(List<String> excluded) {
    if (excluded.isEmpty()) {
      return kinds;
    }
    int[] out = new int[kinds.size()];
    for (String name : new TreeSet<>(excluded)) {
      Integer kind = kindOf.get(name);
      if (kind != null) {
        out[kind]++;
      }
    }
    List<Kind> rest = new ArrayList<>();
    for (int i = 0; i < out.length; i++) {
      Kind kind = kinds.get(i);
      if (kind.count > out[i]) {
        rest.add(new Kind(kind.node, kind.count - out[i]));
      }
    }
    return rest;
  }

  /** The most that any node has of each. */
  NodeHardware largest() {
    int sockets = 0;
    int cores = 0;
    int threads = 0;
    long disk = 0;
    for (Kind kind : kinds) {
      NodeHardware hardware = kind.node.hardware();
      sockets = Math.max(sockets, hardware.sockets());
      cores = Math.max(cores, hardware.coresPerSocket());
      threads = Math.max(threads, hardware.threadsPerCore());
      disk = Math.max(disk, hardware.tmpDisk());
    }
    return new NodeHardware(1, sockets, cores, threads, mostMemory(), disk);
  }

  /** CPUs that a job of the partition may have on such a node. */
  int cpus(NodeHardware hardware, ResourceRequest request) {
    return CoreTerms.of(partition, request).cpus(hardware);
  }

  /** True for a job that has its nodes for itself. */
  boolean alone(ResourceRequest request) {
    return request.sharing() == Sharing.EXCLUSIVE
        || partition.sharing() == Sharing.EXCLUSIVE
        || request.system() != null;
  }

  int mostCpus() {
    return kinds.stream().mapToInt(kind -> cpus(kind.node.hardware(), ANYTHING)).max().orElse(0);
  }

  private long mostMemory() {
    return kinds.stream().mapToLong(kind -> kind.node.hardware().memory()).max().orElse(0);
  }

  /** For messages: what there is. */
  @Override
  public String toString() {
    return title
        + " has "
        + kindOf.size()
        + " nodes with at most "
        + mostCpus()
        + " CPUs and "
        + mostMemory()
        + " MiB each";
  }
}
