package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Flags of qualities of service, as the API and as {@code sacctmgr} write them. */
final class QosFlagNames {
  private static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("DENY_LIMIT", "DenyOnLimit"),
          Map.entry("ENFORCE_USAGE_THRESHOLD", "EnforceUsageThreshold"),
          Map.entry("NO_DECAY", "NoDecay"),
          Map.entry("NO_RESERVE", "NoReserve"),
          Map.entry("OVERRIDE_PARTITION_QOS", "OverPartQOS"),
          Map.entry("PARTITION_MAXIMUM_NODE", "PartitionMaxNodes"),
          Map.entry("PARTITION_MINIMUM_NODE", "PartitionMinNodes"),
          Map.entry("PARTITION_TIME_LIMIT", "PartitionTimeLimit"),
          Map.entry("REQUIRED_RESERVATION", "RequiresReservation"),
          Map.entry("USAGE_FACTOR_SAFE", "UsageFactorSafe"),
          Map.entry("RELATIVE", "Relative"));

  private QosFlagNames() {}

  /** A term with flags of the API in sacctmgr's words; others as they are. */
  static String toSacctmgr(String term) {
    String key = "flags=";
    if (!term.startsWith(key)) {
      return term;
    }
    List<String> words = new ArrayList<>();
    for (String flag : term.substring(key.length()).split(",")) {
      if (!flag.equals("NOT_SET")) {
        words.add(ALL.getOrDefault(flag, flag));
      }
    }
    return key + String.join(",", words);
  }
}
