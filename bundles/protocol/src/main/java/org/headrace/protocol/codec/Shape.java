package org.headrace.protocol.codec;

/**
 * How values of one type are written. A shape has a wire type, by which a reader that doesn't know
 * a component can skip it.
 */
interface Shape {
  /** A number, see {@link Output#varint}. */
  int VARINT = 0;

  /** Eight bytes. */
  int FIXED = 1;

  /** A length and so many bytes. */
  int PART = 2;

  int wireType();

  /** True for the value that a reader assumes when nothing is written. */
  boolean isDefault(Object value);

  /** What a reader assumes when nothing is written. */
  Object defaultValue();

  /** Writes a value that isn't null. */
  void write(Object value, Output out);

  Object read(Input in);
}
