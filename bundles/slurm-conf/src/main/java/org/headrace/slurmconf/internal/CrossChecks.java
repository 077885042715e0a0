package org.headrace.slurmconf.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.slurmconf.GresCount;
import org.headrace.slurmconf.NodeConfiguration;
import org.headrace.slurmconf.PartitionConfiguration;
import org.headrace.slurmconf.Topology;
import org.headrace.slurmconf.text.TextFormatException;

/** What no single line can get wrong alone. */
final class CrossChecks {
  private final Diagnostics diagnostics;
  private final Typed typed;

  CrossChecks(Diagnostics diagnostics, Typed typed) {
    this.diagnostics = diagnostics;
    this.typed = typed;
  }

  void cluster() {
    exclude("DefMemPerCPU", "DefMemPerNode");
    exclude("DefMemPerCPU", "DefMemPerGPU");
    exclude("MaxMemPerCPU", "MaxMemPerNode");
    if (typed.memory("MaxMemPerCPU") > 0
        && typed.memory("DefMemPerCPU") > typed.memory("MaxMemPerCPU")) {
      typed.error("DefMemPerCPU", "DefMemPerCPU is more than MaxMemPerCPU");
    }
    if (typed.memory("MaxMemPerNode") > 0
        && typed.memory("DefMemPerNode") > typed.memory("MaxMemPerNode")) {
      typed.error("DefMemPerNode", "DefMemPerNode is more than MaxMemPerNode");
    }
    if (typed.number("FirstJobId") > typed.number("MaxJobId")) {
      typed.error("FirstJobId", "FirstJobId is more than MaxJobId");
    }
    if (typed.number("MaxArraySize") > typed.number("MaxJobCount") + 1) {
      diagnostics.warning(
          typed.position("MaxArraySize"),
          "MaxArraySize is more than MaxJobCount; the largest arrays will be refused");
    }
    Ports ports = typed.ports("SlurmctldPort");
    int slurmd = typed.integer("SlurmdPort");
    if (slurmd >= ports.first() && slurmd <= ports.last()) {
      typed.error("SlurmdPort", "SlurmdPort " + slurmd + " is also SlurmctldPort");
    }
    if (!typed.text("TopologyPlugin").matches("topology/[a-z0-9_]+")) {
      typed.error("TopologyPlugin", "TopologyPlugin is written topology/<name>");
    }
    SchedulerWords.check(typed, diagnostics);
    PrologWords.check(typed, diagnostics);
    String mpi = typed.text("MpiDefault");
    if (!mpi.matches("(none|openmpi|pmi2|pmix(_v\\d+)?)?")) {
      diagnostics.warning(
          typed.position("MpiDefault"),
          "MpiDefault: "
              + TextFormatException.quote(mpi)
              + " is not served; without --mpi=pmi2 steps run as with none");
    }
  }

  private void exclude(String one, String other) {
    if (typed.isSet(one) && typed.isSet(other)) {
      typed.error(
          one,
          one
              + " and "
              + other
              + " exclude each other; "
              + other
              + " is at "
              + typed.position(other));
    }
  }

  void nodes(List<NodeConfiguration> nodes) {
    if (nodes.isEmpty() && typed.number("MaxNodeCount") == 0) {
      typed.error("NodeName", "no node is defined; add NodeName=<name> CPUs=<n> RealMemory=<MiB>");
    }
    long most = typed.number("MaxNodeCount");
    if (most > 0 && nodes.size() > most) {
      typed.error("MaxNodeCount", nodes.size() + " nodes are more than MaxNodeCount=" + most);
    }
    Set<String> gresTypes = new HashSet<>(typed.lower("GresTypes"));
    Map<String, NodeConfiguration> byAddress = new HashMap<>();
    Set<Integer> reported = new HashSet<>();
    for (NodeConfiguration node : nodes) {
      NodeConfiguration other = byAddress.putIfAbsent(node.address() + ":" + node.port(), node);
      if (other != null && reported.add(node.position().line())) {
        diagnostics.warning(
            node.position(),
            "nodes "
                + other.name()
                + " and "
                + node.name()
                + " have the same address and port, "
                + node.address()
                + ":"
                + node.port()
                + "; give each its Port");
      }
      for (GresCount gres : node.gres()) {
        if (!gresTypes.contains(gres.name()) && reported.add(-node.position().line())) {
          diagnostics.error(
              node.position(),
              "Gres " + gres.name() + " of node " + node.name() + " is not in GresTypes");
        }
      }
    }
  }

  void partitions(
      List<PartitionConfiguration> partitions,
      List<NodeConfiguration> nodes,
      List<Topology> topologies) {
    if (partitions.isEmpty()) {
      typed.error(
          "PartitionName",
          "no partition is defined; add PartitionName=<name> Nodes=ALL Default=YES");
    }
    PartitionConfiguration isDefault = null;
    Set<String> names = new HashSet<>();
    partitions.forEach(partition -> names.add(partition.name()));
    Map<String, NodeConfiguration> byName = new HashMap<>();
    nodes.forEach(node -> byName.put(node.name(), node));
    for (PartitionConfiguration partition : partitions) {
      if (partition.isDefault()) {
        if (isDefault != null) {
          diagnostics.error(
              partition.position(),
              "partition "
                  + partition.name()
                  + " and "
                  + isDefault.name()
                  + " ("
                  + isDefault.position()
                  + ") both have Default=YES; only one can");
        }
        isDefault = partition;
      }
      String alternate = partition.scheduling().alternate();
      if (!alternate.isEmpty() && !names.contains(alternate)) {
        diagnostics.error(
            partition.position(),
            "Alternate names partition "
                + alternate
                + ", which is not defined"
                + Spelling.hint(alternate, names));
      }
      String topology = partition.scheduling().topology();
      if (!topology.isEmpty() && topologies.stream().noneMatch(t -> t.name().equals(topology))) {
        diagnostics.error(
            partition.position(),
            "Topology names " + topology + ", which topology.yaml does not define");
      }
      memoryFits(partition, byName);
    }
  }

  private void memoryFits(PartitionConfiguration partition, Map<String, NodeConfiguration> byName) {
    long wanted = partition.limits().defMemPerNode();
    for (String name : partition.nodes()) {
      NodeConfiguration node = byName.get(name);
      if (node != null && wanted > node.realMemory()) {
        diagnostics.warning(
            partition.position(),
            "DefMemPerNode of partition "
                + partition.name()
                + " ("
                + wanted
                + " MiB) is more than node "
                + name
                + " has ("
                + node.realMemory()
                + " MiB)");
        return;
      }
    }
  }
}
