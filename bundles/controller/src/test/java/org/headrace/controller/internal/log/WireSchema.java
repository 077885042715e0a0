package org.headrace.controller.internal.log;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What {@link org.headrace.protocol.codec.RecordCodec} writes, as text: each type that is reached
 * from the roots, with its components, constants or variants in their order on the wire.
 *
 * @param types members by the head of their type, such as {@code record org.headrace.api.job.Job}
 */
record WireSchema(Map<String, List<String>> types) {
  private static final String OURS = "org.headrace.";

  /** The schema of all that these types are made of. */
  static WireSchema of(Class<?>... roots) {
    Map<String, List<String>> types = new TreeMap<>();
    for (Class<?> root : roots) {
      collect(root, types);
    }
    return new WireSchema(types);
  }

  /** Reads what {@link #toString} wrote. Blank lines and those with {@code #} are comments. */
  static WireSchema parse(String text) {
    Map<String, List<String>> types = new TreeMap<>();
    List<String> members = null;
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("  ")) {
        members.add(line.strip());
      } else {
        members = new ArrayList<>();
        types.put(line, members);
      }
    }
    return new WireSchema(types);
  }

  /**
   * What bytes of this schema would be misread by code of a later one: each type that isn't there
   * any more, or whose members don't begin with those that it had.
   */
  List<String> brokenBy(WireSchema later) {
    List<String> broken = new ArrayList<>();
    types.forEach(
        (type, members) -> {
          List<String> now = later.types.get(type);
          if (now == null) {
            broken.add(type + " is gone");
            return;
          }
          for (int i = 0; i < members.size(); i++) {
            if (i >= now.size() || !now.get(i).equals(members.get(i))) {
              broken.add(
                  "%s, position %d: '%s' has become %s"
                      .formatted(
                          type,
                          i,
                          members.get(i),
                          i < now.size() ? "'" + now.get(i) + "'" : "nothing"));
              return;
            }
          }
        });
    return broken;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    types.forEach(
        (type, members) -> {
          text.append(type).append('\n');
          members.forEach(member -> text.append("  ").append(member).append('\n'));
        });
    return text.toString();
  }

  private static void collect(Type type, Map<String, List<String>> types) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        collect(argument, types);
      }
      return;
    }
    if (!(type instanceof Class<?> raw)) {
      throw new IllegalArgumentException(type + " can't be written");
    }
    String kind =
        raw.isRecord() ? "record" : raw.isEnum() ? "enum" : raw.isSealed() ? "sealed" : "";
    String head = kind + " " + raw.getName();
    if (kind.isEmpty() || types.containsKey(head)) {
      return;
    }
    List<String> members = new ArrayList<>();
    types.put(head, members);
    if (raw.isRecord()) {
      for (RecordComponent component : raw.getRecordComponents()) {
        members.add(component.getName() + " " + name(component.getGenericType()));
        collect(component.getGenericType(), types);
      }
    } else if (raw.isEnum()) {
      for (Object constant : raw.getEnumConstants()) {
        members.add(((Enum<?>) constant).name());
      }
    } else {
      for (Class<?> variant : raw.getPermittedSubclasses()) {
        members.add(variant.getName());
        collect(variant, types);
      }
    }
  }

  /** A type as it matters on the wire: a number and its box are the same there. */
  private static String name(Type type) {
    if (type instanceof ParameterizedType generic) {
      String arguments =
          Arrays.stream(generic.getActualTypeArguments())
              .map(WireSchema::name)
              .collect(Collectors.joining(", "));
      return name(generic.getRawType()) + "<" + arguments + ">";
    }
    if (type instanceof GenericArrayType array) {
      return name(array.getGenericComponentType()) + "[]";
    }
    Class<?> raw = (Class<?>) type;
    if (raw == Integer.class) {
      return "int";
    }
    if (raw.getPackageName().equals("java.lang") && !raw.isPrimitive() && raw != String.class) {
      return raw.getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
    return raw.getName().startsWith(OURS) ? raw.getName() : raw.getSimpleName();
  }
}
