package org.headrace.slurmconf;

import java.util.List;
import org.headrace.api.model.GresInventory;
import org.headrace.slurmconf.internal.GresInventories;

/**
 * gres.conf.
 *
 * @param autoDetect for all lines: off, nvml, rsmi, oneapi, nvidia, nrt, full; or empty
 * @param entries in file order
 */
public record GresConfiguration(String autoDetect, List<GresEntry> entries) {
  /** Copies its arguments. */
  public GresConfiguration {
    entries = List.copyOf(entries);
  }

  /**
   * How a node looks for its hardware: what its own lines say, also those without a name, else what
   * holds for all.
   */
  public String autoDetect(String node) {
    return entries.stream()
        .filter(entry -> entry.nodes().contains(node) && !entry.autoDetect().isEmpty())
        .map(GresEntry::autoDetect)
        .findFirst()
        .orElse(autoDetect);
  }

  /** What a node has by its line and by this file. */
  public List<GresInventory> inventory(NodeConfiguration node) {
    return GresInventories.of(node, this);
  }

  /**
   * Whether portions of one device of a node alone are given at a time: of MPS, unless a line says
   * otherwise. What a line says holds for all nodes.
   *
   * @param kind of portions
   */
  public boolean oneAtATime(String kind) {
    boolean one = kind.equals("mps");
    for (GresEntry entry : entries) {
      if (entry.name().equals(kind)) {
        one |= entry.flags().contains("one_sharing");
        one &= !entry.flags().contains("all_sharing");
      }
    }
    return one;
  }
}
