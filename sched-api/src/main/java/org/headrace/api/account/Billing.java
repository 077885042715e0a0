package org.headrace.api.account;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a job is billed for what it holds.
 *
 * @param weights weight of a unit of each resource, by names as in {@link Tres}, memory by MiB;
 *     empty where CPUs are counted
 * @param highest true to take the highest of what a node's resources make, and not their sum;
 *     licenses are added
 * @param devicesAdded true to have generic resources added to that, too
 */
public record Billing(Map<String, Double> weights, boolean highest, boolean devicesAdded) {
  /** CPUs. */
  public static final Billing CPUS = new Billing(Map.of(), false);

  private static final String UNITS = "KMGTP";
  private static final int MEBI = UNITS.indexOf('M');

  public Billing {
    weights = Map.copyOf(weights);
  }

  /** Generic resources count like the others of a node. */
  public Billing(Map<String, Double> weights, boolean highest) {
    this(weights, highest, false);
  }

  /**
   * Reads the weights of a partition.
   *
   * @param text such as {@code CPU=1.0,Mem=0.25G,GRES/gpu=2}; a weight of memory is for the unit
   *     that follows, or for MiB
   * @param flags {@code PriorityFlags}
   * @throws IllegalArgumentException for what can't be read
   */
  public static Billing of(String text, String flags) {
    List<String> words = Tres.list(flags.toUpperCase(Locale.ROOT));
    boolean devicesAdded = words.contains("MAX_TRES_GRES");
    boolean highest = devicesAdded || words.contains("MAX_TRES");
    return text.isEmpty() ? CPUS : new Billing(weights(text), highest, devicesAdded);
  }

  /**
   * Weights by resource, names in lower case.
   *
   * @throws IllegalArgumentException for what can't be read
   */
  public static Map<String, Double> weights(String text) {
    Map<String, Double> weights = new TreeMap<>();
    for (String item : Tres.list(text)) {
      int equals = item.indexOf('=');
      String number = item.substring(equals + 1).strip();
      int unit =
          number.isEmpty()
              ? -1
              : UNITS.indexOf(Character.toUpperCase(number.charAt(number.length() - 1)));
      String digits = unit < 0 ? number : number.substring(0, number.length() - 1);
      if (equals <= 0 || !digits.matches("\\d{0,12}(\\.\\d{0,12})?") || digits.length() < 1) {
        throw new IllegalArgumentException(
            "'" + item + "' is not a resource and its weight, such as CPU=1.0 or Mem=0.25G");
      }
      double weight = digits.equals(".") ? 0 : Double.parseDouble(digits);
      String name = item.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      weights.put(name, unit < 0 ? weight : weight / Math.pow(1024, unit - MEBI));
    }
    return weights;
  }

  /** What is billed, a whole number. */
  public long of(Map<String, Long> amounts) {
    if (weights.isEmpty()) {
      return amounts.getOrDefault("cpu", 0L);
    }
    double sum = 0;
    double most = 0;
    for (Map.Entry<String, Double> one : new TreeMap<>(weights).entrySet()) {
      double part = amounts.getOrDefault(one.getKey(), 0L) * one.getValue();
      String name = one.getKey();
      boolean added = name.startsWith("license/") || devicesAdded && name.startsWith("gres/");
      if (highest && !added) {
        most = Math.max(most, part);
      } else {
        sum += part;
      }
    }
    return (long) (sum + most);
  }
}
