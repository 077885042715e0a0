package org.headrace.controller.internal.forecast;

import java.util.Arrays;
import org.headrace.api.model.NodeMask;

/**
 * What a set of nodes has free at each step of a grid, in numbers: a partition's nodes, or those of
 * a reservation. Which node has it isn't known.
 */
final class Pool {
  /** Amounts are sums of shares. */
  private static final double ROUNDING = 1e-6;

  private final String name;
  private final NodeMask nodes;
  private final TimeGrid grid;
  private final double[][] free;
  private final int ofNodes;
  private long cpus;
  private long memory;
  private int count;

  Pool(String name, NodeMask nodes, TimeGrid grid, Dimensions dimensions) {
    this.name = name;
    this.nodes = nodes;
    this.grid = grid;
    free = new double[dimensions.count()][grid.size()];
    ofNodes = dimensions.ofNodes();
  }

  String name() {
    return name;
  }

  NodeMask nodes() {
    return nodes;
  }

  /** Counts a node that takes jobs. */
  void node(int itsCpus, long itsMemory) {
    count++;
    cpus += itsCpus;
    memory += itsMemory;
  }

  /** CPUs of a node, in the mean. */
  double cpusOfNode() {
    return count == 0 ? 0 : (double) cpus / count;
  }

  /** Memory of a node, in the mean, in MiB. */
  double memoryOfNode() {
    return count == 0 ? 0 : (double) memory / count;
  }

  /** More is free from a step on than at the step before; before {@link #add} only. */
  void gain(int dimension, int step, double amount) {
    if (step < grid.size()) {
      free[dimension][step] += amount;
    }
  }

  /** What was gained so far is free at all later steps too. */
  void add() {
    for (double[] row : free) {
      Arrays.parallelPrefix(row, Double::sum);
    }
  }

  /** Takes a share of amounts, and all of its licences, from a step on to before another one. */
  void take(double[] amounts, double share, int from, int to) {
    for (int dimension = 0; dimension < amounts.length; dimension++) {
      double amount = amounts[dimension] * (dimension < ofNodes ? share : 1);
      if (amount > 0) {
        double[] row = free[dimension];
        for (int step = from; step < to; step++) {
          row[step] -= amount;
        }
      }
    }
  }

  /**
   * The first step, from {@code from} on, at which so much is free for so long; the size of the
   * grid if there is none.
   */
  int earliest(Wanted wanted, int from) {
    int step = from;
    while (step < grid.size()) {
      int scarce = lastScarce(wanted.amounts, step, wanted.end(grid, step));
      if (scarce < 0) {
        return step;
      }
      step = scarce + 1;
    }
    return step;
  }

  private int lastScarce(double[] amounts, int from, int to) {
    int last = -1;
    for (int dimension = 0; dimension < amounts.length; dimension++) {
      double least = amounts[dimension] - ROUNDING;
      double[] row = free[dimension];
      if (amounts[dimension] > 0) {
        for (int step = to - 1; step >= Math.max(from, last + 1); step--) {
          if (row[step] < least) {
            last = step;
            break;
          }
        }
      }
    }
    return last;
  }

  /** How many jobs of that size there is room for at once. */
  int room(double[] amounts, int from, int to) {
    double room = Integer.MAX_VALUE;
    for (int dimension = 0; dimension < amounts.length; dimension++) {
      for (int step = from; amounts[dimension] > 0 && step < to; step++) {
        room = Math.min(room, (free[dimension][step] + ROUNDING) / amounts[dimension]);
      }
    }
    return (int) room;
  }
}
