package org.headrace.commands.internal.scontrol;

import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.account.Billing;
import org.headrace.api.model.NodeHardware;
import org.headrace.commands.internal.format.GresTexts;
import org.headrace.commands.internal.text.TresText;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;

/**
 * What the nodes of a partition have together.
 *
 * @param nodes how many there are
 * @param cpus their CPUs
 * @param tres all that can be counted, as text
 */
record PartitionTotals(int nodes, long cpus, String tres) {
  static PartitionTotals of(
      PartitionDefinition partition, Map<String, NodeDefinition> nodes, Billing billing) {
    long cpus = 0;
    long memory = 0;
    Map<String, Long> gres = new TreeMap<>();
    int count = 0;
    for (String name : partition.nodes()) {
      NodeDefinition node = nodes.get(name);
      if (node != null) {
        NodeHardware hardware = node.hardware();
        cpus += hardware.cpus();
        memory += hardware.memory();
        count++;
        GresTexts.configuredByKind(node.gres())
            .forEach((kind, many) -> gres.merge(kind, many, Long::sum));
      }
    }
    StringBuilder tres = new StringBuilder("cpu=").append(cpus);
    if (memory > 0) {
      tres.append(",mem=").append(TresText.exactMemory(memory));
    }
    Map<String, Long> amounts = new TreeMap<>(Map.of("cpu", cpus, "mem", memory));
    gres.forEach((kind, many) -> amounts.put("gres/" + kind, (long) many));
    amounts.put("node", (long) count);
    tres.append(",node=").append(count).append(",billing=").append(billing.of(amounts));
    gres.forEach((kind, many) -> tres.append(",gres/").append(kind).append('=').append(many));
    return new PartitionTotals(count, cpus, tres.toString());
  }
}
