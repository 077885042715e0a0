package org.headrace.store.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import net.openhft.chronicle.map.ChronicleMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A map from numbers to bytes outside of the heap.
 *
 * <p>The first map of a process takes more than a second to make, and a controller that starts has
 * no such second. So it is made in the background, and until it is there entries wait on the heap.
 *
 * <p>One thread writes; {@link #get} is for any thread at any time.
 */
public final class OffHeap implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OffHeap.class);
  private static final double MAX_BLOAT = 4;

  private final Map<Long, byte[]> waiting = new ConcurrentHashMap<>();
  private final CountDownLatch made = new CountDownLatch(1);
  private volatile ChronicleMap<Long, byte[]> map;
  private boolean closed;

  private OffHeap() {}

  /**
   * Starts making a map.
   *
   * @param name for messages
   * @param entries number of entries that it is laid out for
   * @param typicalBytes usual size of an entry
   */
  public static OffHeap open(String name, long entries, int typicalBytes) {
    OffHeap store = new OffHeap();
    Thread maker =
        new Thread(() -> store.make(name, entries, typicalBytes), "store-" + name + "-maker");
    maker.setDaemon(true);
    maker.setContextClassLoader(ChronicleMap.class.getClassLoader());
    maker.start();
    return store;
  }

  private void make(String name, long entries, int typicalBytes) {
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
      LOG.error("No store for {} outside of the heap; they stay on the heap", name, e);
    } finally {
      made.countDown();
    }
  }

  /** An entry is in the new map before it leaves the heap, so that readers always find it. */
  private synchronized void moveIn(ChronicleMap<Long, byte[]> ready) {
    if (closed) {
      ready.close();
      return;
    }
    waiting.forEach(ready::put);
    map = ready;
    waiting.clear();
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
    }
  }

  synchronized void remove(long key) {
    if (map == null) {
      waiting.remove(key);
    } else {
      map.remove(key);
    }
  }

  synchronized void forEachValue(Consumer<byte[]> action) {
    if (map == null) {
      waiting.values().forEach(action);
    } else {
      map.forEach((key, value) -> action.accept(value));
    }
  }

  synchronized int size() {
    return map == null ? waiting.size() : map.size();
  }

  /** To clear a new map would touch, and so occupy, all of it. */
  synchronized void clear() {
    if (map == null) {
      waiting.clear();
    } else if (map.size() > 0) {
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
