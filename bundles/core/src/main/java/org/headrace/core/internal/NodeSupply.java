package org.headrace.core.internal;

import java.util.List;
import java.util.Locale;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceRequest;

/** How much of its generic resources an empty node could give a job. */
final class NodeSupply {
  private final List<String> words;

  /**
   * @param parameters {@code SelectTypeParameters}
   */
  NodeSupply(String parameters) {
    words = List.of(parameters.toUpperCase(Locale.ROOT).split(","));
  }

  /** Of what is wished for; of portions only as much as may be of the devices of one job. */
  long of(NodeView node, GresRequest wanted, ResourceRequest request) {
    boolean apart = wanted.scope() == GresRequest.Scope.TASK && apart(request);
    boolean several = words.contains("MULTIPLE_SHARING_GRES_PJ") || apart;
    long sum = 0;
    long most = 0;
    for (GresInventory gres : node.gres()) {
      if (!gres.name().equals(wanted.name())
          || !wanted.type().isEmpty() && !wanted.type().equals(gres.type())) {
        continue;
      }
      if (!gres.portioned() || gres.devices().isEmpty()) {
        sum += gres.count();
        continue;
      }
      for (GresDevice device : gres.devices()) {
        if (several && !gres.oneAtATime()) {
          sum += pieces(device.units(), wanted, apart);
        } else {
          most = Math.max(most, device.units());
        }
      }
    }
    return Math.max(sum, most);
  }

  /** What a task wants comes from one device. */
  private static long pieces(long units, GresRequest wanted, boolean apart) {
    long grain = wanted.scope() == GresRequest.Scope.TASK ? Math.max(1, wanted.count()) : 1;
    return apart ? (units >= grain ? grain : 0) : units / grain * grain;
  }

  private boolean apart(ResourceRequest request) {
    return switch (request.devices().tasks()) {
      case APART -> true;
      case TOGETHER -> false;
      case USUAL -> words.contains("ONE_TASK_PER_SHARING_GRES");
    };
  }
}
