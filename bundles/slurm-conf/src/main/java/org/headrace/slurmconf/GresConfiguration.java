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
}
