package org.headrace.protocol.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Shapes of lists, sets and maps. Sets and maps are written sorted: equal values, equal bytes. */
final class Containers {
  private Containers() {}

  static Shape listOf(Shape element) {
    return new Sequence(element, List.of(), false);
  }

  static Shape setOf(Shape element) {
    return new Sequence(element, Set.of(), true);
  }

  static Shape mapOf(Shape key, Shape value) {
    return new Pairs(key, value);
  }

  private static final class Sequence extends Scalars.Part {
    private final Shape element;
    private final boolean set;

    Sequence(Shape element, Object empty, boolean set) {
      super(empty);
      this.element = element;
      this.set = set;
    }

    @Override
    public boolean isDefault(Object value) {
      return value instanceof Collection<?> collection && collection.isEmpty();
    }

    @Override
    void writePart(Object value, Output out) {
      if (set) {
        ((Set<?>) value).stream().sorted(natural()).forEach(member -> element.write(member, out));
      } else {
        for (Object member : (List<?>) value) {
          element.write(member, out);
        }
      }
    }

    @Override
    Object readPart(Input in) {
      Collection<Object> members = set ? new LinkedHashSet<>() : new ArrayList<>();
      while (!in.atEnd()) {
        int before = in.remaining();
        members.add(element.read(in));
        if (in.remaining() == before) {
          throw new CodecException("element without bytes");
        }
      }
      return members;
    }
  }

  private static final class Pairs extends Scalars.Part {
    private final Shape key;
    private final Shape value;

    Pairs(Shape key, Shape value) {
      super(Map.of());
      this.key = key;
      this.value = value;
    }

    @Override
    public boolean isDefault(Object map) {
      return map instanceof Map<?, ?> pairs && pairs.isEmpty();
    }

    @Override
    void writePart(Object map, Output out) {
      ((Map<?, ?>) map)
          .entrySet().stream()
              .sorted(Map.Entry.comparingByKey(natural()))
              .forEach(
                  entry -> {
                    key.write(entry.getKey(), out);
                    value.write(entry.getValue(), out);
                  });
    }

    @Override
    Object readPart(Input in) {
      Map<Object, Object> map = new LinkedHashMap<>();
      while (!in.atEnd()) {
        map.put(key.read(in), value.read(in));
      }
      return map;
    }
  }

  /** Order of strings, numbers and enums; other members don't occur in sets or as keys. */
  @SuppressWarnings("unchecked")
  private static <T> Comparator<T> natural() {
    return (a, b) -> ((Comparable<Object>) a).compareTo(b);
  }
}
