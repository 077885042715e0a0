package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.headrace.api.account.Billing;
import org.headrace.slurmconf.NodeConfiguration;
import org.headrace.slurmconf.NodeSet;
import org.headrace.slurmconf.OverSubscribe;
import org.headrace.slurmconf.PartitionAccess;
import org.headrace.slurmconf.PartitionConfiguration;
import org.headrace.slurmconf.PartitionExclusive;
import org.headrace.slurmconf.PartitionLimits;
import org.headrace.slurmconf.PartitionPower;
import org.headrace.slurmconf.PartitionScheduling;
import org.headrace.slurmconf.PartitionState;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** Reads NodeSet and PartitionName lines, after all nodes are known. */
final class PartitionReader {
  private static final List<String> KEYS =
      List.of(
          "PartitionName",
          "AllocNodes",
          "AllowAccounts",
          "AllowGroups",
          "AllowQos",
          "Alternate",
          "CpuBind",
          "Default",
          "DefaultTime",
          "DefCpuPerGPU",
          "DefMemPerCPU",
          "DefMemPerGPU",
          "DefMemPerNode",
          "DenyAccounts",
          "DenyQos",
          "DisableRootJobs",
          "Exclusive",
          "ExclusiveTopo",
          "ExclusiveUser",
          "GraceTime",
          "Hidden",
          "LLN",
          "MaxCPUsPerNode",
          "MaxCPUsPerSocket",
          "MaxMemPerCPU",
          "MaxMemPerNode",
          "MaxNodes",
          "MaxTime",
          "MinNodes",
          "Nodes",
          "OverSubscribe",
          "OverTimeLimit",
          "PowerDownOnIdle",
          "PreemptMode",
          "Priority",
          "PriorityJobFactor",
          "PriorityTier",
          "QOS",
          "ReqResv",
          "ResumeTimeout",
          "RootOnly",
          "SelectTypeParameters",
          "State",
          "SuspendTime",
          "SuspendTimeout",
          "Topology",
          "TRESBillingWeights");
  private static final Map<String, String> ALIASES =
      Map.of("SHARED", "OverSubscribe", "MAXCPUS", "MaxCPUsPerNode");
  private static final int MAX_SHARE = 1 << 15;
  private static final int DEFAULT_SHARE = 4;
  private static final Set<String> PREEMPT_MODES =
      Set.of("OFF", "CANCEL", "REQUEUE", "SUSPEND", "GANG", "WITHIN", "PRIORITY");

  private final Diagnostics diagnostics;
  private final Map<String, NodeConfiguration> nodes = new LinkedHashMap<>();
  private final Map<String, NodeSet> nodeSets = new LinkedHashMap<>();
  private final Map<String, PartitionConfiguration> partitions = new LinkedHashMap<>();
  private Row defaults;

  PartitionReader(Diagnostics diagnostics, Collection<NodeConfiguration> nodes) {
    this.diagnostics = diagnostics;
    nodes.forEach(node -> this.nodes.put(node.name(), node));
  }

  List<PartitionConfiguration> partitions() {
    return List.copyOf(partitions.values());
  }

  List<NodeSet> nodeSets() {
    return List.copyOf(nodeSets.values());
  }

  void nodeSet(ConfigLine line) {
    Row row = Row.of(line, List.of("NodeSet", "Feature", "Nodes"), Map.of(), diagnostics);
    String name = row.name("NodeSet");
    Set<String> members = new LinkedHashSet<>();
    String feature = row.text("Feature", "");
    if (!feature.isEmpty()) {
      nodes.values().stream()
          .filter(node -> node.features().contains(feature))
          .forEach(node -> members.add(node.name()));
    }
    members.addAll(resolve(row));
    if (nodes.containsKey(name)) {
      row.error("NodeSet", "NodeSet " + name + " has the name of a node");
    } else if (nodeSets.put(name, new NodeSet(name, List.copyOf(members), row.position()))
        != null) {
      row.error("NodeSet", "NodeSet " + name + " is defined twice");
    }
  }

