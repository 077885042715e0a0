package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.TopologySpec;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.TextFormatException;

/** What {@code scontrol show topology} prints: one line for each switch and block. */
final class TopologyText {
  private static final String NOTHING = "No topology information available";

  private final List<TopologySpec> topologies;

  /**
   * @param topologies the one for whom no other is named first
   */
  TopologyText(List<TopologySpec> topologies) {
    this.topologies = topologies;
  }

  /**
   * All lines, or those about a topology, a switch or block, or what connects certain nodes.
   *
   * @param id a name, {@code topology=}, {@code unit=} or {@code node=} before it, or empty
   * @throws TextFormatException if nothing has that name
   */
  List<String> lines(String id) {
    String name = id.replaceFirst("(?i)^(topology|unit|node)=", "");
    List<TopologySpec> named =
        topologies.stream().filter(one -> !name.isEmpty() && one.name().equals(name)).toList();
    if (topologies.size() == 1 || !named.isEmpty()) {
      TopologySpec one = named.isEmpty() ? topologies.get(0) : named.get(0);
      List<String> lines = lines(one, named.isEmpty() ? name : "");
      boolean unknown = one.switches().isEmpty() && one.blocks().isEmpty();
      return unknown ? List.of(NOTHING) : required(lines, name);
    }
    List<String> lines = new ArrayList<>();
    for (TopologySpec one : topologies) {
      List<String> part = lines(one, name);
      if (name.isEmpty() || !part.isEmpty()) {
        lines.add(
            "Topology=%s Type=%s ClusterDefault=%s"
                .formatted(one.name(), one.kind(), one == topologies.get(0) ? "YES" : "NO"));
        lines.addAll(part);
      }
    }
    return required(lines, name);
  }

  private static List<String> required(List<String> lines, String name) {
    if (lines.isEmpty()) {
      throw new TextFormatException(
          "Topology information contains no switch or node named " + name);
    }
    return lines;
  }

  private static List<String> lines(TopologySpec wiring, String name) {
    Set<String> wanted = new LinkedHashSet<>();
    if (!name.isEmpty()) {
      try {
        wanted.addAll(Hostlist.expand(name));
      } catch (TextFormatException e) {
        wanted.add(name);
      }
    }
    List<String> lines = new ArrayList<>();
    switches(wiring, wanted, lines);
    blocks(wiring, wanted, lines);
    return lines;
  }

  private static void switches(TopologySpec wiring, Set<String> wanted, List<String> lines) {
    Map<String, TopologySpec.Switch> switches = new LinkedHashMap<>();
    wiring.switches().forEach(one -> switches.put(one.name(), one));
    Map<String, Integer> levels = new HashMap<>();
    for (TopologySpec.Switch one : wiring.switches()) {
      Set<String> below = new LinkedHashSet<>();
      collect(one, switches, below, new LinkedHashSet<>());
      if (wanted.isEmpty() || wanted.contains(one.name()) || below.containsAll(wanted)) {
        int level = level(one, switches, levels, 0);
        String children =
            one.children().isEmpty() ? "" : " Switches=" + Hostlist.compress(one.children());
        lines.add(
            "SwitchName=%s Level=%d LinkSpeed=1 Nodes=%s%s"
                .formatted(one.name(), level, Hostlist.compressSorted(below), children));
      }
    }
  }

  /** Base blocks, then those that they are joined to, level by level. */
  private static void blocks(TopologySpec wiring, Set<String> wanted, List<String> lines) {
    List<TopologySpec.Block> blocks = wiring.blocks();
    List<Integer> sizes = wiring.blockSizes();
    int index = 0;
    int base = sizes.isEmpty() ? 1 : sizes.get(0);
    for (int level = 0; level < Math.max(1, sizes.size()); level++) {
      int joined = level == 0 ? 1 : sizes.get(level) / base;
      for (int first = 0; first < blocks.size(); first += joined, index++) {
        List<TopologySpec.Block> parts =
            blocks.subList(first, Math.min(blocks.size(), first + joined));
        List<String> names = parts.stream().map(TopologySpec.Block::name).toList();
        List<String> nodes = parts.stream().flatMap(one -> one.nodes().stream()).toList();
        if (wanted.isEmpty() || nodes.containsAll(wanted) || names.containsAll(wanted)) {
          lines.add(
              "%s=%s BlockIndex=%d Nodes=%s BlockSize=%d"
                  .formatted(
                      level == 0 ? "BlockName" : "AggregatedBlock",
                      Hostlist.compress(names),
                      index,
                      Hostlist.compressSorted(nodes),
                      nodes.size()));
        }
      }
    }
  }

  private static void collect(
      TopologySpec.Switch one,
      Map<String, TopologySpec.Switch> switches,
      Set<String> nodes,
      Set<String> seen) {
    if (seen.add(one.name())) {
      nodes.addAll(one.nodes());
      for (String child : one.children()) {
        TopologySpec.Switch below = switches.get(child);
        if (below != null) {
          collect(below, switches, nodes, seen);
        }
      }
    }
  }

  private static int level(
      TopologySpec.Switch one,
      Map<String, TopologySpec.Switch> switches,
      Map<String, Integer> levels,
      int depth) {
    Integer known = levels.get(one.name());
    if (known != null) {
      return known;
    }
    int level = 0;
    for (String child : one.children()) {
      TopologySpec.Switch below = switches.get(child);
      if (below != null && depth <= switches.size()) {
        level = Math.max(level, 1 + level(below, switches, levels, depth + 1));
      }
    }
    levels.put(one.name(), level);
    return level;
  }
}
