package org.headrace.protocol.codec;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns records into bytes and back; the records are the schema.
 *
 * <p>Known types: records, sealed interfaces of records, enums, {@code String}, primitives and
 * their boxes, {@code byte[]}, {@code long[]}, {@code int[]}, and lists, sets and maps of these.
 * The encoding is compact (numbers take as many bytes as they need, defaults take none), equal
 * values have equal bytes, and it grows with the code: components, enum constants and variants may
 * be appended and must never be moved or removed. {@code docs/adr/0002-records-are-the-schema.md}
 * says why.
 *
 * <p>Safe for any thread. Decoding checks every length and never reads outside of the given bytes.
 *
 * @param <T> type that is encoded
 */
public final class RecordCodec<T> {
  private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();
  private static final ThreadLocal<Output> OUTPUT = ThreadLocal.withInitial(Output::new);

  private final Class<T> type;
  private final Shape shape;

  private RecordCodec(Class<T> type, Shape shape) {
    this.type = type;
    this.shape = shape;
  }

  /**
   * The codec of a record or sealed interface.
   *
   * @throws CodecException if the type, or one that it is made of, can't be encoded
   */
  public static <T> RecordCodec<T> of(Class<T> type) {
    return new RecordCodec<>(type, new ShapeFactory().of(type));
  }

  /** Bytes of a value that isn't null. */
  public byte[] encode(T value) {
    Output out = OUTPUT.get();
    out.clear();
    shape.write(value, out);
    return out.toByteArray();
  }

  /**
   * The value that was encoded.
   *
   * @throws CodecException if the bytes aren't an encoded value of this type
   */
  public T decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /**
   * The value that was encoded in a part of an array.
   *
   * @throws CodecException if the bytes aren't an encoded value of this type
   */
  public T decode(byte[] bytes, int offset, int length) {
    Input in = new Input(bytes, offset, length);
    T value = type.cast(shape.read(in));
    if (!in.atEnd()) {
      throw new CodecException(in.remaining() + " bytes too many after " + type.getSimpleName());
    }
    return value;
  }

  /** Builds shapes; shapes of records are kept, as their construction is slow. */
  private static final class ShapeFactory {
    private final Map<Class<?>, Shape> inProgress = new java.util.HashMap<>();

    Shape of(Type type) {
      if (type instanceof ParameterizedType generic) {
        return ofGeneric(generic);
      }
      if (!(type instanceof Class<?> raw)) {
        throw new CodecException(type + " can't be encoded");
      }
      Shape scalar = scalar(raw);
      if (scalar != null) {
        return scalar;
      }
      Shape known = SHAPES.get(raw);
      if (known == null) {
        known = inProgress.get(raw);
      }
      return known != null ? known : ofComposite(raw);
    }

    private Shape ofComposite(Class<?> raw) {
      if (raw.isRecord()) {
        RecordShape shape = new RecordShape(raw);
        inProgress.put(raw, shape);
        RecordComponent[] components = raw.getRecordComponents();
        Shape[] shapes = new Shape[components.length];
        for (int i = 0; i < components.length; i++) {
          shapes[i] = of(components[i].getGenericType());
        }
        shape.components(shapes);
        SHAPES.put(raw, shape);
        return shape;
      }
      if (raw.isSealed()) {
        Class<?>[] variants = raw.getPermittedSubclasses();
        Shape[] shapes = new Shape[variants.length];
        SealedShape shape = new SealedShape(raw, variants, shapes);
        inProgress.put(raw, shape);
        for (int i = 0; i < variants.length; i++) {
          shapes[i] = of(variants[i]);
        }
        SHAPES.put(raw, shape);
        return shape;
      }
      throw new CodecException(raw.getName() + " can't be encoded");
    }

    private Shape ofGeneric(ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return Containers.listOf(of(arguments[0]));
      }
      if (generic.getRawType() == Set.class) {
        return Containers.setOf(of(arguments[0]));
      }
      if (generic.getRawType() == Map.class) {
        return Containers.mapOf(of(arguments[0]), of(arguments[1]));
      }
      throw new CodecException(generic + " can't be encoded");
    }

    private static Shape scalar(Class<?> raw) {
      if (raw == int.class || raw == Integer.class) {
        return Scalars.INT;
      } else if (raw == long.class || raw == Long.class) {
        return Scalars.LONG;
      } else if (raw == boolean.class || raw == Boolean.class) {
        return Scalars.BOOLEAN;
      } else if (raw == short.class || raw == Short.class) {
        return Scalars.SHORT;
      } else if (raw == byte.class || raw == Byte.class) {
        return Scalars.BYTE;
      } else if (raw == double.class || raw == Double.class) {
        return Scalars.DOUBLE;
      } else if (raw == String.class) {
        return Scalars.TEXT;
      } else if (raw == byte[].class) {
        return Scalars.BYTES;
      } else if (raw == long[].class) {
        return Scalars.LONGS;
      } else if (raw == int[].class) {
        return Scalars.INTS;
      }
      return raw.isEnum() ? Scalars.enumOf(raw) : null;
    }
  }
}
