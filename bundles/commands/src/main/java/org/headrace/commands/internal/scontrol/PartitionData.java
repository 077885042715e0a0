package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.headrace.api.account.Billing;
import org.headrace.api.model.MemoryRequest;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.slurmconf.text.Hostlist;

/** Writes a partition as the published schema of answers has it. */
final class PartitionData {
  private static final long MINUTE = 60_000;

  /** As many jobs share resources where OverSubscribe gives no number. */
  private static final int SHARES = 4;

  /** Marks, in the raw number, that jobs share whether they want to or not. */
  private static final int FORCED = 0x8000;

  private final DataWriter data;
  private final PartitionDefinition partition;
  private final PartitionTotals totals;

  PartitionData(
      DataWriter data,
      PartitionDefinition partition,
      Map<String, NodeDefinition> nodes,
      Billing billing) {
    this.data = data;
    this.partition = partition;
    this.totals = PartitionTotals.of(partition, nodes, billing);
  }

  void write() throws IOException {
    data.startObject();
    access();
    resources();
    defaults();
    data.field("grace_time", partition.graceTime() / 1000);
    maximums();
    data.startObject("minimums");
    data.field("nodes", partition.minNodes());
    data.endObject();
    data.field("name", partition.name());
    data.field("node_sets", "");
    data.startObject("priority");
    data.field("job_factor", partition.priorityFactor());
    data.field("tier", partition.priorityTier());
    data.endObject();
    data.startObject("timeouts");
    option("resume", "ResumeTimeout", false);
    option("suspend", "SuspendTimeout", false);
    data.endObject();
    data.startObject("partition");
    data.texts("state", List.of(partition.state().name()));
    data.endObject();
    option("suspend_time", "SuspendTime", false);
    data.endObject();
  }

  private String text(String key) {
    String text = partition.options().getOrDefault(key, "");
    return text.equalsIgnoreCase("ALL") ? "" : text;
  }

  /** A number of the configuration; {@code unlimited} says what it is where there is none. */
  private void option(String name, String key, boolean unlimited) throws IOException {
    String text = text(key);
    boolean number = text.matches("\\d{1,18}");
    boolean infinite = !number && (unlimited || !text.isEmpty());
    data.number(name, number, infinite, number ? Long.parseLong(text) : 0);
  }

  private void access() throws IOException {
    data.startObject("nodes");
    data.field("allowed_allocation", text("AllocNodes"));
    data.field("configured", Hostlist.compressSorted(partition.nodes()));
    data.field("total", totals.nodes());
    data.endObject();
    data.startObject("accounts");
    data.field("allowed", String.join(",", partition.allowAccounts()));
    data.field("deny", String.join(",", partition.denyAccounts()));
    data.endObject();
    data.startObject("groups");
    data.field("allowed", String.join(",", partition.allowGroups()));
    data.endObject();
    data.startObject("qos");
    data.field("allowed", String.join(",", partition.allowQos()));
    data.field("deny", String.join(",", partition.denyQos()));
    data.field("assigned", text("QOS"));
    data.endObject();
    data.field("alternate", text("Alternate"));
  }

  private void resources() throws IOException {
    data.startObject("tres");
    data.field("billing_weights", text("TRESBillingWeights"));
    data.field("configured", totals.tres());
    data.endObject();
    data.field("cluster", "");
    String select = text("SelectTypeParameters").toUpperCase(Locale.ROOT).replace("CR_", "");
    data.texts(
        "select_type",
        Stream.of(select.split(",|_(?=MEMORY)"))
            .filter(word -> !word.isEmpty() && !word.equals("NONE"))
            .toList());
    data.startObject("cpus");
    data.field("task_binding", 0);
    data.field("total", totals.cpus());
    data.endObject();
  }

  private void defaults() throws IOException {
    data.startObject("defaults");
    memory(partition.defaultMemory());
    minutes("time", partition.defaultTime());
    data.field("job", text("JobDefaults"));
    data.endObject();
  }

  private void memory(MemoryRequest memory) throws IOException {
    long mebibytes = memory.basis() == MemoryRequest.Basis.NONE ? 0 : memory.mebibytes();
    boolean perCpu = memory.basis() == MemoryRequest.Basis.CPU;
    // No limit is, as others know it, a limit of zero for each node.
    boolean perNode =
        memory.basis() == MemoryRequest.Basis.NODE || memory.basis() == MemoryRequest.Basis.NONE;
    data.field("memory_per_cpu", mebibytes);
    data.number("partition_memory_per_cpu", perCpu, false, perCpu ? mebibytes : 0);
    data.number("partition_memory_per_node", perNode, false, perNode ? mebibytes : 0);
  }

  /** Milliseconds as minutes: zero is missing. */
  private void minutes(String name, long millis) throws IOException {
    boolean infinite = millis == Long.MAX_VALUE;
    data.number(name, millis != 0 && !infinite, infinite, infinite ? 0 : millis / MINUTE);
  }

  private void maximums() throws IOException {
    data.startObject("maximums");
    option("cpus_per_node", "MaxCPUsPerNode", true);
    option("cpus_per_socket", "MaxCPUsPerSocket", true);
    memory(partition.maxMemory());
    boolean any = partition.maxNodes() == Integer.MAX_VALUE;
    data.number("nodes", !any, any, any ? 0 : partition.maxNodes());
    sharing();
    minutes("time", partition.maxTime());
    minutes("over_time_limit", partition.overTimeLimit());
    data.endObject();
  }

  private void sharing() throws IOException {
    String[] words = text("OverSubscribe").toUpperCase(Locale.ROOT).split(":", 2);
    boolean forced = words[0].equals("FORCE");
    int jobs =
        switch (words[0]) {
          case "EXCLUSIVE" -> 0;
          case "YES", "FORCE" ->
              words.length > 1 && words[1].matches("\\d{1,5}")
                  ? Integer.parseInt(words[1])
                  : SHARES;
          default -> 1;
        };
    data.field("shares", forced ? jobs | FORCED : jobs);
    data.startObject("oversubscribe");
    data.field("jobs", jobs);
    data.texts("flags", forced ? List.of("force") : List.of());
    data.endObject();
  }
}
