package org.headrace.commands.internal.json;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.commands.internal.format.GresTexts;
import org.headrace.commands.internal.format.NodeStateWords;
import org.headrace.commands.internal.format.NodeTres;
import org.headrace.control.command.NodeReport;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.NodeStatus;
import org.headrace.control.query.Snapshot;

/** Writes nodes as the published schema of answers has them. */
public final class NodeJson {
  private final DataWriter data;
  private final Map<String, List<String>> partitions = new HashMap<>();

  public NodeJson(DataWriter data, Snapshot snapshot) {
    this.data = data;
    for (PartitionDefinition partition : snapshot.definition().partitions()) {
      for (String node : partition.nodes()) {
        partitions.computeIfAbsent(node, name -> new ArrayList<>()).add(partition.name());
      }
    }
  }

  /** Writes {@code nodes}, an array. */
  public void write(List<NodeStatus> nodes) throws IOException {
    data.startArray("nodes");
    for (NodeStatus node : nodes) {
      data.startObject();
      identity(node);
      hardware(node);
      state(node);
      data.endObject();
    }
    data.endArray();
  }

  private void identity(NodeStatus node) throws IOException {
    NodeReport report = node.report();
    String name = node.view().name();
    data.field("name", name);
    data.field("address", node.definition() == null ? name : node.definition().address());
    data.field("hostname", node.definition() == null ? name : node.definition().host());
    data.field("port", node.definition() == null ? 0 : node.definition().port());
    data.field("architecture", report == null ? "" : report.architecture());
    data.field("operating_system", report == null ? "" : report.operatingSystem());
    data.field("version", report == null ? "" : report.version());
    data.time("boot_time", report == null ? 0 : report.bootTime());
    data.time("slurmd_start_time", report == null ? 0 : report.agentStarted());
    data.time("last_busy", node.lastBusy());
    data.texts("partitions", partitions.getOrDefault(name, List.of()));
    data.field("comment", node.comment());
    data.field("extra", "");
    data.field("owner", "");
    data.field("mcs_label", "");
  }

  private void hardware(NodeStatus node) throws IOException {
    NodeHardware hardware = node.view().hardware();
    NodeReport report = node.report();
    data.field("boards", hardware.boards());
    data.field("sockets", hardware.sockets());
    data.field("cores", hardware.coresPerSocket());
    data.field("threads", hardware.threadsPerCore());
    data.field("cpus", hardware.cpus());
    data.field("effective_cpus", hardware.usableCpus());
    data.field("alloc_cpus", node.allocatedCpus());
    data.field("alloc_idle_cpus", Math.max(0, hardware.usableCpus() - node.allocatedCpus()));
    data.field("cpu_load", report == null ? 0 : report.load());
    data.field("real_memory", hardware.memory());
    data.field("alloc_memory", node.allocatedMemory());
    data.number("free_mem", report != null, false, report == null ? 0 : report.freeMemory());
    data.field("temporary_disk", hardware.tmpDisk());
    data.field("weight", node.view().weight());
    List<String> features = node.definition() == null ? List.of() : node.definition().features();
    data.texts("features", features);
    data.texts("active_features", new TreeSet<>(node.view().features()));
    data.field("gres", GresTexts.configured(node.view().gres()));
    data.field("gres_drained", "N/A");
    data.field("gres_used", GresTexts.used(node));
    data.field("tres", NodeTres.configured(node));
    data.field("tres_used", NodeTres.allocated(node));
    data.field("tres_weighted", (double) node.allocatedCpus());
  }

  private void state(NodeStatus node) throws IOException {
    List<String> states = new ArrayList<>();
    states.add(NodeStateWords.load(node).name());
    states.addAll(NodeStateWords.flags(node));
    data.texts("state", states);
    NodeState state = node.view().state();
    data.field("reason", state.reason());
    data.field("reason_set_by_user", state.reasonUser());
    data.time("reason_changed_at", state.reasonTime());
    data.texts("next_state_after_reboot", List.of("INVALID"));
  }
}
