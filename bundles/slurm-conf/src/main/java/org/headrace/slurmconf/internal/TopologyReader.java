package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.Topology;
import org.headrace.slurmconf.Topology.Block;
import org.headrace.slurmconf.Topology.Switch;
import org.headrace.slurmconf.text.TextFormatException;

/** Reads topology.conf: one tree or one set of blocks. */
final class TopologyReader {
  private static final List<String> SWITCH_KEYS =
      List.of("SwitchName", "Nodes", "Switches", "LinkSpeed");
  private static final List<String> BLOCK_KEYS = List.of("BlockName", "Nodes", "BlockSizes");

  private final Diagnostics diagnostics;
  private final List<Switch> switches = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private List<Integer> blockSizes = List.of();

  TopologyReader(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  List<Topology> read(List<ConfigLine> lines) {
    for (ConfigLine line : lines) {
      String key = line.first().key();
      if (key.equalsIgnoreCase("SwitchName")) {
        switches(line);
      } else if (key.equalsIgnoreCase("BlockName") || key.equalsIgnoreCase("BlockSizes")) {
        block(line);
      } else {
        diagnostics.error(
            line.position(),
            "a line of topology.conf begins with SwitchName=, BlockName= or BlockSizes=, not "
                + TextFormatException.quote(key));
      }
    }
    if (!switches.isEmpty() && !blocks.isEmpty()) {
      diagnostics.error(
          blocks.get(0).position(),
          "topology.conf holds switches and blocks; for several topologies use topology.yaml");
    }
    if (!switches.isEmpty()) {
      return List.of(new Topology.Tree(Topology.DEFAULT_NAME, true, switches));
    }
    return blocks.isEmpty()
        ? List.of()
        : List.of(new Topology.Blocks(Topology.DEFAULT_NAME, true, blocks, blockSizes));
  }

  private void switches(ConfigLine line) {
    Row row = Row.of(line, SWITCH_KEYS, Map.of(), diagnostics);
    List<String> names = row.hosts("SwitchName");
    if (names.size() != 1) {
      row.error("SwitchName", "SwitchName must be one name");
      return;
    }
    if (row.has("Nodes") == row.has("Switches")) {
      row.error("SwitchName", "a switch needs either Nodes= or Switches=");
      return;
    }
    switches.add(
        new Switch(
            names.get(0),
            row.hosts("Nodes"),
            row.hosts("Switches"),
            row.text("LinkSpeed", ""),
            row.position()));
  }

  private void block(ConfigLine line) {
    Row row = Row.of(line, BLOCK_KEYS, Map.of(), diagnostics);
    if (row.has("BlockSizes")) {
      blockSizes = sizes(row.list("BlockSizes"), row.position());
    }
    if (row.has("BlockName")) {
      blocks.add(new Block(row.name("BlockName"), row.hosts("Nodes"), row.position()));
    }
  }

  private List<Integer> sizes(List<String> texts, Position position) {
    List<Integer> sizes = new ArrayList<>();
    for (String text : texts) {
      try {
        sizes.add((int) Values.integer(text, 1, 1 << 20));
      } catch (TextFormatException e) {
        diagnostics.error(position, "BlockSizes: " + e.getMessage());
      }
    }
    return sizes;
  }
}
