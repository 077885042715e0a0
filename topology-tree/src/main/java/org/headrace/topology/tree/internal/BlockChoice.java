package org.headrace.topology.tree.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.headrace.api.model.Segments;
import org.headrace.api.topology.TopologyRequest;
import org.headrace.topology.tree.internal.Blocks.Range;

/**
 * Places one request of a fixed number of nodes on blocks.
 *
 * <p>A job stays in one block of the lowest level whose planned size is large enough; only one that
 * is larger than the largest size takes several of these. Within, it takes the fewest blocks of the
 * level below, of these the fewest base blocks, and of equal choices the one that leaves least
 * over. Nodes beyond the planned size of a base block are spare: they stand in for missing ones,
 * and are used otherwise only where that saves a block.
 */
final class BlockChoice {
  private final TopologyRequest request;
  private final Blocks blocks;

  /** By base block: eligible nodes, those with most capacity first. */
  private final int[][] free;

  /** By base block: how many of its nodes are required. */
  private final int[] required;

  BlockChoice(TopologyRequest request, Blocks blocks) {
    this.request = request;
    this.blocks = blocks;
    free = new int[blocks.nodes().length][];
    required = new int[free.length];
    for (int block = 0; block < free.length; block++) {
      free[block] =
          Arrays.stream(blocks.nodes()[block])
              .filter(request.eligible()::contains)
              .boxed()
              .sorted(Comparator.comparingInt(this::rank))
              .mapToInt(Integer::intValue)
              .toArray();
      for (int id : free[block]) {
        required[block] += request.required().contains(id) ? 1 : 0;
      }
    }
  }

  /** Required nodes first, then those that take most. */
  private int rank(int id) {
    return request.required().contains(id) ? Integer.MIN_VALUE : -request.capacity().applyAsInt(id);
  }

  /** A placement of nodes, not yet one by one. */
  private record Candidate(int units, int left, int[] taken) {
    boolean betterThan(Candidate other) {
      return other == null || (units != other.units ? units < other.units : left < other.left);
    }
  }

  /** {@code count} nodes in task order, or null. */
  int[] of(int count) {
    Segments segments = request.segments();
    if (!segments.divide(count)) {
      return first(blocks.level(count), blocks.level(count), within -> whole(within, count));
    }
    if (count % segments.size() != 0) {
      return null;
    }
    int last = segments.consolidated() ? blocks.all() - 1 : blocks.all();
    return first(blocks.level(count), last, within -> inSegments(within, count, segments));
  }

  private interface Placing {
    /** A placement within one block of the level, or null. */
    Candidate within(Scope scope);
  }

  /** One block of a level. */
  private record Scope(int level, Range range) {}

