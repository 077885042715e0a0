package org.headrace.commands.internal.squeue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Prints many lines. Whether anyone still reads them is asked once in a while: asking sends what
 * there is, and a message for each line costs more than the line. They go to the stream as bytes,
 * since it would look at each character.
 */
final class LinesOut {
  private static final int AT_ONCE = 32 * 1024;

  private final PrintStream out;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean failed;

  LinesOut(PrintStream out) {
    this.out = out;
  }

  void line(String line) {
    text((line + '\n').getBytes(StandardCharsets.UTF_8));
  }

  /** Lines with their ends. */
  void text(byte[] lines) {
    bytes.writeBytes(lines);
    if (bytes.size() >= AT_ONCE) {
      end();
    }
  }

  /** True when nobody reads any more. */
  boolean failed() {
    return failed;
  }

  /** Prints what has gathered. */
  void end() {
    out.writeBytes(bytes.toByteArray());
    bytes.reset();
    failed |= out.checkError();
  }
}
