package org.headrace.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;

/** All that can be seen of an argument, to compare before and after. */
final class Fingerprint {
  private Fingerprint() {}

  static List<Object> of(ResourceLedger ledger) {
    List<Object> seen = new ArrayList<>();
    for (int id = 0; id < ledger.nodeIdLimit(); id++) {
      NodeView node = ledger.node(id);
      if (node == null) {
        continue;
      }
      seen.add(ledger.freeCores(id));
      seen.add(ledger.freeMemory(id));
      seen.add(ledger.jobs(id));
      seen.add(ledger.exclusivelyHeld(id));
      seen.add(ledger.soleUser(id));
      for (int gres = 0; gres < node.gres().size(); gres++) {
        seen.add(ledger.freeDevices(id, gres));
        seen.add(ledger.freeGres(id, gres));
      }
    }
    return seen;
  }

  static List<Object> of(ClusterView view) {
    List<Object> seen = new ArrayList<>(of(view.ledger()));
    seen.addAll(view.nodes());
    seen.addAll(view.partitions());
    seen.addAll(view.running());
    return seen;
  }
}
