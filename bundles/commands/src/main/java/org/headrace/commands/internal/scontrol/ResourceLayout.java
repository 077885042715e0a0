package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.headrace.api.job.Job;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeView;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.BitmapList;

/**
 * Which cores, memory and devices a job has on each of its nodes, as the published schema of
 * answers has it.
 */
final class ResourceLayout {
  private final DataWriter data;

  private ResourceLayout(DataWriter data) {
    this.data = data;
  }

  /** Why a job has none; null where it has. */
  static String missing(Job job) {
    return switch (job.status().state()) {
      case PENDING -> "Job is pending execution";
      case RUNNING, SUSPENDED -> null;
      default -> ErrorTexts.text(ErrorCode.ALREADY_DONE);
    };
  }

  static void write(DataWriter data, Job job, Snapshot snapshot) throws IOException {
    data.startArray("nodes");
    for (NodeAllocation node : job.status().allocation().nodes()) {
      new ResourceLayout(data).node(node, snapshot);
    }
    data.endArray();
  }

  private void node(NodeAllocation node, Snapshot snapshot) throws IOException {
    NodeView view = snapshot.node(node.node());
    NodeHardware hardware = view == null ? null : view.hardware();
    data.startObject();
    data.field("node", NodeNames.of(node.node(), snapshot));
    data.field("sockets_per_node", hardware == null ? 0 : hardware.sockets());
    data.field("cores_per_socket", hardware == null ? 0 : hardware.coresPerSocket());
    data.field("mem_alloc", node.memory());
    data.field("core_bitmap", numbers(node.cores()));
    data.unset("channel");
    gres(node.gres());
    data.endObject();
  }

  private void gres(List<GresAllocation> all) throws IOException {
    data.startArray("gres");
    for (GresAllocation one : all) {
      data.startObject();
      data.field("name", one.name());
      data.field("type", one.type());
      data.field("count", one.count());
      data.field("index", numbers(one.devices()));
      data.endObject();
    }
    data.endArray();
  }

  private static String numbers(CoreSet set) {
    return BitmapList.format(
        IntStream.of(set.toArray()).collect(BitSet::new, BitSet::set, BitSet::or));
  }
}
