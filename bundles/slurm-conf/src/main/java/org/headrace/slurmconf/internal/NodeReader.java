package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.headrace.slurmconf.GresCount;
import org.headrace.slurmconf.NodeConfiguration;
import org.headrace.slurmconf.NodeState;
import org.headrace.slurmconf.text.BitmapList;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.TextFormatException;

/** Reads NodeName and DownNodes lines. */
final class NodeReader {
  private static final List<String> KEYS =
      List.of(
          "NodeName",
          "NodeHostname",
          "NodeAddr",
          "BcastAddr",
          "Boards",
          "CoreSpecCount",
          "CoresPerSocket",
          "CpuBind",
          "CPUs",
          "CpuSpecList",
          "Features",
          "Gres",
          "MemSpecLimit",
          "Parameters",
          "Port",
          "RealMemory",
          "Reason",
          "RestrictedCoresPerGPU",
          "Sockets",
          "SocketsPerBoard",
          "State",
          "SuspendTime",
          "ThreadsPerCore",
          "TmpDisk",
          "Topology",
          "Weight");
  private static final Map<String, String> ALIASES =
      Map.of("PROCS", "CPUs", "FEATURE", "Features", "NODEADDRESS", "NodeAddr");
  private static final int MAX_CPUS = 65535;
  private static final long MAX_MEBIBYTES = 1L << 40;
  private static final String SAME = "the number of names in NodeName";

  private final Diagnostics diagnostics;
  private final int slurmdPort;
  private final Map<String, NodeConfiguration> nodes = new LinkedHashMap<>();
  private Row defaults;

  NodeReader(Diagnostics diagnostics, int slurmdPort) {
    this.diagnostics = diagnostics;
    this.slurmdPort = slurmdPort;
  }

  List<NodeConfiguration> nodes() {
    return List.copyOf(nodes.values());
  }

