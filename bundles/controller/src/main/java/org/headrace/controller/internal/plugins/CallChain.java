package org.headrace.controller.internal.plugins;

import java.util.ArrayList;
import java.util.List;

/**
 * The calls of plugins that one thread is in, outermost first. Whoever waits for the thread may
 * write it off: its leases are given back at once, and what its calls still bring no longer counts.
 *
 * <p>What a call within another one did is only counted as well done once the outermost has
 * succeeded: a plugin that fails at the same job in each cycle fails in a row, however many jobs it
 * served before.
 */
final class CallChain {
  private final List<Frame> frames = new ArrayList<>(3);
  private final List<Entry> good = new ArrayList<>(4);
  private final List<Entry> bad = new ArrayList<>(1);
  private boolean writtenOff;

  private record Frame(Entry entry, long start) {}

  synchronized void enter(Entry entry) {
    frames.add(new Frame(entry, System.nanoTime()));
  }

  /**
   * Ends the innermost call and gives its lease back.
   *
   * @return how long it took in nanoseconds, or −1 when the chain has been written off
   */
  synchronized long leave() {
    if (writtenOff) {
      return -1;
    }
    Frame frame = frames.remove(frames.size() - 1);
    frame.entry.lease.exit();
    return System.nanoTime() - frame.start;
  }

  synchronized boolean isEmpty() {
    return frames.isEmpty();
  }

  void succeeded(Entry entry) {
    if (!good.contains(entry)) {
      good.add(entry);
    }
  }

  void failed(Entry entry) {
    bad.add(entry);
  }

  /** Plugins that did well in the whole chain. */
  List<Entry> faultless() {
    good.removeAll(bad);
    return good;
  }

  /**
   * Gives all leases back. The innermost plugin is to blame if its call alone took half of the
   * time, else the one around it, which called it too often.
   *
   * @param patienceNanos how long the thread was waited for
   * @return who is to blame, or null if the thread is in no call
   */
  synchronized Entry writeOff(long patienceNanos) {
    writtenOff = true;
    Entry culprit = null;
    long now = System.nanoTime();
    for (Frame frame : frames) {
      frame.entry.lease.exit();
      if (culprit == null || now - frame.start >= patienceNanos / 2) {
        culprit = frame.entry;
      }
    }
    return culprit;
  }
}
