package org.headrace.sim.internal.faults;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: what is to happen when. Things of one moment happen in the order of planning. */
final class Agenda {
  private static final boolean TOLD = Boolean.getBoolean("headrace.sim.told");

  private record Item(long at, long number, Runnable action) {}

  private final PriorityQueue<Item> items =
      new PriorityQueue<>(Comparator.comparingLong(Item::at).thenComparingLong(Item::number));
  private final long begin;
  private long now;
  private long number;

  Agenda(long now) {
    begin = now;
    this.now = now;
  }

  long now() {
    return now;
  }

  void in(long millis, Runnable action) {
    items.add(new Item(now + millis, number++, action));
  }

  /** Prints what happens, where {@code -Dheadrace.sim.told=true} asks for it. */
  void tell(String what, Object value) {
    if (TOLD) {
      System.out.printf("%,d ms %s %s%n", now - begin, what, value);
    }
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  /** When the next thing happens. */
  long next() {
    return items.peek().at();
  }

  /** Goes on to the next thing, and does it. */
  void step() {
    Item item = items.poll();
    now = Math.max(now, item.at());
    item.action().run();
  }
}
