package org.headrace.protocol.codec;

import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/** Shapes of numbers, truth values, enums, text and arrays. */
final class Scalars {
  private Scalars() {}

  /** A number that is written as a varint; its default is what zero stands for. */
  private static final class Number implements Shape {
    private final ToLongFunction<Object> toLong;
    private final LongFunction<Object> fromLong;
    private final Object zero;

    Number(ToLongFunction<Object> toLong, LongFunction<Object> fromLong) {
      this.toLong = toLong;
      this.fromLong = fromLong;
      zero = fromLong.apply(0);
    }

    @Override
    public int wireType() {
      return VARINT;
    }

    @Override
    public boolean isDefault(Object value) {
      return toLong.applyAsLong(value) == 0;
    }

    @Override
    public Object defaultValue() {
      return zero;
    }

    @Override
    public void write(Object value, Output out) {
      out.varint(toLong.applyAsLong(value));
    }

    @Override
    public Object read(Input in) {
      return fromLong.apply(in.varint());
    }
  }

  /** Seven bits to a byte would cost ten bytes for −1; zigzag makes it one. */
  static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }

  static int toInt(long value) {
    if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
      throw new CodecException("number " + value + " where 32 bits are expected");
    }
    return (int) value;
  }

  static final Shape LONG = new Number(v -> zigzag((Long) v), Scalars::unzigzag);
  static final Shape INT = new Number(v -> zigzag((Integer) v), v -> toInt(unzigzag(v)));
  static final Shape SHORT = new Number(v -> zigzag((Short) v), v -> (short) toInt(unzigzag(v)));
  static final Shape BYTE = new Number(v -> zigzag((Byte) v), v -> (byte) toInt(unzigzag(v)));
  static final Shape BOOLEAN = new Number(v -> (Boolean) v ? 1 : 0, v -> v != 0);

  /** Ordinal plus one, so that zero is null; the first constant is the default. */
  static Shape enumOf(Class<?> type) {
    Object[] constants = type.getEnumConstants();
    return new Shape() {
      @Override
      public int wireType() {
        return VARINT;
      }

      @Override
      public boolean isDefault(Object value) {
        return value != null && ((Enum<?>) value).ordinal() == 0;
      }

      @Override
      public Object defaultValue() {
        return constants[0];
      }

      @Override
      public void write(Object value, Output out) {
        out.varint(((Enum<?>) value).ordinal() + 1L);
      }

      @Override
      public Object read(Input in) {
        long index = in.varint() - 1;
        if (index < 0 || index >= constants.length) {
          throw new CodecException(type.getSimpleName() + " has no constant number " + index);
        }
        return constants[(int) index];
      }
    };
  }

  static final Shape DOUBLE =
      new Shape() {
        @Override
        public int wireType() {
          return FIXED;
        }

        @Override
        public boolean isDefault(Object value) {
          return Double.doubleToRawLongBits((Double) value) == 0;
        }

        @Override
        public Object defaultValue() {
          return 0.0;
        }

        @Override
        public void write(Object value, Output out) {
          out.fixed64(Double.doubleToRawLongBits((Double) value));
        }

        @Override
        public Object read(Input in) {
          return Double.longBitsToDouble(in.fixed64());
        }
      };

  static final Shape TEXT =
      new Part("") {
        @Override
        public boolean isDefault(Object value) {
          return "".equals(value);
        }

        @Override
        public void write(Object value, Output out) {
          out.text((String) value);
        }

        @Override
        Object readPart(Input in) {
          return in.restAsText();
        }
      };

  static final Shape BYTES =
      new Part(new byte[0]) {
        @Override
        public boolean isDefault(Object value) {
          return value instanceof byte[] array && array.length == 0;
        }

        @Override
        void writePart(Object value, Output out) {
          out.raw((byte[]) value);
        }

        @Override
        Object readPart(Input in) {
          return in.restOfPart();
        }
      };

  static final Shape LONGS =
      new Part(new long[0]) {
        @Override
        public boolean isDefault(Object value) {
          return value instanceof long[] array && array.length == 0;
        }

        @Override
        void writePart(Object value, Output out) {
          for (long element : (long[]) value) {
            out.varint(element);
          }
        }

        @Override
        Object readPart(Input in) {
          long[] values = new long[in.remaining()];
          int count = 0;
          while (!in.atEnd()) {
            values[count++] = in.varint();
          }
          return java.util.Arrays.copyOf(values, count);
        }
      };

  static final Shape INTS =
      new Part(new int[0]) {
        @Override
        public boolean isDefault(Object value) {
          return value instanceof int[] array && array.length == 0;
        }

        @Override
        void writePart(Object value, Output out) {
          for (int element : (int[]) value) {
            out.varint(zigzag(element));
          }
        }

        @Override
        Object readPart(Input in) {
          int[] values = new int[in.remaining()];
          int count = 0;
          while (!in.atEnd()) {
            values[count++] = toInt(unzigzag(in.varint()));
          }
          return java.util.Arrays.copyOf(values, count);
        }
      };

  /** A shape that is written as a length and so many bytes. */
  abstract static class Part implements Shape {
    private final Object defaultValue;

    Part(Object defaultValue) {
      this.defaultValue = defaultValue;
    }

    @Override
    public int wireType() {
      return PART;
    }

    @Override
    public Object defaultValue() {
      return defaultValue;
    }

    @Override
    public void write(Object value, Output out) {
      int mark = out.begin();
      writePart(value, out);
      out.end(mark);
    }

    void writePart(Object value, Output out) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object read(Input in) {
      int outer = in.enter();
      Object value = readPart(in);
      in.leave(outer);
      return value;
    }

    abstract Object readPart(Input in);
  }
}
