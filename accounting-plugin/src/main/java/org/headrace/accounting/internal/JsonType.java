package org.headrace.accounting.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.headrace.api.model.CoreSet;

/** How values of one Java type are written as JSON. */
abstract class JsonType {
  /** What a field reads as that a document lacks. */
  abstract Object defaultValue();

  abstract void write(Object value, JsonGenerator generator, RecordJson.Limits limits)
      throws IOException;

  /** Reads the value that the parser stands at, and leaves it at the value's last token. */
  abstract Object read(JsonParser parser) throws IOException;

  // Not a ClassValue: that would hang our class loader on the classes of other bundles.
  private static final Map<Class<?>, JsonType> CLASSES = new ConcurrentHashMap<>();

  static JsonType of(Type type) {
    if (type instanceof Class<?> plain) {
      JsonType known = CLASSES.get(plain);
      if (known == null) {
        known = ofClass(plain);
        CLASSES.put(plain, known);
      }
      return known;
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return new CollectionType(of(arguments[0]), false);
      }
      if (generic.getRawType() == Set.class) {
        return new CollectionType(of(arguments[0]), true);
      }
      if (generic.getRawType() == Map.class && arguments[0] == String.class) {
        return new MapType(of(arguments[1]));
      }
    }
    throw new IllegalArgumentException("no JSON for " + type);
  }

  private static JsonType ofClass(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return new IntType();
    } else if (type == long.class || type == Long.class) {
      return new LongType();
    } else if (type == boolean.class || type == Boolean.class) {
      return new BooleanType();
    } else if (type == String.class) {
      return new StringType();
    } else if (type == CoreSet.class) {
      return new CoreSetType();
    } else if (type.isEnum()) {
      return new EnumType(type);
    } else if (type.isRecord()) {
      return new RecordType(type);
    }
    throw new IllegalArgumentException("no JSON for " + type);
  }

  static IOException unexpected(JsonParser parser, String wanted) {
    return new IOException(
        "expected "
            + wanted
            + " for '"
            + parser.getParsingContext().getCurrentName()
            + "' at character "
            + parser.currentLocation().getCharOffset()
            + ", found "
            + parser.currentToken());
  }

  static void require(JsonParser parser, JsonToken token, String wanted) throws IOException {
    if (parser.currentToken() != token) {
      throw unexpected(parser, wanted);
    }
  }

  static String cut(String text, RecordJson.Limits limits) {
    return text.length() <= limits.maxString() ? text : text.substring(0, limits.maxString());
  }

  private static final class IntType extends JsonType {
    @Override
    Object defaultValue() {
      return 0;
    }

    @Override
    void write(Object value, JsonGenerator generator, RecordJson.Limits limits) throws IOException {
      generator.writeNumber((int) (Integer) value);
    }

    @Override
    Object read(JsonParser parser) throws IOException {
      require(parser, JsonToken.VALUE_NUMBER_INT, "a whole number");
      return parser.getIntValue();
    }
  }

  private static final class LongType extends JsonType {
    @Override
    Object defaultValue() {
      return 0L;
    }

    @Override
    void write(Object value, JsonGenerator generator, RecordJson.Limits limits) throws IOException {
      generator.writeNumber((long) (Long) value);
    }

    @Override
    Object read(JsonParser parser) throws IOException {
      require(parser, JsonToken.VALUE_NUMBER_INT, "a whole number");
      return parser.getLongValue();
    }
  }

  private static final class BooleanType extends JsonType {
    @Override
    Object defaultValue() {
      return false;
    }

    @Override
    void write(Object value, JsonGenerator generator, RecordJson.Limits limits) throws IOException {
      generator.writeBoolean((Boolean) value);
    }

    @Override
    Object read(JsonParser parser) throws IOException {
      if (!parser.currentToken().isBoolean()) {
        throw unexpected(parser, "true or false");
      }
      return parser.getBooleanValue();
    }
  }

  private static final class StringType extends JsonType {
    @Override
    Object defaultValue() {
      return "";
    }

    @Override
    void write(Object value, JsonGenerator generator, RecordJson.Limits limits) throws IOException {
      generator.writeString(cut((String) value, limits));
    }

    @Override
    Object read(JsonParser parser) throws IOException {
      require(parser, JsonToken.VALUE_STRING, "text");
      return parser.getText();
    }
  }

  private static final class EnumType extends JsonType {
    private final Object first;
    private final Map<String, Object> constants = new HashMap<>();

    EnumType(Class<?> type) {
      first = type.getEnumConstants()[0];
      for (Object constant : type.getEnumConstants()) {
        constants.put(((Enum<?>) constant).name(), constant);
      }
    }

    @Override
    Object defaultValue() {
      return first;
    }

    @Override
    void write(Object value, JsonGenerator generator, RecordJson.Limits limits) throws IOException {
      generator.writeString(((Enum<?>) value).name());
    }

    @Override
    Object read(JsonParser parser) throws IOException {
      require(parser, JsonToken.VALUE_STRING, "a name");
      Object constant = constants.get(parser.getText());
      if (constant == null) {
        throw unexpected(parser, "one of " + constants.keySet());
      }
      return constant;
    }
  }

  /** Cores and devices, as {@code 0-3,7}. */
  private static final class CoreSetType extends JsonType {
    private static final int MAX_MEMBER = 1 << 20;

    @Override
    Object defaultValue() {
      return CoreSet.EMPTY;
    }

    @Override
    void write(Object value, JsonGenerator generator, RecordJson.Limits limits) throws IOException {
      generator.writeString(value.toString());
    }

    @Override
    Object read(JsonParser parser) throws IOException {
      require(parser, JsonToken.VALUE_STRING, "ranges of numbers");
      String text = parser.getText();
      long[] words = new long[0];
      for (String range : text.isEmpty() ? new String[0] : text.split(",")) {
        int dash = range.indexOf('-');
        int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
        int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
        if (first < 0 || last < first || last > MAX_MEMBER) {
          throw unexpected(parser, "ranges of numbers up to " + MAX_MEMBER);
        }
        if (last >> 6 >= words.length) {
          words = Arrays.copyOf(words, (last >> 6) + 1);
        }
        for (int member = first; member <= last; member++) {
          words[member >> 6] |= 1L << member;
        }
      }
      return new CoreSet(words);
    }
  }

  private static final class CollectionType extends JsonType {
    private final JsonType element;
    private final boolean set;

    CollectionType(JsonType element, boolean set) {
      this.element = element;
      this.set = set;
    }

    @Override
    Object defaultValue() {
      return set ? Set.of() : List.of();
    }

    @Override
    void write(Object value, JsonGenerator generator, RecordJson.Limits limits) throws IOException {
      Collection<?> elements = (Collection<?>) value;
      if (set) {
        // A set has no order of its own: one that doesn't change makes documents comparable.
        elements = elements.stream().sorted(Comparator.comparing(Object::toString)).toList();
      }
      generator.writeStartArray();
      int left = limits.maxElements();
      for (Object each : elements) {
        if (left-- == 0) {
          break;
        }
        element.write(each, generator, limits);
      }
      generator.writeEndArray();
    }

    @Override
    Object read(JsonParser parser) throws IOException {
      require(parser, JsonToken.START_ARRAY, "a list");
      Collection<Object> elements = set ? new LinkedHashSet<>() : new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(element.read(parser));
      }
      return elements;
    }
  }

  private static final class MapType extends JsonType {
    private final JsonType element;

    MapType(JsonType element) {
      this.element = element;
    }

    @Override
    Object defaultValue() {
      return Map.of();
    }

    @Override
    void write(Object value, JsonGenerator generator, RecordJson.Limits limits) throws IOException {
      generator.writeStartObject();
      int left = limits.maxElements();
      for (Map.Entry<?, ?> entry : new TreeMap<>((Map<?, ?>) value).entrySet()) {
        if (left-- == 0) {
          break;
        }
        generator.writeFieldName(cut((String) entry.getKey(), limits));
        element.write(entry.getValue(), generator, limits);
      }
      generator.writeEndObject();
    }

    @Override
    Object read(JsonParser parser) throws IOException {
      require(parser, JsonToken.START_OBJECT, "an object");
      Map<String, Object> entries = new HashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        entries.put(name, element.read(parser));
      }
      return entries;
    }
  }
}
