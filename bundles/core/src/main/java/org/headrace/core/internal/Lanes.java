package org.headrace.core.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.PartitionView;

/**
 * The partitions as rows of a queue need them: by a small number, ascending by name, so that
 * numbers compare as names do.
 */
final class Lanes {
  private static final long MOST_PRIORITY = 0xFFFF_FFFFL;

  private final PartitionView[] partitions;
  private final Map<String, Short> numbers = new HashMap<>();
  private final long[] tier;

  Lanes(List<PartitionView> all) {
    partitions = all.toArray(new PartitionView[0]);
    Arrays.sort(partitions, (one, other) -> one.name().compareTo(other.name()));
    int[] tiers =
        Arrays.stream(partitions)
            .mapToInt(PartitionView::priorityTier)
            .sorted()
            .distinct()
            .toArray();
    tier = new long[partitions.length];
    for (short i = 0; i < partitions.length; i++) {
      numbers.put(partitions[i].name(), i);
      tier[i] = tiers.length - 1 - Arrays.binarySearch(tiers, partitions[i].priorityTier());
    }
  }

  /** The number of a partition, or null. */
  Short number(String name) {
    return numbers.get(name);
  }

  PartitionView partition(int number) {
    return partitions[number];
  }

  /** Ascending in the order of tier and priority; not negative. */
  long key(int number, long priority) {
    return tier[number] << 32 | MOST_PRIORITY - Math.max(0, Math.min(MOST_PRIORITY, priority));
  }

  /** The priority that is in a key. */
  static long priority(long key) {
    return MOST_PRIORITY - (key & MOST_PRIORITY);
  }
}
