package org.headrace.commands.internal.sinfo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Sharing;
import org.headrace.commands.internal.format.Column;
import org.headrace.commands.internal.format.GresTexts;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.LongFormat;
import org.headrace.commands.internal.format.NodeStateWords;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.NodeStatus;
import org.headrace.slurmconf.text.SlurmDuration;

/**
 * The columns of sinfo, by letter and by name. Each is of one of three kinds: what it shows must be
 * the same for all nodes of a line; or it is summed up; or it is shown as the smallest with a plus,
 * unless lines are to be exact.
 */
final class NodeColumns {
  private final Map<Character, Column<NodeGroup>> letters = new HashMap<>();
  private final Map<String, Column<NodeGroup>> names = new HashMap<>();
  private final Map<Column<NodeGroup>, Function<NodeEntry, String>> keys = new HashMap<>();
  private final Set<Column<NodeGroup>> ranges = new HashSet<>();
  private final Set<Column<NodeGroup>> perPartition = new HashSet<>();

  NodeColumns(String cluster) {
    partitions();
    shapes();
    states();
    counts();
    names();
    put('V', "Cluster", Column.of("CLUSTER", group -> cluster));
  }

  Map<Character, Column<NodeGroup>> letters() {
    return letters;
  }

  Map<String, Column<NodeGroup>> byName() {
    return names;
  }

  /** What has to be the same for nodes on one line of this column; null when nothing has. */
  Function<NodeEntry, String> key(Column<NodeGroup> column, boolean exact) {
    return exact || !ranges.contains(column) ? keys.get(column) : null;
  }

  /** Whether the column tells partitions apart. */
  boolean perPartition(Column<NodeGroup> column) {
    return perPartition.contains(column);
  }

  private void put(char letter, String name, Column<NodeGroup> column) {
    letters.put(letter, column);
    names.put(LongFormat.key(name), column);
  }

  private Column<NodeGroup> node(String header, String empty, Function<NodeStatus, String> value) {
    Column<NodeGroup> column =
        Column.of(header, group -> group.any() == null ? empty : value.apply(group.any()));
    keys.put(column, entry -> entry.node() == null ? empty : value.apply(entry.node()));
    return column;
  }

  private Column<NodeGroup> partition(String header, Function<PartitionDefinition, String> value) {
    Column<NodeGroup> column =
        Column.of(
            header, group -> group.partition() == null ? "N/A" : value.apply(group.partition()));
    keys.put(column, entry -> entry.partition() == null ? "N/A" : value.apply(entry.partition()));
    return column;
  }

  private void partitions() {
    Column<NodeGroup> starred =
        new Column<>("PARTITION", (group, width) -> starred(group.partition(), width));
    keys.put(starred, entry -> entry.partition() == null ? "" : entry.partition().name());
    perPartition.add(starred);
    put('P', "Partition", starred);
    Column<NodeGroup> plain = partition("PARTITION", PartitionDefinition::name);
    perPartition.add(plain);
    put('R', "PartitionName", plain);
    put('a', "Available", partition("AVAIL", NodeColumns::available));
    put('l', "Time", partition("TIMELIMIT", p -> limit(p.maxTime())));
    put('L', "DefaultTime", partition("DEFAULTTIME", NodeColumns::defaultTime));
    put('s', "Size", partition("JOB_SIZE", NodeColumns::jobSize));
    put('r', "Root", partition("ROOT", p -> p.rootOnly() ? "yes" : "no"));
    put('h', "OverSubscribe", partition("OVERSUBSCRIBE", NodeColumns::sharing));
    names.put("share", letters.get('h'));
    put('g', "Groups", partition("GROUPS", p -> list(p.allowGroups())));
    put('S', "AllocNodes", partition("ALLOCNODES", p -> "all"));
    put('p', "PriorityTier", partition("PRIO_TIER", p -> Integer.toString(p.priorityTier())));
    put(
        'I',
        "PriorityJobFactor",
        partition("PRIO_JOB_FACTOR", p -> Integer.toString(p.priorityFactor())));
    put(
        'M',
        "PreemptMode",
        partition("PREEMPT_MODE", p -> p.options().getOrDefault("PreemptMode", "OFF")));
    put(
        'B',
        "MaxCPUsPerNode",
        partition(
            "MAX_CPUS_PER_NODE", p -> p.options().getOrDefault("MaxCPUsPerNode", "UNLIMITED")));
  }