  void partition(ConfigLine line) {
    Row row = Row.of(line, KEYS, ALIASES, diagnostics);
    Row full = defaults == null ? row : row.over(defaults);
    if (line.first().value().equalsIgnoreCase("DEFAULT")) {
      defaults = full;
      return;
    }
    String name = row.name("PartitionName");
    PartitionConfiguration partition =
        new PartitionConfiguration(
            name,
            full.text("Nodes", ""),
            resolve(full),
            full.choice("State", PartitionState.class, PartitionState.UP),
            full.flag("Default", false),
            full.flag("Hidden", false),
            access(full),
            limits(full),
            scheduling(full),
            power(full),
            row.position());
    PartitionConfiguration before = partitions.putIfAbsent(name, partition);
    if (before != null) {
      row.error(
          "PartitionName", "partition " + name + " is already defined at " + before.position());
    }
  }

  private List<String> resolve(Row row) {
    Set<String> members = new LinkedHashSet<>();
    List<String> unknown = new ArrayList<>();
    for (String name : row.hosts("Nodes")) {
      if (name.equalsIgnoreCase("ALL")) {
        members.addAll(nodes.keySet());
      } else if (nodeSets.containsKey(name)) {
        members.addAll(nodeSets.get(name).nodes());
      } else if (nodes.containsKey(name)) {
        members.add(name);
      } else if (!name.equalsIgnoreCase("(null)")) {
        unknown.add(name);
      }
    }
    if (!unknown.isEmpty()) {
      String shown = Hostlist.compress(unknown);
      row.error(
          "Nodes",
          "Nodes names "
              + (shown.length() > 200 ? shown.substring(0, 200) + "..." : shown)
              + ", which no NodeName or NodeSet line defines"
              + Spelling.hint(unknown.get(0), unknown.size() > 1 ? List.of() : nodes.keySet()));
    }
    return List.copyOf(members);
  }

  private static PartitionAccess access(Row row) {
    return new PartitionAccess(
        allowed(row, "AllowAccounts"),
        row.list("DenyAccounts"),
        allowed(row, "AllowGroups"),
        allowed(row, "AllowQos"),
        row.list("DenyQos"),
        allowedHosts(row),
        row.flag("RootOnly", false),
        row.flag("DisableRootJobs", false),
        row.flag("ReqResv", false));
  }

  private static List<String> allowed(Row row, String key) {
    List<String> list = row.list(key);
    return list.stream().anyMatch(item -> item.equalsIgnoreCase("ALL")) ? List.of() : list;
  }

  private static List<String> allowedHosts(Row row) {
    return row.text("AllocNodes", "ALL").equalsIgnoreCase("ALL")
        ? List.of()
        : row.hosts("AllocNodes");
  }

  private static PartitionLimits limits(Row row) {
    long none = PartitionLimits.NONE;
    long maxTime = row.minutes("MaxTime", SlurmDuration.INFINITE);
    long defaultTime = row.minutes("DefaultTime", none);
    if (defaultTime != none && defaultTime > maxTime) {
      // Usual where both come from different DEFAULT rows; Slurm cuts it silently.
      row.warning("DefaultTime", "DefaultTime is longer than MaxTime; MaxTime is used for both");
      defaultTime = maxTime;
    }
    long minNodes = row.integer("MinNodes", 0, Integer.MAX_VALUE, 0);
    long maxNodes = row.countOr("MaxNodes", Integer.MAX_VALUE, none, none);
    if (maxNodes != none && maxNodes < minNodes) {
      row.error("MaxNodes", "MaxNodes is less than MinNodes");
    }
    exclusiveKeys(row, "DefMemPerCPU", "DefMemPerNode");
    exclusiveKeys(row, "MaxMemPerCPU", "MaxMemPerNode");
    return new PartitionLimits(
        maxTime,
        defaultTime,
        minNodes,
        maxNodes,
        row.countOr("MaxCPUsPerNode", Integer.MAX_VALUE, none, none),
        row.countOr("MaxCPUsPerSocket", Integer.MAX_VALUE, none, none),
        row.memory("DefMemPerCPU", none),
        row.memory("DefMemPerNode", none),
        row.memory("DefMemPerGPU", none),
        row.integer("DefCpuPerGPU", 0, 65535, none),
        row.memory("MaxMemPerCPU", none),
        row.memory("MaxMemPerNode", none),
        row.minutes("OverTimeLimit", none));
  }

