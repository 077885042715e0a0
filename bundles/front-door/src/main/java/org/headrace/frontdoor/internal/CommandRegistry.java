package org.headrace.frontdoor.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.headrace.control.front.UserCommand;

/**
 * The commands that are there now. A call holds a {@link Lease}, so that a command whose bundle
 * goes away takes no new calls but can finish those that it has. Thread-safe.
 */
public final class CommandRegistry {
  /** Commands come one by one; after so long without a change all of them are there. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Map<String, List<Entry>> byName = new TreeMap<>();
  private long registered;
  private long lastChange = System.nanoTime();

  /** Adds a command. Of several with one name the highest rank serves, then the oldest. */
  public synchronized void add(UserCommand command, int rank) {
    List<Entry> entries = byName.computeIfAbsent(command.name(), name -> new ArrayList<>());
    entries.add(new Entry(command, command.name(), rank, registered++));
    entries.sort(Comparator.comparingInt((Entry e) -> -e.rank).thenComparingLong(e -> e.order));
    lastChange = System.nanoTime();
    notifyAll();
  }

  /**
   * Removes a command: no new calls from now on. Waits for those in flight.
   *
   * @return how many calls were still running when the time was over
   */
  public synchronized int remove(UserCommand command, long waitMillis) {
    Entry entry = null;
    for (List<Entry> entries : byName.values()) {
      for (Entry candidate : entries) {
        entry = candidate.command == command ? candidate : entry;
      }
    }
    if (entry == null) {
      return 0;
    }
    List<Entry> entries = byName.get(entry.name);
    entries.remove(entry);
    if (entries.isEmpty()) {
      byName.remove(entry.name);
    }
    lastChange = System.nanoTime();
    return awaitIdle(entry, waitMillis);
  }

  /**
   * The command for a call, or null if there is none of this name. Close the lease afterwards.
   *
   * <p>A controller that starts has no commands yet, and a bundle that is updated takes its own
   * away for a moment. A user's script must not see that, so the call waits for its command.
   *
   * @param waitMillis how long to wait at most while there are no commands, or commands come and go
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  synchronized Lease acquire(String name, long waitMillis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    while (!byName.containsKey(name)) {
      long now = System.nanoTime();
      long unsettled = byName.isEmpty() ? end - now : lastChange + SETTLED_NANOS - now;
      long left = Math.min(end - now, unsettled);
      if (left <= 0) {
        return null;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    Entry entry = byName.get(name).get(0);
    entry.calls++;
    return new Lease(entry);
  }

  /** Names of all commands, sorted. */
  synchronized List<String> names() {
    return List.copyOf(byName.keySet());
  }

  private int awaitIdle(Entry entry, long waitMillis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    while (entry.calls > 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        break;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return entry.calls;
  }

  private synchronized void release(Entry entry) {
    entry.calls--;
    notifyAll();
  }

  private static final class Entry {
    final UserCommand command;
    final String name;
    final int rank;
    final long order;
    int calls;

    Entry(UserCommand command, String name, int rank, long order) {
      this.command = command;
      this.name = name;
      this.rank = rank;
      this.order = order;
    }
  }

  /** A call in flight. */
  final class Lease implements AutoCloseable {
    private final Entry entry;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    UserCommand command() {
      return entry.command;
    }

    @Override
    public void close() {
      release(entry);
    }
  }
}
