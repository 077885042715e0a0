package org.headrace.commands.internal.format;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.accounting.AccountingRecord.NodeChanged;

/**
 * A time at which a node was out of service, for one reason.
 *
 * @param first how it began
 * @param end when the node came back, or was out of service for another reason; zero until then
 */
public record Outage(NodeChanged first, long end) {
  /** Those that these events tell of; each lasts until the node changes again. */
  public static List<Outage> of(List<NodeChanged> changes) {
    List<Outage> outages = new ArrayList<>();
    Map<String, Integer> open = new HashMap<>();
    for (NodeChanged change : changes) {
      Integer before = open.remove(change.node());
      if (before != null) {
        outages.set(before, new Outage(outages.get(before).first, change.time()));
      }
      if (!change.inService()) {
        open.put(change.node(), outages.size());
        outages.add(new Outage(change, 0));
      }
    }
    return outages;
  }
}
