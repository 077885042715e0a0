package org.headrace.slurmconf.internal.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.TopologySpec;
import org.headrace.slurmconf.ClusterConfiguration;
import org.headrace.slurmconf.Topology;

/** Translates wirings. */
final class TopologyBuilder {
  private TopologyBuilder() {}

  /** The one for whom no other is named first; at least one. */
  static List<TopologySpec> build(ClusterConfiguration configuration) {
    Map<String, String> options = configuration.scheduling().topologyParam();
    List<TopologySpec> all = new ArrayList<>();
    boolean found = false;
    for (Topology one : configuration.topologies()) {
      boolean first = one.clusterDefault() && !found;
      found |= first;
      all.add(first ? 0 : all.size(), spec(one, options));
    }
    return all.isEmpty() ? List.of(TopologySpec.FLAT.withOptions(options)) : all;
  }

  private static TopologySpec spec(Topology topology, Map<String, String> options) {
    List<TopologySpec.Switch> switches = new ArrayList<>();
    List<TopologySpec.Block> blocks = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    String kind = "flat";
    if (topology instanceof Topology.Tree tree) {
      kind = "tree";
      tree.switches()
          .forEach(s -> switches.add(new TopologySpec.Switch(s.name(), s.nodes(), s.children())));
    } else if (topology instanceof Topology.Blocks known) {
      kind = "block";
      known.blocks().forEach(b -> blocks.add(new TopologySpec.Block(b.name(), b.nodes())));
      sizes.addAll(known.blockSizes());
    }
    // What is in topology.conf is a matter of the plugin that TopologyPlugin names.
    boolean only = topology.name().equals(Topology.DEFAULT_NAME);
    return new TopologySpec(switches, blocks, sizes, topology.name(), only ? "" : kind, options);
  }
}
