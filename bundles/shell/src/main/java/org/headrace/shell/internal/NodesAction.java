package org.headrace.shell.internal;

import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.control.query.NodeStatus;
import org.headrace.control.query.Snapshot;

/** Shows the nodes. */
@Service
@Command(
    scope = "headrace",
    name = "nodes",
    description = "Shows the nodes: condition, what is in use, and why one is out of service",
    detailedDescription = "CPUs and memory (MiB) as used/all; Load is the agent's last report.")
public final class NodesAction extends ControllerAction {
  @Override
  void run(ControllerServices controller, PrintStream out) throws CommandFailed {
    Snapshot snapshot = controller.control().snapshot();
    ShellTable table = new ShellTable();
    table.column("Node");
    table.column("State");
    table.column("CPUs").alignRight();
    table.column("Memory").alignRight();
    table.column("GRES in use");
    table.column("Jobs").alignRight();
    table.column("Load").alignRight();
    table.column("Reason");
    table.emptyTableText("No node is configured");
    for (NodeView node : snapshot.nodes()) {
      NodeStatus status = snapshot.nodeStatus(node.name());
      NodeHardware hardware = node.hardware();
      table
          .addRow()
          .addContent(
              node.name(),
              state(node.state(), status),
              (status == null ? 0 : status.allocatedCpus())
                  + "/"
                  + hardware.cores() * hardware.threadsPerCore(),
              (status == null ? 0 : status.allocatedMemory()) + "/" + hardware.memory(),
              status == null ? "" : String.join(",", status.gresUsed()),
              status == null ? 0 : status.jobs().size(),
              status == null || status.report() == null
                  ? ""
                  : String.format(Locale.ROOT, "%.2f", status.report().load() / 100.0),
              node.state().reason());
    }
    table.print(out);
  }

  private static String state(NodeState state, NodeStatus status) {
    String base = Show.words(state.base());
    if (state.base() == NodeState.Base.UP) {
      base = status != null && !status.jobs().isEmpty() ? "in use" : "idle";
    }
    String flags =
        state.flags().stream().sorted().map(Show::words).collect(Collectors.joining("+"));
    return flags.isEmpty() ? base : base + "+" + flags;
  }
}
