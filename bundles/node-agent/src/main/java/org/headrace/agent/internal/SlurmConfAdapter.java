package org.headrace.agent.internal;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeHardware;
import org.headrace.slurmconf.ClusterConfiguration;
import org.headrace.slurmconf.ConfigurationResult;
import org.headrace.slurmconf.GresCount;
import org.headrace.slurmconf.GresEntry;
import org.headrace.slurmconf.NodeConfiguration;
import org.headrace.slurmconf.SlurmConf;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.transport.DriverDirectory;
import org.headrace.transport.NodeLinks;

/**
 * The one place where the agent knows Slurm's files: an agent has to find its own line, its
 * controllers and the key before anybody could tell it. See docs/adr/0005.
 */
final class SlurmConfAdapter {
  private SlurmConfAdapter() {}

  /** The configuration can't be used for this node; the message says why. */
  static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message);
    }
  }

  /**
   * Settings together with what was odd about them.
   *
   * @param controllerHost whether this host is that of a controller
   * @param warnings by file and line
   */
  record Loaded(AgentSettings settings, boolean controllerHost, List<String> warnings) {}

  /** Names of nodes written short. */
  static String hostlist(List<String> names) {
    return Hostlist.compress(names);
  }

  /**
   * Reads what this node needs to know.
   *
   * @param file slurm.conf
   * @param nodeName own name, or empty to go by the host's name
   * @param hostName this host's short name
   */
  static Loaded load(Path file, String nodeName, String hostName) throws UnusableException {
    ConfigurationResult result = SlurmConf.load(file, hostName);
    if (result instanceof ConfigurationResult.Refused refused) {
      throw new UnusableException(
          String.join("\n", refused.errors().stream().map(Object::toString).toList()));
    }
    ClusterConfiguration conf = ((ConfigurationResult.Accepted) result).configuration();
    NodeConfiguration node = find(conf, file, nodeName.isEmpty() ? hostName : nodeName, hostName);
    List<String> warnings = result.warnings().stream().map(Object::toString).toList();
    boolean controllerHost =
        conf.identity().controllers().stream()
            .map(controller -> withoutDomain(controller.name()))
            .anyMatch(
                name ->
                    name.equalsIgnoreCase("localhost")
                        || name.equalsIgnoreCase(withoutDomain(hostName)));
    return new Loaded(settings(conf, node, hostName), controllerHost, warnings);
  }

  private static String withoutDomain(String host) {
    int dot = host.indexOf('.');
    return dot < 0 ? host : host.substring(0, dot);
  }

  private static NodeConfiguration find(
      ClusterConfiguration conf, Path file, String name, String host) throws UnusableException {
    for (NodeConfiguration node : conf.nodes()) {
      if (node.name().equals(name)) {
        return node;
      }
    }
    List<NodeConfiguration> here =
        conf.nodes().stream().filter(node -> node.hostName().equals(host)).toList();
    if (here.size() == 1 && name.equals(host)) {
      return here.get(0);
    }
    String hint =
        here.isEmpty()
            ? "no node has NodeHostname=" + host
            : "this host has the nodes "
                + hostlist(here.stream().map(NodeConfiguration::name).toList());
    throw new UnusableException(
        file + " has no NodeName=" + name + "; " + hint + ". Name the right one by -N");
  }

  private static AgentSettings settings(
      ClusterConfiguration conf, NodeConfiguration node, String hostName) {
    String parameters = conf.settings().text("SlurmdParameters").toLowerCase(Locale.ROOT);
    String spool = expand(conf.endpoints().slurmdSpoolDir(), node, hostName);
    List<NodeLinks.Address> controllers =
        conf.identity().controllers().stream()
            .map(c -> new NodeLinks.Address(c.address(), conf.endpoints().slurmctldPort()))
            .toList();
    boolean cgroups = !conf.cgroup().plugin().equals("disabled");
    return new AgentSettings(
        node.name(),
        listenAddress(node.address()),
        node.port(),
        controllers,
        spool,
        DriverDirectory.of(Path.of(spool), "agent").toString(),
        new NodeHardware(
            Math.max(1, node.boards()),
            node.sockets(),
            node.coresPerSocket(),
            node.threadsPerCore(),
            node.realMemory(),
            node.tmpDisk()),
        parameters.contains("config_overrides"),
        gres(conf, node),
        conf.gres().inventory(node).stream().filter(GresInventory::portioned).toList(),
        cgroups && conf.cgroup().constrainCores(),
        cgroups && conf.cgroup().constrainRamSpace(),
        cgroups && conf.cgroup().constrainDevices(),
        conf.cgroup().mountpoint(),
        TopologyAddress.of(node.name(), conf.topologies()),
        texts(conf));
  }

  private static String expand(String path, NodeConfiguration node, String hostName) {
    return path.replace("%n", node.name()).replace("%h", hostName);
  }

  /** A node may be known to others by an address that this machine doesn't have itself. */
  private static String listenAddress(String address) {
    try {
      InetAddress resolved = InetAddress.getByName(address);
      boolean own =
          resolved.isLoopbackAddress() || NetworkInterface.getByInetAddress(resolved) != null;
      return own ? resolved.getHostAddress() : "0.0.0.0";
    } catch (UnknownHostException | SocketException e) {
      return "0.0.0.0";
    }
  }

  private static Map<String, String> texts(ClusterConfiguration conf) {
    Map<String, String> texts = new HashMap<>();
    for (String key :
        List.of(
            "ClusterName",
            "KillWait",
            "Prolog",
            "Epilog",
            "PrologEpilogTimeout",
            "PrologTimeout",
            "EpilogTimeout",
            "UnkillableStepTimeout",
            "TaskPlugin",
            "TmpFS",
            "CredType",
            "HeadraceKeyFile",
            "StateSaveLocation")) {
      String text = conf.settings().text(key);
      if (!text.isEmpty()) {
        texts.put(key, text);
      }
    }
    return texts;
  }

  private static List<AgentSettings.GresLine> gres(
      ClusterConfiguration conf, NodeConfiguration node) {
    List<AgentSettings.GresLine> lines = new ArrayList<>();
    String autoDetect = conf.gres().autoDetect(node.name());
    Set<String> names = new LinkedHashSet<>();
    node.gres().forEach(count -> names.add(count.name()));
    for (String name : names) {
      List<ConfiguredGres> configured = new ArrayList<>();
      conf.gres().entries().stream()
          .filter(entry -> entry.name().equals(name) && entry.appliesTo(node.name()))
          .filter(GresEntry::describesDevices)
          .forEach(entry -> configured.add(configured(entry)));
      if (configured.isEmpty()) {
        // What is looked for has to be told apart by the types that the node's line promises.
        node.gres().stream()
            .filter(count -> count.name().equals(name))
            .forEach(count -> configured.add(counted(count)));
      }
      lines.add(new AgentSettings.GresLine(name, autoDetect, configured));
    }
    return lines;
  }

  private static ConfiguredGres configured(GresEntry entry) {
    boolean one = !entry.multipleFiles().isEmpty();
    return new ConfiguredGres(
        entry.type(),
        one ? entry.multipleFiles() : entry.files(),
        entry.count(),
        CoreSet.of(entry.cores().stream().mapToInt(Integer::intValue).sorted().toArray())
            .toString(),
        List.copyOf(entry.flags()),
        one,
        entry.links());
  }

  private static ConfiguredGres counted(GresCount count) {
    return new ConfiguredGres(count.type(), List.of(), count.count(), "", List.of());
  }
}
