package org.headrace.commands.internal.squeue;

import java.io.PrintStream;

/**
 * Prints many lines. Whether anyone still reads them is asked once in a while: asking sends what
 * there is, and a message for each line costs more than the line.
 */
final class LinesOut {
  private static final int AT_ONCE = 32 * 1024;

  private final PrintStream out;
  private final StringBuilder text = new StringBuilder();
  private boolean failed;

  LinesOut(PrintStream out) {
    this.out = out;
  }

  void line(String line) {
    text.append(line).append('\n');
    if (text.length() >= AT_ONCE) {
      end();
    }
  }

  /** True when nobody reads any more. */
  boolean failed() {
    return failed;
  }

  /** Prints what has gathered. */
  void end() {
    out.append(text);
    text.setLength(0);
    failed |= out.checkError();
  }
}