  private int[] first(int from, int last, Placing placing) {
    for (int level = from; level <= last; level++) {
      Candidate best = null;
      int[] found = null;
      for (Range range : blocks.at(level, blocks.everything())) {
        Candidate candidate = holdsRequired(range) ? placing.within(new Scope(level, range)) : null;
        if (candidate != null && candidate.betterThan(best)) {
          int[] nodes = nodes(candidate.taken());
          if (nodes != null) {
            best = candidate;
            found = nodes;
          }
        }
      }
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private boolean holdsRequired(Range range) {
    int sum = 0;
    for (int block = range.first(); block < range.end(); block++) {
      sum += required[block];
    }
    return sum == request.required().size();
  }

  private Candidate whole(Scope scope, int count) {
    List<Range> units =
        scope.level() == 0 ? List.of(scope.range()) : blocks.at(scope.level() - 1, scope.range());
    int[] chosen = fewest(units, count);
    if (chosen == null) {
      return null;
    }
    List<Range> bases = new ArrayList<>();
    Arrays.stream(chosen)
        .forEach(
            unit -> {
              for (int block = units.get(unit).first(); block < units.get(unit).end(); block++) {
                bases.add(new Range(block, block + 1));
              }
            });
    int[] used = Arrays.stream(fewest(bases, count)).map(base -> bases.get(base).first()).toArray();
    int[] taken = deal(used, count);
    return new Candidate(used.length, left(used, count), taken);
  }

  /** The fewest units that have so many nodes, within their planned sizes where that is no more. */
  private int[] fewest(List<Range> units, int count) {
    int[] must = units.stream().mapToInt(this::required).toArray();
    int[] planned = Fewest.units(units.stream().mapToInt(this::planned).toArray(), must, count);
    int[] all = Fewest.units(units.stream().mapToInt(this::room).toArray(), must, count);
    return planned != null && planned.length <= all.length ? planned : all;
  }

  private int required(Range range) {
    int sum = 0;
    for (int block = range.first(); block < range.end(); block++) {
      sum += required[block];
    }
    return sum;
  }

  private int room(Range range) {
    int sum = 0;
    for (int block = range.first(); block < range.end(); block++) {
      sum += free[block].length;
    }
    return sum;
  }

  private int planned(Range range) {
    int sum = 0;
    for (int block = range.first(); block < range.end(); block++) {
      sum += Math.max(required[block], Math.min(free[block].length, blocks.base()));
    }
    return sum;
  }

  private int left(int[] used, int count) {
    return Arrays.stream(used).map(block -> free[block].length).sum() - count;
  }

  /**
   * How many nodes each base block gives: one block after the other up to its planned size, the one
   * with most first; spare nodes last.
   */
  private int[] deal(int[] used, int count) {
    int[] taken = new int[free.length];
    int missing = count;
    for (int block : used) {
      taken[block] = required[block];
      missing -= required[block];
    }
    int[] order =
        Arrays.stream(used)
            .boxed()
            .sorted(Comparator.comparingInt((Integer block) -> -free[block].length))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int most : new int[] {blocks.base(), Integer.MAX_VALUE}) {
      for (int block : order) {
        int more = Math.min(missing, Math.min(most, free[block].length) - taken[block]);
        taken[block] += Math.max(0, more);
        missing -= Math.max(0, more);
      }
    }
    return taken;
  }

  private Candidate inSegments(Scope scope, int count, Segments segments) {
    int size = segments.size();
    int level = blocks.level(size);
    if (level > scope.level()) {
      return null;
    }
    List<Range> units = blocks.at(level, scope.range());
    int[] room = new int[units.size()];
    int[] must = new int[room.length];
    for (int i = 0; i < room.length; i++) {
      int fitting = room(units.get(i)) / size;
      room[i] = segments.spread() ? Math.min(1, fitting) : fitting;
      must[i] = (required(units.get(i)) + size - 1) / size;
    }
    int[] chosen = Fewest.units(room, must, count / size);
    if (chosen == null) {
      return null;
    }
    int[] taken = new int[free.length];
    int missing = count / size;
    int left = -count;
    for (int unit : chosen) {
      missing -= must[unit];
    }
    for (int unit : chosen) {
      int more = Math.min(missing, room[unit] - must[unit]);
      missing -= more;
      Range range = units.get(unit);
      int[] bases = new int[range.end() - range.first()];
      Arrays.setAll(bases, i -> range.first() + i);
      int[] part = deal(bases, (must[unit] + more) * size);
      Arrays.setAll(taken, block -> taken[block] + part[block]);
      left += room(range);
    }
    return new Candidate(chosen.length, left, taken);
  }

  /** Block by block, so that neighbouring tasks share one; null when they can't take the job. */
  private int[] nodes(int[] taken) {
    int[] ids = new int[Arrays.stream(taken).sum()];
    int next = 0;
    long sum = 0;
    int used = 0;
    for (int block = 0; block < taken.length; block++) {
      int from = next;
      for (int i = 0; i < taken[block]; i++) {
        ids[next++] = free[block][i];
        sum += request.capacity().applyAsInt(free[block][i]);
      }
      Arrays.sort(ids, from, next);
      used += taken[block] > 0 ? 1 : 0;
    }
    boolean fewEnough = request.maxSwitches() == 0 || used <= request.maxSwitches();
    boolean adjacent = !request.contiguous() || Grouping.adjacent(ids);
    return sum >= request.needed() && fewEnough && adjacent ? ids : null;
  }
}
