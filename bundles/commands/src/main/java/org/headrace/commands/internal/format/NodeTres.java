package org.headrace.commands.internal.format;

import java.util.Map;
import java.util.StringJoiner;
import org.headrace.commands.internal.text.TresText;
import org.headrace.control.query.NodeStatus;

/** Trackable resources of nodes as text. */
public final class NodeTres {
  private NodeTres() {}

  /** {@code cpu=64,mem=250G,billing=64,gres/gpu=8}. */
  public static String configured(NodeStatus node) {
    int cpus = node.view().hardware().usableCpus();
    return text(
        cpus,
        node.view().hardware().memory(),
        GresTexts.configuredByKind(node.view().gres()),
        cpus);
  }

  /** The same of what jobs hold; empty where they hold nothing. */
  public static String allocated(NodeStatus node) {
    return text(node.allocatedCpus(), node.allocatedMemory(), GresTexts.usedByKind(node), -1);
  }

  /** What there is none of is left out: the CPUs of a node on which all jobs are suspended. */
  private static String text(int cpus, long memory, Map<String, Long> gres, int billing) {
    StringJoiner text = new StringJoiner(",");
    if (cpus > 0) {
      text.add("cpu=" + cpus);
    }
    if (memory > 0) {
      text.add("mem=" + TresText.exactMemory(memory));
    }
    if (billing >= 0) {
      text.add("billing=" + billing);
    }
    gres.forEach((name, count) -> text.add("gres/" + name + "=" + count));
    return text.toString();
  }
}
