package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * Which of a step's GPUs on a node each task is bound to, as {@code --gpu-bind} says. Numbers count
 * the step's GPUs from 0, whatever numbers they have on the node.
 *
 * @param kind how
 * @param count tasks of a GPU, or GPUs of a task
 * @param values by task: number of a GPU, or mask of several; used again from the first when there
 *     are more tasks
 */
record GpuBinding(Kind kind, int count, List<Long> values) {
  /** How tasks and GPUs are matched. */
  enum Kind {
    /** So many tasks share one GPU, the next ones the next, of those that are close to them. */
    SINGLE,
    /** Each task has so many of its own. */
    PER_TASK,
    MAP,
    MASK,
    /** Each task has all that are close to it. */
    CLOSEST
  }

  /** Longest list that a binding may have, with repetitions written out. */
  private static final int MOST_VALUES = 4096;

  /**
   * Reads {@code [verbose,][gpu:]single:2}, {@code map_gpu:0,1*3} and their like.
   *
   * @return null where tasks aren't bound one by one: {@code none}, and whatever can't be
   *     understood, which the front end has refused
   */
  static GpuBinding parse(String text) {
    String plain = text.toLowerCase(Locale.ROOT).replaceAll("^(verbose,|v,|gpu:)+", "");
    int colon = plain.indexOf(':');
    if (colon < 0) {
      return plain.equals("closest") ? new GpuBinding(Kind.CLOSEST, 0, List.of()) : null;
    }
    String value = plain.substring(colon + 1);
    try {
      return switch (plain.substring(0, colon)) {
        case "single" -> new GpuBinding(Kind.SINGLE, least1(value), List.of());
        case "per_task" -> new GpuBinding(Kind.PER_TASK, least1(value), List.of());
        case "map_gpu", "map" -> listed(Kind.MAP, values(value, 10));
        case "mask_gpu", "mask" -> listed(Kind.MASK, values(value, 16));
        default -> null;
      };
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static int least1(String value) {
    return Math.max(1, Integer.parseInt(value));
  }

  private static GpuBinding listed(Kind kind, List<Long> values) {
    return values.isEmpty() ? null : new GpuBinding(kind, 0, values);
  }

  /** Numbers, those with {@code 0x} before them in base 16 whatever the others are in. */
  private static List<Long> values(String list, int radix) {
    List<Long> values = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      String[] words = part.split("\\*", 2);
      boolean hex = words[0].startsWith("0x");
      long value = Long.parseUnsignedLong(words[0].substring(hex ? 2 : 0), hex ? 16 : radix);
      int times = words.length < 2 ? 1 : Integer.parseInt(words[1]);
      for (int i = 0; i < times && values.size() < MOST_VALUES; i++) {
        values.add(value);
      }
    }
    return values;
  }

  /**
   * The GPUs of a task.
   *
   * @param local number of the task on the node
   * @param gpus how many the step has there, at least 1
   * @param near those of them that are close to the task
   * @return which of them; the first when the binding names none that the step has
   */
  BitSet of(int local, int gpus, BitSet near) {
    BitSet own = new BitSet();
    int[] close = (near.isEmpty() ? all(gpus) : near).stream().toArray();
    switch (kind) {
      case SINGLE -> own.set(close[local / count % close.length]);
      case CLOSEST -> Arrays.stream(close).forEach(own::set);
      case PER_TASK -> {
        int from = (int) Math.min(gpus, (long) local * count);
        own.set(from, (int) Math.min(gpus, (long) from + count));
      }
      case MAP -> {
        long number = value(local);
        if (number >= 0 && number < gpus) { // negative: more than a long has
          own.set((int) number);
        }
      }
      case MASK -> {
        own = BitSet.valueOf(new long[] {value(local)});
        own.clear(gpus, Math.max(gpus, own.length()));
      }
      default -> throw new IllegalStateException(kind.name());
    }
    if (own.isEmpty()) {
      own.set(0);
    }
    return own;
  }

  private static BitSet all(int gpus) {
    BitSet all = new BitSet();
    all.set(0, gpus);
    return all;
  }

  private long value(int local) {
    return values.get(local % values.size());
  }
}
