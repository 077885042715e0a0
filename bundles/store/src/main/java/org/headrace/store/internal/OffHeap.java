package org.headrace.store.internal;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import net.openhft.chronicle.map.ChronicleMap;

/** A map from numbers to bytes outside of the heap. Made in the background; safe for any thread. */
public final class OffHeap implements AutoCloseable {
  private static final double MAX_BLOAT = 4;

  private final CompletableFuture<ChronicleMap<Long, byte[]>> map;

  private OffHeap(CompletableFuture<ChronicleMap<Long, byte[]>> map) {
    this.map = map;
  }

  /**
   * Starts making a map.
   *
   * @param name for messages
   * @param entries number of entries that it is laid out for
   * @param typicalBytes usual size of an entry
   */
  public static OffHeap open(String name, long entries, int typicalBytes) {
    CompletableFuture<ChronicleMap<Long, byte[]>> made = new CompletableFuture<>();
    Thread maker =
        new Thread(
            () -> {
              try {
                made.complete(make(name, entries, typicalBytes));
              } catch (RuntimeException | LinkageError e) {
                made.completeExceptionally(e);
              }
            },
            "store-" + name);
    maker.setDaemon(true);
    maker.setContextClassLoader(ChronicleMap.class.getClassLoader());
    maker.start();
    return new OffHeap(made);
  }

  private static ChronicleMap<Long, byte[]> make(String name, long entries, int typicalBytes) {
    return ChronicleMap.of(Long.class, byte[].class)
        .name(name)
        .entries(entries)
        .averageValueSize(typicalBytes)
        .maxBloatFactor(MAX_BLOAT)
        .create();
  }

  byte[] get(long key) {
    return map.join().get(key);
  }

  void put(long key, byte[] value) {
    map.join().put(key, value);
  }

  void remove(long key) {
    map.join().remove(key);
  }

  void forEachValue(Consumer<byte[]> action) {
    map.join().forEach((key, value) -> action.accept(value));
  }

  int size() {
    return map.join().size();
  }

  /** To clear a new map would touch, and so occupy, all of it. */
  void clear() {
    if (size() > 0) {
      map.join().clear();
    }
  }

  @Override
  public void close() {
    map.thenAccept(ChronicleMap::close);
  }
}
