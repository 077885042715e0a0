package org.headrace.store.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.headrace.core.FileStore;

/**
 * Scripts and environments outside of the heap, each content once. Keys are made of the content's
 * SHA-256, so that they are the same wherever the same log is replayed; should two contents ever
 * come to the same key, the second gets the next free one.
 *
 * <p>Most are a few hundred bytes to a few KiB, which is what the map off the heap is laid out for;
 * the rare larger ones, up to several MiB, would not fit one of its segments and live on the heap.
 */
public final class ContentStore implements FileStore {
  private static final byte[] EMPTY = new byte[0];
  private static final int LARGE = 64 * 1024;

  private final OffHeap bytes;
  private final Map<Long, Counted> counted = new HashMap<>();
  private final Map<Long, byte[]> large = new ConcurrentHashMap<>();

  private static final class Counted {
    long references = 1;
  }

  public ContentStore(OffHeap bytes) {
    this.bytes = bytes;
  }

  @Override
  public long put(byte[] content) {
    if (content.length == 0) {
      return NOTHING;
    }
    for (long key = keyOf(content); ; key++) {
      if (key == NOTHING) {
        continue;
      }
      Counted known = counted.get(key);
      if (known == null) {
        if (content.length > LARGE) {
          large.put(key, content);
        } else {
          bytes.put(key, content);
        }
        counted.put(key, new Counted());
        return key;
      }
      if (Arrays.equals(get(key), content)) {
        known.references++;
        return key;
      }
    }
  }

  private static long keyOf(byte[] content) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(content)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public byte[] get(long key) {
    if (key == NOTHING) {
      return EMPTY;
    }
    byte[] onHeap = large.get(key);
    return onHeap != null ? onHeap : bytes.get(key);
  }

  @Override
  public void retain(long key) {
    Counted known = counted.get(key);
    if (known != null) {
      known.references++;
    }
  }

  @Override
  public void release(long key) {
    Counted known = counted.get(key);
    if (known != null && --known.references == 0) {
      counted.remove(key);
      if (large.remove(key) == null) {
        bytes.remove(key);
      }
    }
  }

  @Override
  public void clear() {
    counted.clear();
    large.clear();
    bytes.clear();
  }
}
