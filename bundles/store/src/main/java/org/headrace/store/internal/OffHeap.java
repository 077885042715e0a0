package org.headrace.store.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import net.openhft.chronicle.map.ChronicleMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A map from numbers to bytes outside of the heap.
 *
 * <p>The first map of a process takes more than a second to make, and a controller that starts has
 * no such second. So it is made in the background, when it is told to, and until it is there
 * entries wait on the heap.
 *
 * <p>One thread writes; {@link #get} is for any thread at any time.
 */
public final class OffHeap implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OffHeap.class);
  private static final int MOVED_AT_ONCE = 200;
  private static final double MAX_BLOAT = 4;

  private final String name;
  private final long entries;
  private final int typicalBytes;
  private final AtomicBoolean making = new AtomicBoolean();
  private final Map<Long, byte[]> waiting = new ConcurrentHashMap<>();
  private final CountDownLatch made = new CountDownLatch(1);
  private volatile ChronicleMap<Long, byte[]> map;
  private boolean closed;

  private OffHeap(String name, long entries, int typicalBytes) {
    this.name = name;
    this.entries = entries;
    this.typicalBytes = typicalBytes;
  }

  /**
   * An empty store on the heap, until {@link #make()}.
   *
   * @param name for messages
   * @param entries number of entries that it is laid out for
   * @param typicalBytes usual size of an entry
   */
  public static OffHeap open(String name, long entries, int typicalBytes) {
    return new OffHeap(name, entries, typicalBytes);
  }

  /** Starts making the map, once. */
  public void make() {
    if (making.compareAndSet(false, true)) {
      Thread maker = new Thread(this::makeMap, "store-" + name + "-maker");
      maker.setDaemon(true);
      maker.setContextClassLoader(ChronicleMap.class.getClassLoader());
      maker.start();
    }
  }

  private void makeMap() {
    try {
      ChronicleMap<Long, byte[]> ready =
          ChronicleMap.of(Long.class, byte[].class)
              .name(name)
              .entries(entries)
              .averageValueSize(typicalBytes)
              .maxBloatFactor(MAX_BLOAT)
              .create();
      moveIn(ready);
    } catch (RuntimeException | LinkageError e) {
      tellUnlessClosed(e);
    } finally {
      made.countDown();
    }
  }

  /** Once this is closed the map's classes may be gone, and nobody misses it. */
  private synchronized void tellUnlessClosed(Throwable failure) {
    if (!closed) {
      LOG.error("No store for {} outside of the heap; they stay on the heap", name, failure);
    }
  }

  /** An entry is in the new map before it leaves the heap, so that readers always find it. */
  private void moveIn(ChronicleMap<Long, byte[]> ready) {
    synchronized (this) {
      if (closed) {
        ready.close();
        return;
      }
      map = ready;
    }
    // A few at a time, since whoever writes would have to wait for all of them.
    List<Long> some = new ArrayList<>(MOVED_AT_ONCE);
    for (Long key : waiting.keySet()) {
      some.add(key);
      if (some.size() == MOVED_AT_ONCE) {
        move(some);
        some.clear();
      }
    }
    move(some);
  }

  private synchronized void move(List<Long> keys) {
    for (Long key : keys) {
      byte[] value = waiting.get(key);
      if (value != null && !closed) {
        map.put(key, value);
        waiting.remove(key);
      }
    }
  }

  /** Waits until entries are outside of the heap, or it is known that they can't be. */
  public void awaitMade() throws InterruptedException {
    made.await();
  }

  /** True when entries are outside of the heap. */
  public boolean isMade() {
    return map != null;
  }

  /**
   * An entry that moves out is first in both places, so a miss counts once the map was looked at.
   */
  byte[] get(long key) {
    byte[] value = waiting.get(key);
    if (value != null) {
      return value;
    }
    ChronicleMap<Long, byte[]> ready = map;
    return ready == null ? null : ready.get(key);
  }

  synchronized void put(long key, byte[] value) {
    if (map == null) {
      waiting.put(key, value);
    } else {
      map.put(key, value);
      waiting.remove(key);
    }
  }

  synchronized void remove(long key) {
    waiting.remove(key);
    if (map != null) {
      map.remove(key);
    }
  }

  synchronized void forEachValue(Consumer<byte[]> action) {
    waiting.values().forEach(action);
    if (map != null) {
      map.forEach((key, value) -> action.accept(value));
    }
  }

  synchronized int size() {
    return waiting.size() + (map == null ? 0 : map.size());
  }

  /** To clear a new map would touch, and so occupy, all of it. */
  synchronized void clear() {
    waiting.clear();
    if (map != null && map.size() > 0) {
      map.clear();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (map != null) {
      map.close();
    }
  }
}
