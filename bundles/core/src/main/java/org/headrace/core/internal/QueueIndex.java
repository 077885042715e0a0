package org.headrace.core.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.headrace.api.model.JobClass;
import org.headrace.api.scheduler.JobKinds.Needs;

/**
 * The rows of a queue by kinds: those of a partition and a class that a plan has considered, or not
 * yet. Each kind's rows are chained in their order.
 */
final class QueueIndex {
  /** As many places for kinds are looked up directly, beside a few for each row. */
  private static final long MOST_PLACES = 1 << 20;

  private static final int PLACES_OF_A_ROW = 4;
  private static final int NONE = -1;

  private int kinds;
  private int[] first = new int[64];
  private JobClass[] classes = new JobClass[64];
  private Needs[] needs = new Needs[64];
  private short[] lanes = new short[64];
  private boolean[] considered = new boolean[64];
  private final int[] next;

  private QueueIndex(int rows) {
    next = new int[rows];
  }

  /** The kinds of rows, as a queue has them in columns. */
  static QueueIndex of(short[] lane, int[] classIds, JobClass[] classes, byte[] marks, int size) {
    int mostClass = 0;
    int mostLane = 0;
    for (int i = 0; i < size; i++) {
      mostClass = Math.max(mostClass, classIds[i]);
      mostLane = Math.max(mostLane, lane[i]);
    }
    Places places = new Places((mostClass + 1L) * (mostLane + 1L) * 2, size);
    QueueIndex index = new QueueIndex(size);
    int[] last = new int[64];
    for (int i = 0; i < size; i++) {
      boolean considered = (marks[i] & QueueColumns.FRESH) == 0;
      long place = (classIds[i] * (mostLane + 1L) + lane[i]) * 2 + (considered ? 1 : 0);
      int kind = places.of(place);
      if (kind == NONE) {
        kind = index.add(i, classes[i], lane[i], considered);
        places.put(place, kind);
        last = kind < last.length ? last : Arrays.copyOf(last, 2 * kind);
      } else {
        index.next[last[kind]] = i;
      }
      last[kind] = i;
      index.next[i] = NONE;
    }
    return index;
  }

  private int add(int row, JobClass jobClass, short lane, boolean isConsidered) {
    if (kinds == first.length) {
      first = Arrays.copyOf(first, 2 * kinds);
      classes = Arrays.copyOf(classes, 2 * kinds);
      needs = Arrays.copyOf(needs, 2 * kinds);
      lanes = Arrays.copyOf(lanes, 2 * kinds);
      considered = Arrays.copyOf(considered, 2 * kinds);
    }
    first[kinds] = row;
    classes[kinds] = jobClass;
    needs[kinds] = Needs.of(jobClass);
    lanes[kinds] = lane;
    considered[kinds] = isConsidered;
    return kinds++;
  }

  int kinds() {
    return kinds;
  }

  JobClass jobClass(int kind) {
    return classes[kind];
  }

  Needs needs(int kind) {
    return needs[kind];
  }

  short lane(int kind) {
    return lanes[kind];
  }

  boolean considered(int kind) {
    return considered[kind];
  }

  int first(int kind) {
    return first[kind];
  }

  /** The next row of the same kind, or -1. */
  int next(int row) {
    return next[row];
  }

  /** Kinds by numbers of which most aren't there. */
  private static final class Places {
    private final int[] direct;
    private final Map<Long, Integer> others = new HashMap<>();

    Places(long count, int rows) {
      boolean few = count <= MOST_PLACES + (long) PLACES_OF_A_ROW * rows;
      direct = few ? new int[(int) count] : null;
      if (few) {
        Arrays.fill(direct, NONE);
      }
    }

    int of(long place) {
      return direct != null ? direct[(int) place] : others.getOrDefault(place, NONE);
    }

    void put(long place, int kind) {
      if (direct != null) {
        direct[(int) place] = kind;
      } else {
        others.put(place, kind);
      }
    }
  }
}
