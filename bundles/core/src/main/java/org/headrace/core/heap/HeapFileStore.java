package org.headrace.core.heap;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.headrace.core.FileStore;

/** Scripts and environments on the heap. */
public final class HeapFileStore implements FileStore {
  private static final byte[] EMPTY = new byte[0];

  private final ConcurrentMap<Long, byte[]> contents = new ConcurrentHashMap<>();
  private final Map<ByteBuffer, Long> keys = new HashMap<>();
  private final Map<Long, Integer> references = new HashMap<>();
  private long lastKey;

  @Override
  public long put(byte[] content) {
    if (content.length == 0) {
      return NOTHING;
    }
    Long known = keys.get(ByteBuffer.wrap(content));
    long key = known == null ? ++lastKey : known;
    if (known == null) {
      keys.put(ByteBuffer.wrap(content), key);
      contents.put(key, content);
    }
    references.merge(key, 1, Integer::sum);
    return key;
  }

  @Override
  public byte[] get(long key) {
    return key == NOTHING ? EMPTY : contents.get(key);
  }

  @Override
  public void retain(long key) {
    if (key != NOTHING) {
      references.merge(key, 1, Integer::sum);
    }
  }

  @Override
  public void release(long key) {
    if (key != NOTHING && references.merge(key, -1, Integer::sum) == 0) {
      references.remove(key);
      keys.remove(ByteBuffer.wrap(contents.remove(key)));
    }
  }

  @Override
  public void clear() {
    contents.clear();
    keys.clear();
    references.clear();
  }

  /** Number of contents stored. */
  public int size() {
    return contents.size();
  }
}
