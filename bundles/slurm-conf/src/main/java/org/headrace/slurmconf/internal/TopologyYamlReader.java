package org.headrace.slurmconf.internal;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.Topology;
import org.headrace.slurmconf.Topology.Block;
import org.headrace.slurmconf.Topology.Switch;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.TextFormatException;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads topology.yaml: a list of named topologies, each a tree, blocks or flat. Nodes of the
 * document are used as they are parsed, so that nothing in the file can make objects.
 */
final class TopologyYamlReader {
  private static final int MAX_CHARACTERS = 16 << 20;

  private final Diagnostics diagnostics;
  private final String file;

  TopologyYamlReader(Diagnostics diagnostics, String file) {
    this.diagnostics = diagnostics;
    this.file = file;
  }

  List<Topology> read(String text) {
    List<Topology> topologies = new ArrayList<>();
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setUseMarks(true)
            .setAllowRecursiveKeys(false)
            .setCodePointLimit(MAX_CHARACTERS)
            .build();
    try {
      Optional<Node> root = new Compose(settings).composeReader(new StringReader(text));
      if (root.isPresent()) {
        for (Node item : sequence(root.get(), "topology.yaml")) {
          topology(item).ifPresent(topologies::add);
        }
      }
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      diagnostics.error(new Position(file, line), "not YAML: " + e.getProblem());
    } catch (YamlEngineException | StackOverflowError e) {
      diagnostics.error(new Position(file, 0), "not YAML that can be read: " + e.getMessage());
    }
    long defaults = topologies.stream().filter(Topology::clusterDefault).count();
    if (topologies.size() > 1 && defaults != 1) {
      diagnostics.error(
          new Position(file, 0),
          defaults + " topologies have cluster_default: true; exactly one must");
    }
    return topologies;
  }

  private Optional<Topology> topology(Node node) {
    String name = "";
    boolean isDefault = false;
    Node kind = null;
    String kindName = "";
    for (NodeTuple entry : mapping(node, "a topology")) {
      String key = scalar(entry.getKeyNode());
      switch (key) {
        case "topology" -> name = scalar(entry.getValueNode());
        case "cluster_default" -> isDefault = flag(entry.getValueNode());
        case "tree", "block", "flat" -> {
          kindName = key;
          kind = entry.getValueNode();
        }
        default ->
            diagnostics.warning(
                at(entry.getKeyNode()),
                "unknown key "
                    + TextFormatException.quote(key)
                    + " is ignored; a topology has topology, cluster_default and one of tree,"
                    + " block, flat");
      }
    }
    if (name.isEmpty() || kind == null) {
      diagnostics.error(
          at(node), "a topology needs 'topology: <name>' and one of tree, block, flat");
      return Optional.empty();
    }
    return Optional.of(
        switch (kindName) {
          case "tree" -> new Topology.Tree(name, isDefault, switches(kind));
          case "block" -> blocks(name, isDefault, kind);
          default -> new Topology.Flat(name, isDefault);
        });
  }

  private List<Switch> switches(Node tree) {
    List<Switch> switches = new ArrayList<>();
    for (NodeTuple entry : mapping(tree, "tree")) {
      if (!scalar(entry.getKeyNode()).equals("switches")) {
        diagnostics.warning(at(entry.getKeyNode()), "a tree has the key switches only");
        continue;
      }
      for (Node item : sequence(entry.getValueNode(), "switches")) {
        String name = "";
        List<String> nodes = List.of();
        List<String> children = List.of();
        for (NodeTuple field : mapping(item, "a switch")) {
          switch (scalar(field.getKeyNode())) {
            case "switch" -> name = scalar(field.getValueNode());
            case "nodes" -> nodes = hosts(field.getValueNode());
            case "children" -> children = hosts(field.getValueNode());
            default ->
                diagnostics.warning(
                    at(field.getKeyNode()), "a switch has the keys switch, nodes and children");
          }
        }
        if (name.isEmpty() || nodes.isEmpty() == children.isEmpty()) {
          diagnostics.error(at(item), "a switch needs a name and either nodes or children");
        } else {
          switches.add(new Switch(name, nodes, children, "", at(item)));
        }
      }
    }
    return switches;
  }

  private Topology blocks(String name, boolean isDefault, Node block) {
    List<Block> blocks = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    for (NodeTuple entry : mapping(block, "block")) {
      switch (scalar(entry.getKeyNode())) {
        case "block_sizes" -> {
          for (Node size : sequence(entry.getValueNode(), "block_sizes")) {
            size(size, sizes);
          }
        }
        case "blocks" -> {
          for (Node item : sequence(entry.getValueNode(), "blocks")) {
            block(item, blocks);
          }
        }
        default ->
            diagnostics.warning(
                at(entry.getKeyNode()), "a block topology has the keys block_sizes and blocks");
      }
    }
    return new Topology.Blocks(name, isDefault, blocks, sizes);
  }

  private void size(Node node, List<Integer> sizes) {
    try {
      sizes.add((int) Values.integer(scalar(node), 1, 1 << 20));
    } catch (TextFormatException e) {
      diagnostics.error(at(node), "block_sizes: " + e.getMessage());
    }
  }

  private void block(Node item, List<Block> blocks) {
    String name = "";
    List<String> nodes = List.of();
    for (NodeTuple field : mapping(item, "a block")) {
      switch (scalar(field.getKeyNode())) {
        case "block" -> name = scalar(field.getValueNode());
        case "nodes" -> nodes = hosts(field.getValueNode());
        default -> diagnostics.warning(at(field.getKeyNode()), "a block has block and nodes only");
      }
    }
    if (name.isEmpty()) {
      diagnostics.error(at(item), "a block needs 'block: <name>'");
    } else {
      blocks.add(new Block(name, nodes, at(item)));
    }
  }

  private List<String> hosts(Node node) {
    try {
      return Hostlist.expand(scalar(node));
    } catch (TextFormatException e) {
      diagnostics.error(at(node), e.getMessage());
      return List.of();
    }
  }

  private boolean flag(Node node) {
    try {
      return Values.flag(scalar(node));
    } catch (TextFormatException e) {
      diagnostics.error(at(node), "cluster_default: " + e.getMessage());
      return false;
    }
  }

  private String scalar(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    diagnostics.error(at(node), "a single value is expected here");
    return "";
  }

  private List<Node> sequence(Node node, String what) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    diagnostics.error(at(node), what + " must be a list (lines that begin with '- ')");
    return List.of();
  }

  private List<NodeTuple> mapping(Node node, String what) {
    if (node instanceof MappingNode mapping) {
      return mapping.getValue();
    }
    diagnostics.error(at(node), what + " must be a mapping (lines 'key: value')");
    return List.of();
  }

  private Position at(Node node) {
    return new Position(file, node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0));
  }
}
