package org.headrace.priority.multifactor.internal;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.headrace.api.account.Billing;
import org.headrace.api.account.FairShare;
import org.headrace.api.priority.PriorityFactor;

/**
 * Settings of the multifactor priority, read from the keys of the configuration.
 *
 * @param age weight of the waiting time
 * @param size weight of the job's size
 * @param partition weight of the partition's factor
 * @param qos weight of the quality of service
 * @param fairShare weight of how fairly the user has been served
 * @param association weight of the association's priority
 * @param tres weights of trackable resources, by name
 * @param maxAge waiting time that counts as a full factor, in milliseconds
 * @param favorSmall true when small jobs go first
 * @param fairness by which rule it is told how fairly somebody has been served
 * @param flags words of {@code PriorityFlags}, upper case
 */
record Weights(
    double age,
    double size,
    double partition,
    double qos,
    double fairShare,
    double association,
    Map<String, Double> tres,
    long maxAge,
    boolean favorSmall,
    FairShare.Rule fairness,
    Set<String> flags) {
  private static final long DAY = 86_400_000L;

  static Weights of(Map<String, String> options) {
    String flagText = options.getOrDefault("PriorityFlags", "");
    Set<String> flags =
        new TreeSet<>(Arrays.asList(flagText.toUpperCase(Locale.ROOT).trim().split("\\s*,\\s*")));
    String small = options.getOrDefault("PriorityFavorSmall", "NO");
    return new Weights(
        weight(options, "PriorityWeightAge"),
        weight(options, "PriorityWeightJobSize"),
        weight(options, "PriorityWeightPartition"),
        weight(options, "PriorityWeightQOS"),
        weight(options, "PriorityWeightFairShare"),
        weight(options, "PriorityWeightAssoc"),
        tres(options.getOrDefault("PriorityWeightTRES", "")),
        duration(options.getOrDefault("PriorityMaxAge", "7-0")),
        small.equalsIgnoreCase("YES") || small.equals("1") || small.equalsIgnoreCase("TRUE"),
        FairShare.Rule.of(flagText, options.getOrDefault("FairShareDampeningFactor", "")),
        flags);
  }

  /** The weights by the ordinals of {@link PriorityFactor}. */
  double[] array() {
    double[] values = new double[PriorityFactor.values().length];
    values[PriorityFactor.AGE.ordinal()] = age;
    values[PriorityFactor.JOB_SIZE.ordinal()] = size;
    values[PriorityFactor.PARTITION.ordinal()] = partition;
    values[PriorityFactor.QOS.ordinal()] = qos;
    values[PriorityFactor.FAIR_SHARE.ordinal()] = fairShare;
    values[PriorityFactor.ASSOCIATION.ordinal()] = association;
    values[PriorityFactor.TRES.ordinal()] = tres.isEmpty() ? 0 : 1;
    values[PriorityFactor.SITE.ordinal()] = 1;
    return values;
  }

  /** The same with their names. */
  Map<PriorityFactor, Double> named() {
    double[] values = array();
    Map<PriorityFactor, Double> named = new EnumMap<>(PriorityFactor.class);
    for (PriorityFactor factor : PriorityFactor.values()) {
      named.put(factor, values[factor.ordinal()]);
    }
    return named;
  }

  boolean has(String flag) {
    return flags.contains(flag);
  }

  /** True when the named factor is used as it stands instead of relative to the highest one. */
  boolean raw(String factor) {
    return has("NO_NORMAL_ALL") || has("NO_NORMAL_" + factor);
  }

  private static Map<String, Double> tres(String text) {
    try {
      return Billing.weights(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("PriorityWeightTRES=" + text + ": " + e.getMessage(), e);
    }
  }

  private static double weight(Map<String, String> options, String key) {
    String text = options.getOrDefault(key, "0").trim();
    try {
      long value = Long.parseLong(text);
      if (value >= 0 && value <= 4_294_967_295L) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, with the key that the exception doesn't know.
    }
    throw new IllegalArgumentException(
        key + "=" + text + " is not a whole number from 0 to 4294967295");
  }

  /**
   * Milliseconds of {@code minutes}, {@code minutes:seconds}, {@code hours:minutes:seconds}, {@code
   * days-hours}, {@code days-hours:minutes} or {@code days-hours:minutes:seconds}.
   */
  static long duration(String text) {
    try {
      int dash = text.indexOf('-');
      long days = dash < 0 ? 0 : Long.parseLong(text.substring(0, dash).trim());
      String[] parts = text.substring(dash + 1).trim().split(":", -1);
      long[] n = new long[parts.length];
      for (int i = 0; i < n.length; i++) {
        n[i] = Long.parseLong(parts[i]);
      }
      if (n.length > 3) {
        throw new NumberFormatException(text);
      }
      long seconds;
      if (dash >= 0) {
        seconds = n[0] * 3600 + (n.length > 1 ? n[1] * 60 : 0) + (n.length > 2 ? n[2] : 0);
      } else if (n.length == 3) {
        seconds = n[0] * 3600 + n[1] * 60 + n[2];
      } else {
        seconds = n[0] * 60 + (n.length > 1 ? n[1] : 0);
      }
      return Math.max(1, days * DAY + seconds * 1000);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "PriorityMaxAge=" + text + " is not a time such as 30, 12:00:00 or 7-0", e);
    }
  }
}
