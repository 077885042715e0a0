package org.headrace.store.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import net.openhft.chronicle.map.ChronicleMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A map from numbers to values that are kept as bytes outside of the heap, of any size.
 *
 * <p>It consists of {@link Tier}s, each twice as large as the one before, as a Chronicle Map can't
 * grow beyond what it was laid out for, and how many jobs there may be is changed while they run.
 * Making a tier takes time, the first one of a process more than a second, which neither a
 * controller that starts nor one that is busy has. So each is made in the background, and until it
 * is there entries wait on the heap. A start that reads a hundred thousand jobs hasn't the time to
 * write them as bytes either: those that wait for the first tier are written by who moves them.
 *
 * <p>One thread writes; {@link #get} is for any thread at any time.
 */
public final class OffHeap<V> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OffHeap.class);
  private static final int MOVED_AT_ONCE = 200;

  /** As values, entries take two to three times the heap that they take as bytes. */
  private static final int MOST_UNWRITTEN = 200_000;

  /** The rare larger entries may not fit into a segment of a tier, and stay on the heap. */
  private static final int LARGE = 64 * 1024;

  /** An entry would have to be replaced as often while it is read once. */
  private static final int MOST_TRIES = 1_000;

  private final String name;
  private final long firstEntries;
  private final int typicalBytes;
  private final Form<V> form;
  private final Map<Long, Waiting<V>> waiting = new ConcurrentHashMap<>();

  /** The newest is first, and takes what is new. */
  private volatile List<Tier> tiers = List.of();

  /** Entries that went from a tier back to the heap; a reader may have missed them on their way. */
  private volatile long wentBack;

  private boolean making;
  private boolean failed;
  private boolean closed;

  /** How values are kept. Any thread may decode at any time, one at a time does the rest. */
  public interface Form<V> {
    byte[] encode(V value);

    /** The value, or null if the bytes were {@link #drop dropped} meanwhile. */
    V decode(byte[] bytes);

    /** The bytes that logs and snapshots have of the value. */
    default byte[] written(byte[] bytes) {
      return bytes;
    }

    /** What was encoded is kept no more. */
    default void drop(byte[] bytes) {}

    /** Nothing of what was encoded is kept any more. */
    default void clear() {}
  }

  /** An entry on the heap. */
  private sealed interface Waiting<V> {
    record Value<V>(V value) implements Waiting<V> {}

    record Written<V>(byte[] bytes) implements Waiting<V> {}
  }

  private OffHeap(String name, long firstEntries, int typicalBytes, Form<V> form) {
    this.name = name;
    this.firstEntries = firstEntries;
    this.typicalBytes = typicalBytes;
    this.form = form;
  }

  /**
   * An empty store on the heap, until {@link #make()}.
   *
   * @param name for messages
   * @param entries number of entries that its first tier is laid out for
   * @param typicalBytes usual size of an entry
   */
  public static <V> OffHeap<V> open(String name, long entries, int typicalBytes, Form<V> form) {
    return new OffHeap<>(name, entries, typicalBytes, form);
  }

  /** Starts making the first tier, once. */
  public synchronized void make() {
    if (tiers.isEmpty()) {
      makeTier(firstEntries);
    }
  }

  private synchronized void makeTier(long entries) {
    if (making || failed || closed) {
      return;
    }
    making = true;
    Thread maker = new Thread(() -> runMaker(entries), "store-" + name + "-maker");
    maker.setDaemon(true);
    maker.setContextClassLoader(ChronicleMap.class.getClassLoader());
    maker.start();
  }

  private void runMaker(long entries) {
    boolean done = false;
    try {
      Tier tier = new Tier(name, entries, typicalBytes);
      done = true;
      moveIn(tier);
    } catch (RuntimeException | LinkageError e) {
      tellUnlessClosed(e);
    } finally {
      ended(!done);
    }
  }

  private synchronized void ended(boolean withoutTier) {
    making = false;
    failed = failed || withoutTier;
    notifyAll();
  }

  /** Once this is closed the map's classes may be gone, and nobody misses it. */
  private synchronized void tellUnlessClosed(Throwable failure) {
    if (!closed) {
      LOG.error("No more room for {} outside of the heap; they stay on the heap", name, failure);
    }
  }

  /** An entry is in the new tier before it leaves the heap, so that readers always find it. */
  private void moveIn(Tier tier) {
    synchronized (this) {
      if (closed) {
        tier.close();
        return;
      }
      List<Tier> more = new ArrayList<>(tiers);
      more.add(0, tier);
      tiers = List.copyOf(more);
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
      Waiting<V> entry = waiting.get(key);
      if (entry != null && !closed) {
        moveOut(key, entry);
      }
    }
  }

  private void moveOut(Long key, Waiting<V> entry) {
    byte[] bytes = bytes(entry);
    if (bytes.length <= LARGE && tiers.get(0).put(key, bytes, form::drop)) {
      waiting.remove(key);
    } else if (entry instanceof Waiting.Value<V>) {
      form.drop(bytes);
    }
  }

  /** Waits until entries are outside of the heap, or it is known that they can't be. */
  public synchronized void awaitMade() throws InterruptedException {
    while (making) {
      wait();
    }
  }

  /** True when entries are outside of the heap. */
  public boolean isMade() {
    return !tiers.isEmpty();
  }

  /**
   * An entry on its way out is first in both places, so a miss on the heap counts once the tiers
   * were looked at; one on its way back isn't missed unless {@link #wentBack} has changed.
   */
  V get(long key) {
    for (int i = 0; i < MOST_TRIES; i++) {
      long before = wentBack;
      Waiting<V> entry = waiting.get(key);
      byte[] bytes = entry == null ? inTiers(key) : null;
      V value = entry != null ? value(entry) : bytes != null ? form.decode(bytes) : null;
      if (value != null || entry == null && bytes == null && wentBack == before) {
        return value;
      }
      // What was found has been replaced since.
    }
    throw new IllegalStateException(name + " has bytes that can't be read under " + key);
  }

  private byte[] inTiers(long key) {
    for (Tier tier : tiers) {
      byte[] bytes = tier.get(key);
      if (bytes != null) {
        return bytes;
      }
    }
    return null;
  }

  /**
   * An entry as logs and snapshots write it, for the thread that writes; null for one that isn't
   * kept as bytes.
   */
  byte[] written(long key) {
    Waiting<V> entry = waiting.isEmpty() ? null : waiting.get(key);
    if (entry != null) {
      return entry instanceof Waiting.Written<V> written ? form.written(written.bytes()) : null;
    }
    byte[] bytes = inTiers(key);
    return bytes == null ? null : form.written(bytes);
  }

  private V value(Waiting<V> entry) {
    return entry instanceof Waiting.Value<V> plain
        ? plain.value()
        : form.decode(((Waiting.Written<V>) entry).bytes());
  }

  private byte[] bytes(Waiting<V> entry) {
    return entry instanceof Waiting.Written<V> written
        ? written.bytes()
        : form.encode(((Waiting.Value<V>) entry).value());
  }

  synchronized void put(long key, V value) {
    if (tiers.isEmpty() && waiting.size() < MOST_UNWRITTEN) {
      dropped(waiting.put(key, new Waiting.Value<>(value)));
      return;
    }
    byte[] bytes = form.encode(value);
    if (bytes.length > LARGE) {
      keepOnHeap(key, bytes);
      return;
    }
    Tier holder = holder(key);
    Tier target = holder != null || tiers.isEmpty() ? holder : tiers.get(0);
    if (target != null && target.put(key, bytes, form::drop)) {
      dropped(waiting.remove(key));
      return;
    }
    keepOnHeap(key, bytes);
    if (!tiers.isEmpty()) {
      makeTier(2 * tiers.get(0).entries());
    }
  }

  private void keepOnHeap(long key, byte[] bytes) {
    dropped(waiting.put(key, new Waiting.Written<>(bytes)));
    wentBack++;
    tiers.forEach(tier -> tier.remove(key, form::drop));
  }

  private void dropped(Waiting<V> entry) {
    if (entry instanceof Waiting.Written<V> written) {
      form.drop(written.bytes());
    }
  }

  /** The tier that has an entry; the newest needs no search while it takes any. */
  private Tier holder(long key) {
    for (Tier tier : tiers) {
      if ((tier.isFull() || tier != tiers.get(0)) && tier.contains(key)) {
        return tier;
      }
    }
    return null;
  }

  synchronized void remove(long key) {
    dropped(waiting.remove(key));
    tiers.forEach(tier -> tier.remove(key, form::drop));
  }

  synchronized void forEachValue(Consumer<V> action) {
    waiting.values().forEach(entry -> action.accept(value(entry)));
    tiers.forEach(tier -> tier.forEachValue(bytes -> action.accept(form.decode(bytes))));
  }

  synchronized int size() {
    return waiting.size() + tiers.stream().mapToInt(Tier::size).sum();
  }

  synchronized void clear() {
    waiting.clear();
    tiers.forEach(Tier::clear);
    form.clear();
  }

  /** Bytes that entries take outside of the heap, with what the map needs for each. */
  public synchronized long bytesOutside() {
    return tiers.stream().mapToLong(Tier::bytes).sum();
  }

  @Override
  public synchronized void close() {
    closed = true;
    tiers.forEach(Tier::close);
    notifyAll();
  }
}
