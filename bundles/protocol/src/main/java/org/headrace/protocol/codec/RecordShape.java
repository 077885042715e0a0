package org.headrace.protocol.codec;

import java.util.Arrays;

/**
 * The shape of a record: its components that differ from their defaults, each with its position and
 * wire type in front. A reader skips positions that it doesn't know and assumes defaults for those
 * that are missing, so components may be appended.
 */
final class RecordShape extends Scalars.Part {
  private final Class<?> type;
  private final RecordAccess access;
  private final RecentParts recent = new RecentParts();
  private final RecentWrites written = new RecentWrites();
  private Shape[] shapes;
  private volatile Object[] defaults;

  RecordShape(Class<?> type) {
    super(null);
    this.type = type;
    access = RecordAccess.to(type);
  }

  /** Set once, after construction: a record may contain itself. */
  void components(Shape[] componentShapes) {
    shapes = componentShapes;
  }

  @Override
  public boolean isDefault(Object value) {
    return value == null;
  }

  /** A record inside of another one is often the very one that was written before. */
  @Override
  public void write(Object value, Output out) {
    byte[] known = written.find(value);
    int mark = out.begin();
    if (known != null) {
      out.raw(known);
    } else {
      writePart(value, out);
      written.keep(value, out, mark + 1);
    }
    out.end(mark);
  }

  @Override
  void writePart(Object value, Output out) {
    for (int i = 0; i < shapes.length; i++) {
      Object component = get(i, value);
      Shape shape = shapes[i];
      if (component == null) {
        if (shape.defaultValue() != null) {
          out.varint((long) i << 2 | 3);
        }
      } else if (!shape.isDefault(component)) {
        out.varint((long) i << 2 | shape.wireType());
        shape.write(component, out);
      }
    }
  }

  /** A record inside of another one is often the same as before; see {@link RecentParts}. */
  @Override
  public Object read(Input in) {
    int outer = in.enter();
    Object value = recent.suits(in.remaining()) ? recentOrRead(in) : readPart(in);
    in.leave(outer);
    return value;
  }

  private Object recentOrRead(Input in) {
    int hash = in.restHash();
    Object value = recent.find(in, hash);
    if (value == null) {
      byte[] bytes = in.peekRest();
      value = readPart(in);
      recent.keep(hash, bytes, value);
    }
    return value;
  }

  private Object[] defaults() {
    Object[] known = defaults;
    if (known == null) {
      known = new Object[shapes.length];
      for (int i = 0; i < shapes.length; i++) {
        known[i] = shapes[i].defaultValue();
      }
      defaults = known;
    }
    return known.clone();
  }

  @Override
  Object readPart(Input in) {
    Object[] values = defaults();
    while (!in.atEnd()) {
      long key = in.varint();
      int wire = (int) (key & 3);
      long index = key >>> 2;
      if (index >= shapes.length) {
        skip(wire, in);
      } else if (wire == 3) {
        values[(int) index] = null;
      } else if (wire == shapes[(int) index].wireType()) {
        values[(int) index] = shapes[(int) index].read(in);
      } else {
        throw new CodecException(
            "component " + index + " of " + type.getSimpleName() + " has wire type " + wire);
      }
    }
    return construct(values);
  }

  private static void skip(int wire, Input in) {
    switch (wire) {
      case VARINT -> in.varint();
      case FIXED -> in.fixed64();
      case PART -> in.leave(in.enter());
      default -> {
        // An explicit null has no bytes.
      }
    }
  }

  private Object get(int component, Object value) {
    try {
      return access.get(value, component);
    } catch (RuntimeException e) {
      throw new CodecException("reading " + type.getSimpleName() + " failed", e);
    }
  }

  private Object construct(Object[] values) {
    try {
      return access.make(values);
    } catch (RuntimeException e) {
      throw new CodecException(
          type.getSimpleName() + " refuses " + Arrays.toString(values) + ": " + e.getMessage(), e);
    }
  }
}
