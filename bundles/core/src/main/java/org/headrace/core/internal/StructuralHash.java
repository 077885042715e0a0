package org.headrace.core.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A hash of values that is the same on every machine and in every run: of records by their
 * components, of lists by their order, of sets and maps without regard to it, of enums by name.
 */
final class StructuralHash {
  private static final long PRIME = 0x100000001b3L;
  private static final long START = 0xcbf29ce484222325L;
  private static final Map<Class<?>, Method[]> ACCESSORS = new ConcurrentHashMap<>();

  private long hash = START;

  /** Mixes in a further value. */
  void add(Object value) {
    mix(of(value));
  }

  long value() {
    return hash;
  }

  private void mix(long more) {
    hash = step(hash, more);
  }

  private static long step(long hash, long more) {
    long mixed = (hash ^ more) * PRIME;
    return mixed ^ mixed >>> 29;
  }

  static long of(Object value) {
    if (value == null) {
      return 1;
    } else if (value instanceof Enum<?> constant) {
      return text(constant.name());
    } else if (value instanceof String string) {
      return text(string);
    } else if (value instanceof Number number) {
      return step(3, number.longValue());
    } else if (value instanceof Boolean bool) {
      return bool ? 5 : 7;
    } else if (value instanceof byte[] bytes) {
      return bytes(bytes);
    } else if (value instanceof long[] longs) {
      return longs(longs);
    } else if (value instanceof Map<?, ?> map) {
      long sum = 11;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        sum += step(of(entry.getKey()), of(entry.getValue()));
      }
      return sum;
    } else if (value instanceof java.util.Set<?> set) {
      return 13 + set.stream().mapToLong(StructuralHash::of).sum();
    } else if (value instanceof Collection<?> list) {
      long result = step(17, list.size());
      for (Object item : list) {
        result = step(result, of(item));
      }
      return result;
    } else if (value instanceof Record record) {
      return components(record);
    }
    throw new IllegalArgumentException("no hash for values of " + value.getClass());
  }

  private static long text(String text) {
    long result = START;
    for (int i = 0; i < text.length(); i++) {
      result = step(result, text.charAt(i));
    }
    return result;
  }

  private static long bytes(byte[] bytes) {
    long result = step(START, bytes.length);
    for (byte b : bytes) {
      result = step(result, b);
    }
    return result;
  }

  private static long longs(long[] longs) {
    long result = step(START, longs.length);
    for (long word : longs) {
      result = step(result, word);
    }
    return result;
  }

  private static long components(Record record) {
    long result = text(record.getClass().getSimpleName());
    for (Method accessor : ACCESSORS.computeIfAbsent(record.getClass(), StructuralHash::find)) {
      try {
        result = step(result, of(accessor.invoke(record)));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("can't read " + accessor, e);
      }
    }
    return result;
  }

  private static Method[] find(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getAccessor)
        .toArray(Method[]::new);
  }
}
