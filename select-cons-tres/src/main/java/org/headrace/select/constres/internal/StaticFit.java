package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.topology.Units;

/** Which nodes suit a request by what they are, whatever runs on them; known per structure. */
final class StaticFit {
  private static final int MOST_REQUESTS = 20_000;

  /**
   * Nodes for one way to satisfy the features.
   *
   * @param nodes nodes that each may serve
   * @param quotas nodes of which a number must be among the chosen
   */
  record Way(NodeMask nodes, List<Quota> quotas) {}

  /**
   * Nodes of which some are needed.
   *
   * @param nodes nodes that count
   * @param count how many are needed
   */
  record Quota(NodeMask nodes, int count) {}

  private final long structureVersion;
  private final long version;
  private final NodeKinds kinds;

  /** Shared by all views of a structure. */
  private final Map<NodeConstraint, List<Way>> ways;

  /**
   * Answers by request and partition to whether a job could ever run; shared by all views with the
   * same nodes in service.
   */
  final Map<List<Object>, Shortfall.Verdict> verdicts;

  /** Some nodes in service, with the lifetime of {@link #verdicts}. */
  private final Map<Few, NodeMask> some;

  /** So many nodes of each kind in a partition. */
  private record Few(String partition, int ofEachKind) {}

  /** By name of the wiring; shared by all views of a structure. */
  private final Map<String, Units> units;

  /** Known once it is asked for. */
  private volatile Workload workload;

  private StaticFit(ClusterView view, StaticFit old) {
    structureVersion = view.structureVersion();
    version = view.version();
    kinds = old != null && old.kinds.areOf(view.nodes()) ? old.kinds : new NodeKinds(view.nodes());
    ways = old == null ? new ConcurrentHashMap<>() : old.ways;
    units = old == null ? new ConcurrentHashMap<>() : old.units;
    boolean same = old != null && old.kinds.accepting().equals(kinds.accepting());
    verdicts = same ? old.verdicts : new ConcurrentHashMap<>();
    some = same ? old.some : new ConcurrentHashMap<>();
  }

  /** What is known for {@code view}, reusing {@code old} as far as it is still true. */
  static StaticFit of(ClusterView view, StaticFit old) {
    if (old == null || old.structureVersion != view.structureVersion()) {
      return new StaticFit(view, null);
    }
    return old.version == view.version() ? old : new StaticFit(view, old);
  }

  /** Keeps an answer, and forgets all when there are too many. */
  void remember(List<Object> key, Shortfall.Verdict verdict) {
    if (verdicts.size() >= MOST_REQUESTS) {
      verdicts.clear();
    }
    verdicts.put(key, verdict);
  }

  /** Some nodes of each kind that are in service in a partition: so many, if there are. */
  NodeMask some(PartitionView partition, int ofEachKind) {
    return some.computeIfAbsent(
        new Few(partition.name(), ofEachKind),
        few -> kinds.some(partition.nodes().intersection(kinds.accepting()), ofEachKind));
  }

  NodeKinds kinds() {
    return kinds;
  }

  /** What the jobs that run in the view, which is the one that this is of, typically hold. */
  Workload workload(ClusterView view) {
    Workload known = workload;
    if (known == null) {
      known = Workload.of(view);
      workload = known;
    }
    return known;
  }

  /** The units that a job of the partition may want for itself. */
  Units units(ClusterView view, PartitionView partition) {
    TopologySpec wiring = view.topology(partition);
    return units.computeIfAbsent(wiring.name(), name -> Units.of(view, wiring));
  }

  /**
   * Ways to satisfy the request's constraint, best first.
   *
   * @throws IllegalArgumentException if the feature expression is malformed
   */
  List<Way> ways(ResourceRequest request, ClusterView view) {
    List<Way> known = ways.get(request.nodes());
    if (known == null) {
      known = compute(request.nodes(), view);
      if (ways.size() >= MOST_REQUESTS) {
        ways.clear();
      }
      ways.put(request.nodes(), known);
    }
    return known;
  }

  private static List<Way> compute(NodeConstraint constraint, ClusterView view) {
    List<FeatureExpression.Alternative> features = FeatureExpression.parse(constraint.features());
    if (!constraint.prefer().isBlank()) {
      List<FeatureExpression.Alternative> all =
          new ArrayList<>(
              FeatureExpression.both(features, FeatureExpression.parse(constraint.prefer())));
      all.addAll(features);
      features = all;
    }
    Set<String> excluded = new HashSet<>(constraint.excluded());
    return features.stream().map(one -> way(one, constraint, excluded, view)).toList();
  }

  private static Way way(
      FeatureExpression.Alternative features,
      NodeConstraint constraint,
      Set<String> excluded,
      ClusterView view) {
    BitSet nodes = new BitSet();
    for (NodeView node : view.nodes()) {
      nodes.set(node.id(), suits(node, features, constraint, excluded));
    }
    List<Quota> quotas =
        features.quotas().stream()
            .map(
                quota -> {
                  BitSet having = new BitSet();
                  for (NodeView node : view.nodes()) {
                    having.set(node.id(), quota.has().test(node.features()));
                  }
                  return new Quota(NodeMask.copyOf(having), quota.count());
                })
            .toList();
    return new Way(NodeMask.copyOf(nodes), quotas);
  }

  private static boolean suits(
      NodeView node,
      FeatureExpression.Alternative features,
      NodeConstraint constraint,
      Set<String> excluded) {
    return features.every().test(node.features())
        && largeEnough(node.hardware(), constraint)
        && !excluded.contains(node.name());
  }

  static boolean largeEnough(NodeHardware hardware, NodeConstraint constraint) {
    return hardware.cpus() >= constraint.minCpus()
        && hardware.tmpDisk() >= constraint.minTmpDisk()
        && hardware.sockets() >= constraint.sockets()
        && hardware.coresPerSocket() >= constraint.coresPerSocket()
        && hardware.threadsPerCore() >= constraint.threadsPerCore();
  }
}
