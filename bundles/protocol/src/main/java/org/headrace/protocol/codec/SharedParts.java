package org.headrace.protocol.codec;

import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps encoded records in less room: what many of them have in common, part by part, is kept once,
 * and a record refers to it. A hundred thousand jobs differ in few of their components.
 *
 * <p>A packed record is the record's own bytes in which each component's key has one bit more, that
 * says what comes: the component as it was, the number of a shared part, or a record whose
 * components are packed in turn. Packed records live as long as this object, and go nowhere else.
 *
 * <p>One thread at a time packs and drops; {@link #unpack} is for any thread.
 */
public final class SharedParts {
  private static final int SHARED = 4;
  private static final int NESTED = 5;
  private static final int NULL = 3;

  /** Smaller parts are kept where they are. */
  private static final int SMALLEST = 12;

  private static final int LARGEST = 4_096;

  private final Layout layout;
  private final PartTable parts = new PartTable();

  /** Which components of a record are records themselves, by their positions; null for others. */
  private static final class Layout {
    private final Layout[] components;

    /** Those of records that a record is made of; that one itself is mostly unlike others. */
    private final boolean shares;

    Layout(int components, boolean shares) {
      this.components = new Layout[components];
      this.shares = shares;
    }

    static Layout of(Class<?> type) {
      RecordComponent[] components = type.getRecordComponents();
      Layout layout = new Layout(components.length, false);
      Map<Class<?>, Layout> known = new HashMap<>();
      for (int i = 0; i < components.length; i++) {
        layout.components[i] = part(components[i].getType(), known);
      }
      return layout;
    }

    private static Layout part(Class<?> type, Map<Class<?>, Layout> known) {
      if (!type.isRecord() || known.containsKey(type)) {
        return known.get(type);
      }
      RecordComponent[] components = type.getRecordComponents();
      Layout layout = new Layout(components.length, true);
      known.put(type, layout);
      for (int i = 0; i < components.length; i++) {
        layout.components[i] = part(components[i].getType(), known);
      }
      return layout;
    }

    Layout of(long index) {
      return index < components.length ? components[(int) index] : null;
    }
  }

  private SharedParts(Layout layout) {
    this.layout = layout;
  }

  /** For encoded records of a type. */
  public static SharedParts of(Class<? extends Record> type) {
    return new SharedParts(Layout.of(type));
  }

  /** Number of parts that are kept for several records. */
  public int size() {
    return parts.size();
  }

  /**
   * An encoded record in less room, which refers to parts until it is {@link #drop dropped}.
   *
   * @throws CodecException if it isn't one
   */
  public byte[] pack(byte[] record) {
    Input in = new Input(record, 0, record.length);
    in.enter();
    Output out = new Output();
    pack(layout, in, out);
    return out.toByteArray();
  }

  private void pack(Layout of, Input in, Output out) {
    while (!in.atEnd()) {
      long key = in.varint();
      int wire = (int) (key & 3);
      long index = key >>> 2;
      if (wire == Shape.PART) {
        int outer = in.enter();
        part(of, index, in, out);
        in.leave(outer);
        continue;
      }
      out.varint(index << 3 | wire);
      if (wire == Shape.VARINT) {
        out.varint(in.varint());
      } else if (wire == Shape.FIXED) {
        out.fixed64(in.fixed64());
      }
    }
  }

  private void part(Layout of, long index, Input in, Output out) {
    int size = in.remaining();
    boolean worthIt = size >= SMALLEST;
    int number = worthIt && of.shares && size <= LARGEST ? parts.take(in) : PartTable.NONE;
    if (number != PartTable.NONE) {
      out.varint(index << 3 | SHARED);
      out.varint(number);
      return;
    }
    Layout inner = worthIt ? of.of(index) : null;
    out.varint(index << 3 | (inner == null ? Shape.PART : NESTED));
    int mark = out.begin();
    if (inner == null) {
      out.raw(in.restOfPart());
    } else {
      pack(inner, in, out);
    }
    out.end(mark);
  }

  /**
   * The record as it was before it was packed.
   *
   * @return null if a part is gone, as one that was dropped meanwhile
   */
  public byte[] unpack(byte[] packed) {
    Output out = new Output();
    int mark = out.begin();
    if (!unpack(new Input(packed, 0, packed.length), out)) {
      return null;
    }
    out.end(mark);
    return out.toByteArray();
  }

  private boolean unpack(Input in, Output out) {
    while (!in.atEnd()) {
      long key = in.varint();
      int kind = (int) (key & 7);
      long index = key >>> 3;
      out.varint(index << 2 | (kind == SHARED || kind == NESTED ? Shape.PART : kind));
      switch (kind) {
        case Shape.VARINT -> out.varint(in.varint());
        case Shape.FIXED -> out.fixed64(in.fixed64());
        case NULL -> {}
        case SHARED -> {
          byte[] content = parts.content((int) in.varint());
          if (content == null) {
            return false;
          }
          int mark = out.begin();
          out.raw(content);
          out.end(mark);
        }
        default -> {
          int outer = in.enter();
          int mark = out.begin();
          if (kind == Shape.PART) {
            out.raw(in.restOfPart());
          } else if (!unpack(in, out)) {
            return false;
          }
          out.end(mark);
          in.leave(outer);
        }
      }
    }
    return true;
  }

  /** A packed record is needed no more. */
  public void drop(byte[] packed) {
    drop(new Input(packed, 0, packed.length));
  }

  private void drop(Input in) {
    while (!in.atEnd()) {
      int kind = (int) (in.varint() & 7);
      switch (kind) {
        case Shape.VARINT -> in.varint();
        case Shape.FIXED -> in.fixed64();
        case NULL -> {}
        case SHARED -> parts.drop((int) in.varint());
        default -> {
          int outer = in.enter();
          if (kind == NESTED) {
            drop(in);
          }
          in.leave(outer);
        }
      }
    }
  }

  /** No packed record is needed any more. */
  public void clear() {
    parts.clear();
  }
}
