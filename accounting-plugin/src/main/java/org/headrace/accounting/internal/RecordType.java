package org.headrace.accounting.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A record, as an object with a field for each component that hasn't its default. */
final class RecordType extends JsonType {
  private final Class<?> type;
  private final String[] names;
  private final JsonType[] types;
  private final Object[] defaults;
  private final MethodHandle[] accessors;
  private final MethodHandle constructor;
  private final Map<String, Integer> positions = new HashMap<>();

  RecordType(Class<?> type) {
    this.type = type;
    RecordComponent[] components = type.getRecordComponents();
    names = new String[components.length];
    types = new JsonType[components.length];
    defaults = new Object[components.length];
    accessors = new MethodHandle[components.length];
    Class<?>[] parameters = new Class<?>[components.length];
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      for (int i = 0; i < components.length; i++) {
        names[i] = components[i].getName();
        types[i] = JsonType.of(components[i].getGenericType());
        parameters[i] = components[i].getType();
        accessors[i] =
            lookup
                .unreflect(components[i].getAccessor())
                .asType(MethodType.methodType(Object.class, Object.class));
        positions.put(names[i], i);
        defaults[i] = types[i].defaultValue();
      }
      constructor =
          lookup
              .findConstructor(type, MethodType.methodType(void.class, parameters))
              .asType(MethodType.genericMethodType(components.length))
              .asSpreader(Object[].class, components.length);
    } catch (IllegalAccessException | NoSuchMethodException e) {
      throw new IllegalArgumentException(type + " is not public", e);
    }
  }

  @Override
  Object defaultValue() {
    return construct(defaults.clone());
  }

  @Override
  void write(Object value, JsonGenerator generator, RecordJson.Limits limits) throws IOException {
    generator.writeStartObject();
    for (int i = 0; i < names.length; i++) {
      Object component = get(i, value);
      if (component == null) {
        generator.writeNullField(names[i]);
      } else if (!component.equals(defaults[i])) {
        generator.writeFieldName(names[i]);
        types[i].write(component, generator, limits);
      }
    }
    generator.writeEndObject();
  }

  @Override
  Object read(JsonParser parser) throws IOException {
    require(parser, JsonToken.START_OBJECT, "an object");
    Object[] values = defaults.clone();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Integer position = positions.get(parser.currentName());
      JsonToken token = parser.nextToken();
      if (position == null) {
        parser.skipChildren();
      } else {
        values[position] = token == JsonToken.VALUE_NULL ? null : types[position].read(parser);
      }
    }
    return construct(values);
  }

  private Object get(int i, Object value) {
    try {
      return accessors[i].invokeExact(value);
    } catch (Throwable e) {
      throw new IllegalStateException("accessor " + type + "." + names[i] + " failed", e);
    }
  }

  private Object construct(Object[] values) {
    try {
      return constructor.invoke(values);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalArgumentException(type.getSimpleName() + Arrays.toString(values), e);
    }
  }
}
