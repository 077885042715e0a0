package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.commands.internal.format.GresTexts;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.NodeStateWords;
import org.headrace.commands.internal.format.NodeTres;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.control.command.NodeReport;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.NodeStatus;

/** A node as {@code scontrol show node} prints it. */
final class NodeText {
  private static final int HUNDRED = 100;

  private final NodeStatus node;
  private final TimeTexts times;
  private final Block block = new Block();

  NodeText(NodeStatus node, TimeTexts times) {
    this.node = node;
    this.times = times;
  }

  String text(ClusterDefinition cluster, boolean details, boolean oneLine) {
    head(details);
    condition(cluster);
    use();
    return block.text(oneLine);
  }

  private void head(boolean details) {
    NodeHardware hardware = node.view().hardware();
    NodeReport report = node.report();
    NodeDefinition definition = node.definition();
    String name = node.view().name();
    String arch = report == null ? "" : "Arch=" + report.architecture() + " ";
    block.line(
        "NodeName=" + name + " " + arch + "CoresPerSocket=" + hardware.coresPerSocket() + " ");
    block.line(
        "CPUAlloc=%d CPUEfctv=%d CPUTot=%d CPULoad=%s"
            .formatted(node.allocatedCpus(), hardware.usableCpus(), hardware.cpus(), load(report)));
    List<String> available = definition == null ? List.of() : definition.features();
    block.line("AvailableFeatures=" + JobFacts.orNull(String.join(",", available)));
    block.line(
        "ActiveFeatures="
            + JobFacts.orNull(String.join(",", new TreeSet<>(node.view().features()))));
    block.line("Gres=" + JobFacts.orNull(GresTexts.configured(node.view().gres())));
    if (details) {
      block.line("GresDrain=N/A");
      String used = GresTexts.used(node);
      block.line("GresUsed=" + (used.isEmpty() ? "gpu:0" : used));
    }
    block.line(
        "NodeAddr=%s NodeHostName=%s Port=%d Version=%s"
            .formatted(
                definition == null ? name : definition.address(),
                definition == null ? name : definition.host(),
                definition == null ? 0 : definition.port(),
                report == null ? "(null)" : report.version()));
    if (report != null) {
      block.line("OS=" + report.operatingSystem() + " ");
    }
    block.line(
        "RealMemory=%d AllocMem=%d FreeMem=%s Sockets=%d Boards=%d"
            .formatted(
                hardware.memory(),
                node.allocatedMemory(),
                report == null ? "N/A" : Long.toString(report.freeMemory()),
                hardware.sockets(),
                hardware.boards()));
    if (!hardware.system().isEmpty()) {
      block.line("CoreSpecCount=" + hardware.system().size() + " " + listed(hardware));
    }
  }

  /** CPUs of cores that the configuration names for the system; empty where it has a number. */
  private static String listed(NodeHardware hardware) {
    CoreSet system = hardware.system();
    if (system.equals(hardware.lastCores(system.size()))) {
      return "";
    }
    int threads = hardware.threadsPerCore();
    int[] cpus =
        java.util.Arrays.stream(system.toArray())
            .flatMap(core -> java.util.stream.IntStream.range(core * threads, (core + 1) * threads))
            .toArray();
    return "CPUSpecList=" + CoreSet.of(cpus) + " ";
  }

  private static String load(NodeReport report) {
    return report == null
        ? "N/A"
        : String.format(Locale.ROOT, "%d.%02d", report.load() / HUNDRED, report.load() % HUNDRED);
  }

  private void condition(ClusterDefinition cluster) {
    block.line(
        "State=%s ThreadsPerCore=%d TmpDisk=%d Weight=%d Owner=N/A MCS_label=N/A"
            .formatted(
                NodeStateWords.complete(node),
                node.view().hardware().threadsPerCore(),
                node.view().hardware().tmpDisk(),
                node.view().weight()));
    List<String> partitions = new ArrayList<>();
    for (PartitionDefinition partition : cluster.partitions()) {
      if (partition.nodes().contains(node.view().name())) {
        partitions.add(partition.name());
      }
    }
    if (!partitions.isEmpty()) {
      block.line("Partitions=" + String.join(",", partitions) + " ");
    }
  }

  private void use() {
    NodeReport report = node.report();
    block.line(
        "BootTime=%s SlurmdStartTime=%s"
            .formatted(
                times.point(report == null ? 0 : report.bootTime(), "None"),
                times.point(report == null ? 0 : report.agentStarted(), "None")));
    block.line(
        "LastBusyTime=%s ResumeAfterTime=None".formatted(times.point(node.lastBusy(), "Unknown")));
    block.line("CfgTRES=" + NodeTres.configured(node));
    block.line("AllocTRES=" + NodeTres.allocated(node));
    block.line("CurrentWatts=0 AveWatts=0");
    NodeState state = node.view().state();
    if (!state.reason().isEmpty()) {
      block.line(
          "Reason=%s [%s@%s]"
              .formatted(
                  state.reason(),
                  state.reasonUser().isEmpty() ? "slurm" : state.reasonUser(),
                  times.point(state.reasonTime(), "Unknown")));
    }
    block.optional("Comment", node.comment());
  }
}