  private static void exclusiveKeys(Row row, String one, String other) {
    if (row.has(one) && row.has(other)) {
      row.error(one, one + " and " + other + " exclude each other; give one of them");
    }
  }

  private PartitionScheduling scheduling(Row row) {
    PartitionExclusive exclusive =
        row.choice("Exclusive", PartitionExclusive.class, PartitionExclusive.NO);
    if (row.flag("ExclusiveUser", false)) {
      exclusive = PartitionExclusive.USER;
    } else if (row.flag("ExclusiveTopo", false)) {
      exclusive = PartitionExclusive.TOPO;
    }
    String[] share = row.text("OverSubscribe", "NO").split(":", 2);
    int both = (int) row.integer("Priority", 0, 65533, 1);
    return new PartitionScheduling(
        overSubscribe(row, share[0]),
        maxShare(row, share),
        exclusive,
        (int) row.integer("PriorityTier", 0, 65533, both),
        (int) row.integer("PriorityJobFactor", 0, 65533, both),
        preemptMode(row),
        row.seconds("GraceTime", 0),
        row.text("QOS", "").equalsIgnoreCase("N/A") ? "" : row.text("QOS", ""),
        row.flag("LLN", false),
        upper(row.list("SelectTypeParameters")),
        weights(row),
        row.text("Alternate", ""),
        row.text("CpuBind", ""),
        row.text("Topology", ""));
  }

  private static OverSubscribe overSubscribe(Row row, String value) {
    try {
      return Values.choice(value, OverSubscribe.class);
    } catch (TextFormatException e) {
      row.error("OverSubscribe", "OverSubscribe: " + e.getMessage());
      return OverSubscribe.NO;
    }
  }

  private static int maxShare(Row row, String[] share) {
    boolean shares = share[0].equalsIgnoreCase("YES") || share[0].equalsIgnoreCase("FORCE");
    if (share.length == 1) {
      return shares ? DEFAULT_SHARE : 1;
    }
    try {
      return (int) Values.integer(share[1], 1, MAX_SHARE);
    } catch (TextFormatException e) {
      row.error("OverSubscribe", "OverSubscribe: " + e.getMessage() + "; write FORCE:4");
      return 1;
    }
  }

  private static Set<String> preemptMode(Row row) {
    Set<String> modes = upper(row.list("PreemptMode"));
    for (String mode : modes) {
      if (!PREEMPT_MODES.contains(mode)) {
        row.error(
            "PreemptMode",
            "PreemptMode: "
                + TextFormatException.quote(mode)
                + " is not one of OFF, CANCEL,"
                + " REQUEUE, SUSPEND, GANG, WITHIN, PRIORITY");
      }
    }
    return modes;
  }

  private static String weights(Row row) {
    String text = row.text("TRESBillingWeights", "");
    try {
      Billing.weights(text);
      return text;
    } catch (IllegalArgumentException e) {
      row.error(
          "TRESBillingWeights",
          "TRESBillingWeights: " + e.getMessage() + "; write CPU=1.0,Mem=0.25G");
      return "";
    }
  }

  private static Set<String> upper(List<String> list) {
    Set<String> set = new LinkedHashSet<>();
    list.forEach(item -> set.add(item.toUpperCase(Locale.ROOT)));
    return set;
  }

  private static PartitionPower power(Row row) {
    return new PartitionPower(
        row.flag("PowerDownOnIdle", false),
        row.seconds("ResumeTimeout", PartitionPower.NOT_SET),
        row.seconds("SuspendTime", PartitionPower.NOT_SET),
        row.seconds("SuspendTimeout", PartitionPower.NOT_SET));
  }
}
