package org.headrace.core.internal;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongBiFunction;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;

/**
 * How many CPUs a job has at least that gets whole nodes, however few it asks for; 0 of all others.
 * By the smallest node of a partition, as it isn't known which it will get. Safe for any thread.
 */
final class WholeNodes implements ToLongBiFunction<ResourceRequest, String> {
  private final ClusterDefinition cluster;
  private final boolean always;
  private final Map<String, PartitionDefinition> partitions = new TreeMap<>();
  private final Map<String, Integer> smallest = new ConcurrentHashMap<>();

  WholeNodes(Configuration configuration) {
    cluster = configuration.definition();
    always = configuration.setting("SelectType", "").equals("select/linear");
    configuration.partitions().forEach(one -> partitions.put(one.name(), one));
  }

  @Override
  public long applyAsLong(ResourceRequest request, String partition) {
    PartitionDefinition of = partitions.get(partition);
    boolean whole =
        always
            || request.sharing() == Sharing.EXCLUSIVE
            || (of != null && of.sharing() == Sharing.EXCLUSIVE);
    // How many cores are left to it is said by who leaves some to the system.
    if (cluster == null || of == null || !whole || request.system() != null) {
      return 0;
    }
    int tasks = request.layout().tasks();
    long nodes =
        tasks == TaskLayout.UNSET ? request.minNodes() : Math.min(request.minNodes(), tasks);
    return nodes * smallest.computeIfAbsent(partition, name -> smallest(of));
  }

  private int smallest(PartitionDefinition partition) {
    Set<String> members = new HashSet<>(partition.nodes());
    int least = Integer.MAX_VALUE;
    for (NodeDefinition node : cluster.nodes()) {
      if (members.contains(node.name()) && !node.future()) {
        NodeHardware hardware = node.hardware();
        int cores = hardware.cores() - hardware.left(null).size();
        least = Math.min(least, cores * hardware.threadsPerCore());
      }
    }
    return least == Integer.MAX_VALUE ? 0 : least;
  }
}