  private static String starred(PartitionDefinition partition, int width) {
    if (partition == null) {
      return "n/a";
    }
    if (!partition.isDefault()) {
      return partition.name();
    }
    String name = partition.name();
    return width > 0 && name.length() >= width ? name.substring(0, width - 1) + "*" : name + "*";
  }

  private static String available(PartitionDefinition partition) {
    return switch (partition.state()) {
      case UP -> "up";
      case DOWN -> "down";
      case DRAIN -> "drain";
      case INACTIVE -> "inact";
    };
  }

  private static String limit(long millis) {
    return millis == Long.MAX_VALUE ? "infinite" : SlurmDuration.format(millis / 1000);
  }

  private static String defaultTime(PartitionDefinition partition) {
    return partition.defaultTime() == 0 ? "n/a" : limit(partition.defaultTime());
  }

  private static String jobSize(PartitionDefinition partition) {
    int least = Math.max(1, partition.minNodes());
    if (partition.maxNodes() == Integer.MAX_VALUE) {
      return least + "-infinite";
    }
    return least == partition.maxNodes()
        ? Integer.toString(least)
        : least + "-" + partition.maxNodes();
  }

  /** As the configuration says, for the sharing it leads to. */
  static String sharing(PartitionDefinition partition) {
    String configured = partition.options().get("OverSubscribe");
    if (configured != null) {
      return configured.toUpperCase(java.util.Locale.ROOT);
    }
    if (partition.sharing() == Sharing.OVERSUBSCRIBE) {
      return "YES:4";
    }
    return "NO";
  }

  private static String list(java.util.List<String> names) {
    return names.isEmpty() ? "all" : String.join(",", names);
  }

  private Column<NodeGroup> range(
      String header, java.util.function.ToLongFunction<NodeStatus> value) {
    Column<NodeGroup> column = Column.of(header, group -> group.smallest(value));
    keys.put(
        column,
        entry -> entry.node() == null ? "" : Long.toString(value.applyAsLong(entry.node())));
    ranges.add(column);
    return column;
  }

  private static NodeHardware hardware(NodeStatus node) {
    return node.view().hardware();
  }

  private void shapes() {
    put('c', "CPUs", range("CPUS", node -> hardware(node).cpus()));
    put('d', "Disk", range("TMP_DISK", node -> hardware(node).tmpDisk()));
    put('m', "Memory", range("MEMORY", node -> hardware(node).memory()));
    put('w', "Weight", range("WEIGHT", node -> node.view().weight()));
    put('X', "Sockets", range("SOCKETS", node -> hardware(node).sockets()));
    put('Y', "Cores", range("CORES", node -> hardware(node).coresPerSocket()));
    put('Z', "Threads", range("THREADS", node -> hardware(node).threadsPerCore()));
    Column<NodeGroup> shape =
        Column.of(
            "S:C:T",
            group ->
                group.smallest(node -> hardware(node).sockets())
                    + ":"
                    + group.smallest(node -> hardware(node).coresPerSocket())
                    + ":"
                    + group.smallest(node -> hardware(node).threadsPerCore()));
    keys.put(shape, entry -> entry.node() == null ? "" : hardware(entry.node()).toString());
    ranges.add(shape);
    put('z', "SocketCoreThread", shape);
    put('f', "Features", node("AVAIL_FEATURES", "", NodeColumns::features));
    put('b', "features_act", node("ACTIVE_FEATURES", "", NodeColumns::activeFeatures));
    put('G', "Gres", node("GRES", "", node -> orNull(GresTexts.configured(node.view().gres()))));
    names.put("gresused", node("GRES_USED", "", node -> orNull(GresTexts.used(node))));
  }

  private static String features(NodeStatus node) {
    return orNull(node.definition() == null ? "" : String.join(",", node.definition().features()));
  }

  private static String activeFeatures(NodeStatus node) {
    return orNull(String.join(",", new TreeSet<>(node.view().features())));
  }

  private static String orNull(String text) {
    return text.isEmpty() ? JobFacts.NULL : text;
  }

