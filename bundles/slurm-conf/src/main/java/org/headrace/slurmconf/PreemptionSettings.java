package org.headrace.slurmconf;

import java.util.Map;
import java.util.Set;

/**
 * Who may push whom aside.
 *
 * @param type plugin
 * @param mode OFF, or CANCEL, REQUEUE, SUSPEND, GANG, WITHIN, PRIORITY
 * @param exemptTimeSeconds a job runs at least so long
 * @param parameters options, keys in lower case
 */
public record PreemptionSettings(
    String type, Set<String> mode, long exemptTimeSeconds, Map<String, String> parameters) {
  /** Copies its arguments. */
  public PreemptionSettings {
    mode = Set.copyOf(mode);
    parameters = Map.copyOf(parameters);
  }
}
