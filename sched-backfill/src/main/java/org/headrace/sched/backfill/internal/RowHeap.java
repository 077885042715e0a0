package org.headrace.sched.backfill.internal;

import java.util.Arrays;

/** Rows of a queue, and the kinds that they stand for, the first row at the top. */
final class RowHeap {
  /** Of a row that stands for itself. */
  static final int NO_KIND = -1;

  /** Rows above, kinds below, so that numbers compare as rows do. */
  private long[] heap;

  private int size;

  /**
   * @param capacity about how many rows there will be
   */
  RowHeap(int capacity) {
    heap = new long[Math.max(64, capacity)];
  }

  boolean isEmpty() {
    return size == 0;
  }

  int row() {
    return (int) (heap[0] >> Integer.SIZE);
  }

  int kind() {
    return (int) heap[0];
  }

  /** Adds a row, unless it is negative. */
  void add(int row, int kind) {
    if (row < 0) {
      return;
    }
    long one = (long) row << Integer.SIZE | kind & 0xffff_ffffL;
    heap = size == heap.length ? Arrays.copyOf(heap, 2 * size) : heap;
    int at = size++;
    while (at > 0 && heap[(at - 1) >> 1] > one) {
      heap[at] = heap[(at - 1) >> 1];
      at = (at - 1) >> 1;
    }
    heap[at] = one;
  }

  /** Removes the first row. */
  void remove() {
    long one = heap[--size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      child += child + 1 < size && heap[child + 1] < heap[child] ? 1 : 0;
      if (heap[child] >= one) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = one;
  }
}
