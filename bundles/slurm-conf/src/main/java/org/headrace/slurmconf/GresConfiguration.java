package org.headrace.slurmconf;

import java.util.List;

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
}
