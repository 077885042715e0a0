package org.headrace.commands.internal.text;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeView;

/** Names of the nodes of an allocation. */
public final class NodeNames {
  private NodeNames() {}

  /** In the order of the allocation; a node that is no longer configured is named by its number. */
  public static List<String> of(Allocation allocation, ClusterView view) {
    List<String> names = new ArrayList<>();
    if (allocation != null) {
      allocation.nodes().forEach(part -> names.add(of(part.node(), view)));
    }
    return names;
  }

  public static String of(int id, ClusterView view) {
    NodeView node = view.node(id);
    return node == null ? "(node " + id + ")" : node.name();
  }
}
