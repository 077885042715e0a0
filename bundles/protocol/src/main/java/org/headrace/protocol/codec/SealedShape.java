package org.headrace.protocol.codec;

/** The shape of a sealed interface: the position of the record's type, and the record. */
final class SealedShape extends Scalars.Part {
  private final Class<?> type;
  private final Class<?>[] variants;
  private final Shape[] shapes;

  SealedShape(Class<?> type, Class<?>[] variants, Shape[] shapes) {
    super(null);
    this.type = type;
    this.variants = variants;
    this.shapes = shapes;
  }

  @Override
  public boolean isDefault(Object value) {
    return value == null;
  }

  @Override
  void writePart(Object value, Output out) {
    for (int i = 0; i < variants.length; i++) {
      if (variants[i].isInstance(value)) {
        out.varint(i);
        shapes[i].write(value, out);
        return;
      }
    }
    throw new CodecException(value.getClass() + " is no variant of " + type);
  }

  @Override
  Object readPart(Input in) {
    long variant = in.varint();
    if (variant < 0 || variant >= shapes.length) {
      throw new CodecException(type.getSimpleName() + " has no variant number " + variant);
    }
    return shapes[(int) variant].read(in);
  }
}
