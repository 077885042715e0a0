package org.headrace.slurmconf;

import java.util.Map;
import java.util.Set;

/**
 * How priorities are computed. Durations are in seconds.
 *
 * @param type plugin
 * @param decayHalfLife until usage counts half; 0: never decays
 * @param calcPeriod between calculations
 * @param maxAge waiting time that gives the full age factor
 * @param usageResetPeriod NONE, NOW, DAILY, WEEKLY, MONTHLY, QUARTERLY or YEARLY
 * @param favorSmall whether small jobs get the size factor
 * @param flags upper case
 * @param weightAge weight
 * @param weightAssoc weight
 * @param weightFairShare weight
 * @param weightJobSize weight
 * @param weightPartition weight
 * @param weightQos weight
 * @param weightTres weight by resource, names in lower case
 * @param fairShareDampeningFactor 1: none
 * @param siteFactorPlugin plugin, or empty
 */
public record PrioritySettings(
    String type,
    long decayHalfLife,
    long calcPeriod,
    long maxAge,
    String usageResetPeriod,
    boolean favorSmall,
    Set<String> flags,
    long weightAge,
    long weightAssoc,
    long weightFairShare,
    long weightJobSize,
    long weightPartition,
    long weightQos,
    Map<String, Double> weightTres,
    long fairShareDampeningFactor,
    String siteFactorPlugin) {
  /** Copies its arguments. */
  public PrioritySettings {
    flags = Set.copyOf(flags);
    weightTres = Map.copyOf(weightTres);
  }
}