  void line(ConfigLine line) {
    Row row = Row.of(line, KEYS, ALIASES, diagnostics);
    boolean isDefault = line.first().value().equalsIgnoreCase("DEFAULT");
    Row full = defaults == null ? row : row.over(defaults);
    if (isDefault) {
      defaults = full;
      return;
    }
    List<String> names = row.hosts("NodeName");
    List<String> hostNames = parallel(full, "NodeHostname", names, names);
    List<String> addresses = parallel(full, "NodeAddr", hostNames, names);
    List<String> broadcast = parallel(full, "BcastAddr", List.of(""), names);
    List<String> ports = parallel(full, "Port", List.of(Integer.toString(slurmdPort)), names);
    NodeConfiguration template = template(full);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")) {
        row.error(
            "NodeName",
            "node name " + TextFormatException.quote(name) + " may hold letters, digits, _ . -");
        return;
      }
      NodeConfiguration node =
          named(
              template,
              name,
              pick(hostNames, i),
              pick(addresses, i),
              pick(broadcast, i),
              port(full, pick(ports, i)));
      NodeConfiguration before = nodes.putIfAbsent(name, node);
      if (before != null) {
        row.error("NodeName", "node " + name + " is already defined at " + before.position());
        return;
      }
    }
  }

  private static String pick(List<String> values, int index) {
    return values.size() == 1 ? values.get(0) : values.get(index);
  }

  /** A list that runs along with the names, or one value for all. */
  private static List<String> parallel(
      Row row, String key, List<String> absent, List<String> names) {
    if (!row.has(key)) {
      return absent;
    }
    List<String> values = row.hosts(key);
    if (values.size() == 1 || values.size() == names.size()) {
      return values;
    }
    row.error(
        key,
        key
            + " stands for "
            + values.size()
            + " values; it must be 1 or "
            + names.size()
            + ", "
            + SAME);
    return List.of(values.isEmpty() ? "" : values.get(0));
  }

  private static int port(Row row, String text) {
    try {
      return (int) Values.integer(text, 1, 65535);
    } catch (TextFormatException e) {
      row.error("Port", "Port: " + e.getMessage());
      return 1;
    }
  }

  private NodeConfiguration template(Row row) {
    Cpus cpus = Cpus.of(row);
    int coreSpec = (int) row.integer("CoreSpecCount", 0, MAX_CPUS, 0);
    long memory = row.memory("RealMemory", 1);
    long memSpec = row.memory("MemSpecLimit", 0);
    if (coreSpec >= cpus.sockets() * cpus.coresPerSocket() && coreSpec > 0) {
      row.error("CoreSpecCount", "CoreSpecCount leaves no core for jobs");
    }
    if (memory > MAX_MEBIBYTES) {
      row.error("RealMemory", "RealMemory of " + memory + " MiB is not a real machine's");
    }
    if (memSpec > 0 && memSpec >= memory) {
      row.error("MemSpecLimit", "MemSpecLimit leaves no memory for jobs");
    }
    return new NodeConfiguration(
        "",
        "",
        "",
        "",
        0,
        cpus.cpus(),
        cpus.boards(),
        cpus.sockets(),
        cpus.coresPerSocket(),
        cpus.threadsPerCore(),
        memory,
        row.memory("TmpDisk", 0),
        row.list("Features"),
        gres(row),
        row.integer("Weight", 0, 4294967280L, 1),
        state(row),
        row.text("Reason", ""),
        coreSpec,
        cpuSpecList(row, cpus),
        memSpec,
        row.text("CpuBind", ""),
        (int) row.integer("RestrictedCoresPerGPU", 0, MAX_CPUS, 0),
        row.text("Topology", ""),
        row.text("Parameters", ""),
        row.seconds("SuspendTime", NodeConfiguration.NOT_SET),
        row.position());
  }

  private static Set<Integer> cpuSpecList(Row row, Cpus cpus) {
    Set<Integer> list = new LinkedHashSet<>();
    try {
      BitmapList.parse(row.text("CpuSpecList", "")).stream().forEach(list::add);
      for (int cpu : list) {
        if (cpu >= cpus.sockets() * cpus.coresPerSocket() * cpus.threadsPerCore()) {
          row.error("CpuSpecList", "CpuSpecList names CPU " + cpu + ", which the node lacks");
          return Set.of();
        }
      }
    } catch (TextFormatException e) {
      row.error("CpuSpecList", "CpuSpecList: " + e.getMessage());
    }
    return list;
  }

  private static NodeState state(Row row) {
    if (row.text("State", "").equalsIgnoreCase("IDLE")) {
      row.warning("State", "State=IDLE is not for slurm.conf; nodes become idle by registering");
      return NodeState.UNKNOWN;
    }
    return row.choice("State", NodeState.class, NodeState.UNKNOWN);
  }

  private static List<GresCount> gres(Row row) {
    List<GresCount> gres = new ArrayList<>();
    for (String item : row.list("Gres")) {
      if (item.equalsIgnoreCase("none") || item.isEmpty()) {
        continue;
      }
      try {
        gres.add(gresCount(item));
      } catch (TextFormatException e) {
        row.error("Gres", "Gres: " + e.getMessage() + "; write name[:type][:no_consume]:count");
      }
    }
    return gres;
  }

  private static GresCount gresCount(String item) {
    String text = item.contains("(") ? item.substring(0, item.indexOf('(')) : item;
    List<String> parts = new ArrayList<>(List.of(text.split(":", -1)));
    boolean noConsume = parts.removeIf(part -> part.equalsIgnoreCase("no_consume"));
    if (parts.isEmpty() || parts.size() > 3 || parts.contains("")) {
      throw new TextFormatException(TextFormatException.quote(item) + " is no generic resource");
    }
    long count = 1;
    String lastPart = parts.get(parts.size() - 1);
    if (parts.size() > 1 && (parts.size() == 3 || lastPart.matches("[0-9]+[kKmMgGtTpP]?"))) {
      count = Sizes.parseCount(lastPart);
      parts.remove(parts.size() - 1);
    }
    return new GresCount(
        parts.get(0).toLowerCase(Locale.ROOT),
        parts.size() > 1 ? parts.get(1) : "",
        count,
        noConsume);
  }

  private static NodeConfiguration named(
      NodeConfiguration t, String name, String host, String address, String broadcast, int port) {
    return new NodeConfiguration(
        name,
        host,
        address,
        broadcast,
        port,
        t.cpus(),
        t.boards(),
        t.sockets(),
        t.coresPerSocket(),
        t.threadsPerCore(),
        t.realMemory(),
        t.tmpDisk(),
        t.features(),
        t.gres(),
        t.weight(),
        t.state(),
        t.reason(),
        t.coreSpecCount(),
        t.cpuSpecList(),
        t.memSpecLimit(),
        t.cpuBind(),
        t.restrictedCoresPerGpu(),
        t.topology(),
        t.parameters(),
        t.suspendTimeSeconds(),
        t.position());
  }

  void downNodes(ConfigLine line) {
    Row row = Row.of(line, List.of("DownNodes", "Reason", "State"), Map.of(), diagnostics);
    NodeState state = row.choice("State", NodeState.class, NodeState.DOWN);
    for (String name : row.hosts("DownNodes")) {
      NodeConfiguration node = nodes.get(name);
      if (node == null) {
        row.error(
            "DownNodes",
            "DownNodes names "
                + name
                + ", which no NodeName line defines"
                + Spelling.hint(name, nodes.keySet()));
        return;
      }
      nodes.put(name, withState(node, state, row.text("Reason", node.reason())));
    }
  }

  private static NodeConfiguration withState(NodeConfiguration t, NodeState state, String reason) {
    return new NodeConfiguration(
        t.name(),
        t.hostName(),
        t.address(),
        t.broadcastAddress(),
        t.port(),
        t.cpus(),
        t.boards(),
        t.sockets(),
        t.coresPerSocket(),
        t.threadsPerCore(),
        t.realMemory(),
        t.tmpDisk(),
        t.features(),
        t.gres(),
        t.weight(),
        state,
        reason,
        t.coreSpecCount(),
        t.cpuSpecList(),
        t.memSpecLimit(),
        t.cpuBind(),
        t.restrictedCoresPerGpu(),
        t.topology(),
        t.parameters(),
        t.suspendTimeSeconds(),
        t.position());
  }
}
