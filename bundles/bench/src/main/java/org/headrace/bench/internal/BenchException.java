package org.headrace.bench.internal;

/** Something that keeps a figure from being taken; its message says what, and what would help. */
public final class BenchException extends RuntimeException {
  public BenchException(String message) {
    super(message);
  }

  public BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