  private void states() {
    put('t', "StateCompact", node("STATE", "n/a", NodeStateWords::compact));
    put('T', "StateLong", node("STATE", "n/a", NodeStateWords::word));
    names.put("state", letters.get('T'));
    names.put(
        "statecomplete",
        node(
            "STATECOMPLETE",
            "n/a",
            node -> NodeStateWords.complete(node).toLowerCase(java.util.Locale.ROOT)));
    put('E', "Reason", node("REASON", "none", node -> reason(node.view().state())));
    put('u', "User", node("USER", "Unknown", node -> user(node.view().state(), false)));
    put('U', "UserLong", node("USER", "Unknown", node -> user(node.view().state(), true)));
    Column<NodeGroup> when =
        Column.of("TIMESTAMP", group -> group.any() == null ? "Unknown" : when(group));
    keys.put(
        when,
        entry ->
            entry.node() == null ? "" : Long.toString(entry.node().view().state().reasonTime()));
    put('H', "TimeStamp", when);
  }

  private static String when(NodeGroup group) {
    return group.times().point(group.any().view().state().reasonTime(), "Unknown");
  }

  private static String reason(NodeState state) {
    return state.reason().isEmpty() ? "none" : state.reason();
  }

  private static String user(NodeState state, boolean longForm) {
    if (state.reason().isEmpty() || state.reasonUser().isEmpty()) {
      return "Unknown";
    }
    return longForm && state.reasonUser().equals("root") ? "root(0)" : state.reasonUser();
  }

  private void counts() {
    put('D', "Nodes", Column.of("NODES", group -> Integer.toString(group.size())));
    put('F', "NodeAIOT", Column.of("NODES(A/I/O/T)", group -> join(group.nodeCounts(), 4)));
    put('A', "NodeAI", Column.of("NODES(A/I)", group -> join(group.nodeCounts(), 2)));
    put('C', "CPUsState", Column.of("CPUS(A/I/O/T)", NodeColumns::cpus));
    Column<NodeGroup> load =
        Column.of("CPU_LOAD", group -> group.loads(node -> node.report().load(), true));
    put('O', "CPUsLoad", load);
    Column<NodeGroup> free =
        Column.of("FREE_MEM", group -> group.loads(node -> node.report().freeMemory(), false));
    put('e', "FreeMem", free);
    names.put("allocmem", node("ALLOCMEM", "0", node -> Long.toString(node.allocatedMemory())));
  }

  private static String join(int[] counts, int many) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < many; i++) {
      text.append(i == 0 ? "" : "/").append(counts[i]);
    }
    return text.toString();
  }

  private static String cpus(NodeGroup group) {
    long[] counts = group.cpuCounts();
    return counts[0] + "/" + counts[1] + "/" + counts[2] + "/" + counts[3];
  }

  private void names() {
    put('N', "NodeList", Column.of("NODELIST", NodeGroup::nodeList));
    put('n', "NodeHost", node("HOSTNAMES", "", NodeColumns::host));
    put('o', "NodeAddr", node("NODE_ADDR", "", node -> defined(node, true)));
    put('v', "Version", node("VERSION", "", NodeColumns::version));
    names.put("port", Column.of("PORT", group -> group.any() == null ? "" : port(group.any())));
    names.put("comment", node("COMMENT", "", node -> orNull(node.comment())));
    names.put("extra", node("EXTRA", "", node -> JobFacts.NULL));
    letters.put('i', node("RESERVATION", "", node -> ""));
    names.put("reservation", letters.get('i'));
  }

  private static String host(NodeStatus node) {
    return node.report() == null || node.report().host().isEmpty()
        ? defined(node, false)
        : node.report().host();
  }

  private static String defined(NodeStatus node, boolean address) {
    if (node.definition() == null) {
      return node.view().name();
    }
    return address ? node.definition().address() : node.definition().host();
  }

  private static String version(NodeStatus node) {
    return node.report() == null ? "N/A" : node.report().version();
  }

  private static String port(NodeStatus node) {
    return node.definition() == null ? "0" : Integer.toString(node.definition().port());
  }

  /** Whether a partition starts jobs. */
  static boolean up(PartitionDefinition partition) {
    return partition.state() == PartitionView.State.UP;
  }
}
