package org.headrace.slurmconf.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.headrace.slurmconf.CgroupConfiguration;
import org.headrace.slurmconf.ClusterConfiguration;
import org.headrace.slurmconf.ClusterSettings;
import org.headrace.slurmconf.ConfigurationResult;
import org.headrace.slurmconf.GresConfiguration;
import org.headrace.slurmconf.NodeConfiguration;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.Problem;
import org.headrace.slurmconf.Topology;
import org.headrace.slurmconf.internal.ConfigLine.Setting;

/** Puts a configuration together from slurm.conf and the files beside it. */
public final class ConfigurationReader {
  private static final long MAX_YAML_BYTES = 16L << 20;

  private static final Set<String> ROWS =
      Set.of("NODENAME", "DOWNNODES", "NODESET", "PARTITIONNAME", "FRONTENDNAME", "POWERACTION");

  private final Diagnostics diagnostics = new Diagnostics();
  private final String hostName;
  private final List<Setting> instead = new ArrayList<>();

  /** For the host that Include patterns speak of. */
  public ConfigurationReader(String hostName) {
    this.hostName = hostName;
  }

  /** Reads a file and its companions in the same folder. */
  public ConfigurationResult read(Path file) {
    List<ConfigLine> lines = reader().read(file);
    return result(lines, file.toString(), file.resolveSibling(""));
  }

  /** Reads a file and its companions, with other settings in place of some of the file's. */
  public ConfigurationResult read(Path file, Map<String, String> changes, String name) {
    Position position = new Position(name, Problem.WHOLE_FILE);
    changes.forEach((key, value) -> instead.add(new Setting(key, value, position)));
    return read(file);
  }

  /** Reads a text alone. */
  public ConfigurationResult read(String text, String name) {
    return result(reader().read(text, name), name, null);
  }

  private LineReader reader() {
    return new LineReader(diagnostics, "", hostName);
  }

  private ConfigurationResult result(List<ConfigLine> lines, String file, Path folder) {
    if (lines.isEmpty() && !diagnostics.errors().isEmpty()) {
      return new ConfigurationResult.Refused(diagnostics.errors(), diagnostics.warnings());
    }
    Position whole = new Position(file, 0);
    ClusterSettings settings = clusterLevel(lines, whole);
    Typed typed = new Typed(settings, diagnostics, whole);
    NodeReader nodeReader = new NodeReader(diagnostics, typed.integer("SlurmdPort"));
    each(lines, "NODENAME", nodeReader::line);
    each(lines, "DOWNNODES", nodeReader::downNodes);
    List<NodeConfiguration> nodes = nodeReader.nodes();
    PartitionReader partitions = new PartitionReader(diagnostics, nodes);
    each(lines, "NODESET", partitions::nodeSet);
    each(lines, "PARTITIONNAME", partitions::partition);
    each(
        lines,
        "FRONTENDNAME",
        line ->
            diagnostics.warning(
                line.position(), "FrontendName is obsolete and has no effect; remove it"));
    Set<String> nodeNames = new LinkedHashSet<>();
    nodes.forEach(node -> nodeNames.add(node.name()));
    GresConfiguration gres = gres(folder, nodeNames, typed);
    List<Topology> topologies = topologies(folder);
    new TopologyChecks(diagnostics, nodeNames).check(topologies);
    CgroupConfiguration cgroup = cgroup(folder);
    CrossChecks checks = new CrossChecks(diagnostics, typed);
    checks.cluster();
    checks.nodes(nodes);
    checks.partitions(partitions.partitions(), nodes, topologies);
    if (!diagnostics.errors().isEmpty()) {
      return new ConfigurationResult.Refused(diagnostics.errors(), diagnostics.warnings());
    }
    Topics topics = new Topics(typed, settings.controllerHosts());
    ClusterConfiguration configuration =
        new ClusterConfiguration(
            file,
            topics.identity(),
            topics.endpoints(),
            topics.timers(),
            topics.limits(),
            topics.scheduling(),
            topics.priority(),
            topics.preemption(),
            topics.accounting(),
            topics.execution(),
            topics.hooks(),
            topics.logging(),
            topics.power(),
            nodes,
            partitions.partitions(),
            partitions.nodeSets(),
            gres,
            topologies,
            cgroup,
            settings);
    return diagnostics.errors().isEmpty()
        ? new ConfigurationResult.Accepted(configuration, diagnostics.warnings())
        : new ConfigurationResult.Refused(diagnostics.errors(), diagnostics.warnings());
  }

  private ClusterSettings clusterLevel(List<ConfigLine> lines, Position file) {
    ClusterReader reader = new ClusterReader(diagnostics);
    reader.instead(instead);
    for (ConfigLine line : lines) {
      if (!ROWS.contains(line.first().key().toUpperCase(Locale.ROOT))) {
        reader.line(line);
      }
    }
    return reader.finish(file);
  }

  private static void each(List<ConfigLine> lines, String key, Consumer<ConfigLine> action) {
    for (ConfigLine line : lines) {
      if (line.first().key().equalsIgnoreCase(key)) {
        action.accept(line);
      }
    }
  }

  private List<ConfigLine> companion(Path folder, String name) {
    Path file = folder == null ? null : folder.resolve(name);
    return file == null || !Files.exists(file) ? new ArrayList<>() : reader().read(file);
  }

  private GresConfiguration gres(Path folder, Set<String> nodes, Typed typed) {
    return new GresReader(diagnostics, nodes, typed.list("GresTypes"))
        .read(companion(folder, "gres.conf"));
  }

  private CgroupConfiguration cgroup(Path folder) {
    String name = folder == null ? "cgroup.conf" : folder.resolve("cgroup.conf").toString();
    return new CgroupReader(diagnostics)
        .read(companion(folder, "cgroup.conf"), new Position(name, 0));
  }

  private List<Topology> topologies(Path folder) {
    Path yaml = folder == null ? null : folder.resolve("topology.yaml");
    if (yaml == null || !Files.exists(yaml)) {
      return new TopologyReader(diagnostics).read(companion(folder, "topology.conf"));
    }
    try {
      if (Files.size(yaml) > MAX_YAML_BYTES) {
        diagnostics.error(
            new Position(yaml.toString(), 0), "larger than " + (MAX_YAML_BYTES >> 20) + " MiB");
        return List.of();
      }
      return new TopologyYamlReader(diagnostics, yaml.toString()).read(Files.readString(yaml));
    } catch (IOException e) {
      diagnostics.error(new Position(yaml.toString(), 0), "cannot be read: " + e.getMessage());
      return List.of();
    }
  }
}
