package org.headrace.protocol.codec;

/** Bytes aren't what they should be, or a type can't be encoded. */
public class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CodecException(String message) {
    super(message);
  }

  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
