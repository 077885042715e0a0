package org.headrace.commands.internal.format;

import java.util.Map;
import org.headrace.commands.internal.text.TresText;
import org.headrace.control.query.NodeStatus;

/** Trackable resources of nodes as text. */
public final class NodeTres {
  private NodeTres() {}

  /** {@code cpu=64,mem=250G,billing=64,gres/gpu=8}. */
  public static String configured(NodeStatus node) {
    int cpus = node.view().hardware().cpus();
    return text(
        cpus,
        node.view().hardware().memory(),
        GresTexts.configuredByKind(node.view().gres()),
        cpus);
  }

  /** The same of what jobs hold; empty where they hold nothing. */
  public static String allocated(NodeStatus node) {
    if (node.allocatedCpus() == 0 && node.allocatedMemory() == 0 && node.gresUsed().isEmpty()) {
      return "";
    }
    return text(node.allocatedCpus(), node.allocatedMemory(), GresTexts.usedByKind(node), -1);
  }

  private static String text(int cpus, long memory, Map<String, Long> gres, int billing) {
    StringBuilder text = new StringBuilder("cpu=").append(cpus);
    if (memory > 0) {
      text.append(",mem=").append(TresText.exactMemory(memory));
    }
    if (billing >= 0) {
      text.append(",billing=").append(billing);
    }
    gres.forEach((name, count) -> text.append(",gres/").append(name).append('=').append(count));
    return text.toString();
  }
}
