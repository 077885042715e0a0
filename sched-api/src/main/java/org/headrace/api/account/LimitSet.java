package org.headrace.api.account;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Limits. One that isn't there doesn't limit.
 *
 * @param numbers limits that are one number, at least zero
 * @param resources limits by resource; names as in {@code cpu} and {@code gres/gpu}, memory in MiB
 */
public record LimitSet(Map<Limit, Long> numbers, Map<ResourceLimit, Map<String, Long>> resources) {
  /** No limits. */
  public static final LimitSet NONE = new LimitSet(Map.of(), Map.of());

  /** What {@link #number} says where there is no limit. */
  public static final long UNLIMITED = -1;

  public LimitSet {
    numbers = Map.copyOf(numbers);
    Map<ResourceLimit, Map<String, Long>> copy = new EnumMap<>(ResourceLimit.class);
    resources.forEach(
        (limit, counts) -> {
          if (!counts.isEmpty()) {
            copy.put(limit, Map.copyOf(counts));
          }
        });
    resources = Map.copyOf(copy);
  }

  public boolean isEmpty() {
    return numbers.isEmpty() && resources.isEmpty();
  }

  /** The limit, or {@link #UNLIMITED}. */
  public long number(Limit limit) {
    return numbers.getOrDefault(limit, UNLIMITED);
  }

  /** Limits by resource; empty where there is none. */
  public Map<String, Long> resources(ResourceLimit limit) {
    return resources.getOrDefault(limit, Map.of());
  }

  /** With another limit, or without it where the value is negative. */
  public LimitSet with(Limit limit, long value) {
    Map<Limit, Long> changed = new EnumMap<>(Limit.class);
    changed.putAll(numbers);
    if (value < 0) {
      changed.remove(limit);
    } else {
      changed.put(limit, value);
    }
    return new LimitSet(changed, resources);
  }

  /** With another limit of a resource, or without it where the value is negative. */
  public LimitSet with(ResourceLimit limit, String resource, long value) {
    Map<ResourceLimit, Map<String, Long>> changed = new EnumMap<>(ResourceLimit.class);
    changed.putAll(resources);
    Map<String, Long> counts = new TreeMap<>(resources(limit));
    if (value < 0) {
      counts.remove(resource);
    } else {
      counts.put(resource, value);
    }
    changed.put(limit, counts);
    return new LimitSet(numbers, changed);
  }
}
