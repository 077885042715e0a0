package org.headrace.commands.internal.scontrol;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.account.Billing;
import org.headrace.api.model.MemoryRequest;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;

/** A partition as {@code scontrol show partition} prints it. */
final class PartitionText {
  private static final long MINUTE = 60_000;

  private final PartitionDefinition partition;
  private final Billing billing;
  private final Map<String, NodeDefinition> nodes;
  private final Block block = new Block();

  PartitionText(PartitionDefinition partition, Map<String, NodeDefinition> nodes, Billing billing) {
    this.billing = billing;
    this.partition = partition;
    this.nodes = nodes;
  }

  String text(boolean oneLine) {
    access();
    limits();
    totals();
    return block.text(oneLine);
  }

  private String option(String name, String absent) {
    String value = partition.options().getOrDefault(name, "");
    return value.isEmpty() ? absent : value; // An update may have taken it away.
  }

  private String named(String word, String end) {
    String value = option(word.strip(), "");
    return value.isEmpty() ? "" : word + "=" + value + end;
  }

  private static String list(List<String> names) {
    return names.isEmpty() ? "ALL" : String.join(",", names);
  }

  private static String yes(boolean value) {
    return value ? "YES" : "NO";
  }

  private void access() {
    block.line("PartitionName=" + partition.name());
    String accounts =
        partition.denyAccounts().isEmpty()
            ? "AllowAccounts=" + list(partition.allowAccounts())
            : "DenyAccounts=" + String.join(",", partition.denyAccounts());
    String qos =
        partition.denyQos().isEmpty()
            ? "AllowQos=" + list(partition.allowQos())
            : "DenyQos=" + String.join(",", partition.denyQos());
    block.line("AllowGroups=%s %s %s".formatted(list(partition.allowGroups()), accounts, qos));
    block.line(
        "AllocNodes=%s%s Default=%s%s QoS=%s"
            .formatted(
                option("AllocNodes", "ALL"),
                named(" Alternate", ""),
                yes(partition.isDefault()),
                named(" CpuBind", " "),
                option("QOS", "N/A")));
    block.line(
        "DefaultTime=%s DisableRootJobs=%s ExclusiveUser=%s GraceTime=%d Hidden=%s"
            .formatted(
                partition.defaultTime() == 0 ? "NONE" : time(partition.defaultTime()),
                option("DisableRootJobs", "NO"),
                yes(partition.sharing() == org.headrace.api.model.Sharing.USER),
                partition.graceTime() / 1000,
                yes(partition.hidden())));
  }

  private static String time(long millis) {
    return millis == Long.MAX_VALUE ? "UNLIMITED" : SlurmDuration.formatFull(millis / 1000);
  }

  private void limits() {
    int most = partition.maxNodes();
    block.line(
        "MaxNodes=%s MaxTime=%s MinNodes=%d LLN=%s MaxCPUsPerNode=%s MaxCPUsPerSocket=%s"
            .formatted(
                most == Integer.MAX_VALUE ? "UNLIMITED" : Integer.toString(most),
                time(partition.maxTime()),
                partition.minNodes() > 1 ? partition.minNodes() : 0,
                option("LLN", "NO"),
                option("MaxCPUsPerNode", "UNLIMITED"),
                option("MaxCPUsPerSocket", "UNLIMITED")));
    block.line("Nodes=" + Hostlist.compressSorted(partition.nodes()));
    block.line(
        "PriorityJobFactor=%d PriorityTier=%d RootOnly=%s ReqResv=%s OverSubscribe=%s"
            .formatted(
                partition.priorityFactor(),
                partition.priorityTier(),
                yes(partition.rootOnly()),
                option("ReqResv", "NO"),
                sharing()));
    long over = partition.overTimeLimit();
    String overText = over == 0 ? "NONE" : Long.toString(over / MINUTE);
    block.line(
        "OverTimeLimit=%s PreemptMode=%s"
            .formatted(
                over == Long.MAX_VALUE ? "UNLIMITED" : overText,
                option("PreemptMode", "OFF").toUpperCase(Locale.ROOT)));
  }

  private String sharing() {
    return option("OverSubscribe", "NO").toUpperCase(Locale.ROOT);
  }

  private void totals() {
    PartitionTotals totals = PartitionTotals.of(partition, nodes, billing);
    block.line(
        "State=%s TotalCPUs=%d TotalNodes=%d SelectTypeParameters=%s"
            .formatted(
                partition.state(),
                totals.cpus(),
                totals.nodes(),
                option("SelectTypeParameters", "NONE")));
    String perGpu = option("DefCpuPerGPU", "");
    block.line("JobDefaults=" + (perGpu.isEmpty() ? "(null)" : "DefCpuPerGPU=" + perGpu));
    block.line(
        memory("DefMemPer", partition.defaultMemory())
            + " "
            + memory("MaxMemPer", partition.maxMemory()));
    block.line("TRES=" + totals.tres());
    String weights = named("TRESBillingWeights", "");
    if (!weights.isEmpty()) {
      block.line(weights);
    }
  }

  private static String memory(String prefix, MemoryRequest memory) {
    return switch (memory.basis()) {
      case NONE -> prefix + "Node=UNLIMITED";
      case NODE -> prefix + "Node=" + memory.mebibytes();
      case CPU -> prefix + "CPU=" + memory.mebibytes();
      case GPU -> prefix + "GPU=" + memory.mebibytes();
    };
  }
}
