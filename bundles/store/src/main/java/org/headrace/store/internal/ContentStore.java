package org.headrace.store.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.headrace.core.FileStore;

/**
 * Scripts and environments outside of the heap, each content once. A key is a hash of the content;
 * should two contents come to the same, the second gets the next free one.
 *
 * <p>The hash is a polynomial over the numbers modulo 2<sup>61</sup> − 1 at a secret point (Carter
 * and Wegman, "Universal classes of hash functions", 1979): nobody who doesn't know the point can
 * make contents that collide, and so make this slow. A cryptographic digest would do too, but took
 * most of the time of a replay.
 *
 * <p>Most are a few hundred bytes to a few KiB, which is what the map off the heap is laid out for.
 */
public final class ContentStore implements FileStore {
  private static final byte[] EMPTY = new byte[0];
  private static final long PRIME = (1L << 61) - 1;
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** Contents are bytes. */
  public static final OffHeap.Form<byte[]> FORM =
      new OffHeap.Form<>() {
        @Override
        public byte[] encode(byte[] content) {
          return content;
        }

        @Override
        public byte[] decode(byte[] bytes) {
          return bytes;
        }
      };

  private final long point = 2 + (new SecureRandom().nextLong() >>> 4);
  private final OffHeap<byte[]> bytes;
  private final Map<Long, Counted> counted = new HashMap<>();

  private static final class Counted {
    long references = 1;
  }

  public ContentStore(OffHeap<byte[]> bytes) {
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
        bytes.put(key, content);
        counted.put(key, new Counted());
        return key;
      }
      if (Arrays.equals(get(key), content)) {
        known.references++;
        return key;
      }
    }
  }

  private long keyOf(byte[] content) {
    long hash = content.length;
    int at = 0;
    for (; at <= content.length - Integer.BYTES; at += Integer.BYTES) {
      hash = step(hash, ((int) INTS.get(content, at)) & 0xFFFF_FFFFL);
    }
    for (; at < content.length; at++) {
      hash = step(hash, content[at] & 0xFF);
    }
    return hash;
  }

  /** {@code hash · point + next} modulo the prime; what is beyond 61 bits counts once more. */
  private long step(long hash, long next) {
    long low = hash * point;
    long high = Math.multiplyHigh(hash, point);
    long sum = (low & PRIME) + (low >>> 61 | high << 3) + next;
    long folded = (sum & PRIME) + (sum >>> 61);
    return folded >= PRIME ? folded - PRIME : folded;
  }

  @Override
  public byte[] get(long key) {
    return key == NOTHING ? EMPTY : bytes.get(key);
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
      bytes.remove(key);
    }
  }

  @Override
  public void clear() {
    counted.clear();
    bytes.clear();
  }
}
