package org.headrace.rest.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Passes on what is written line by line: never more than one is in memory. */
final class LineOutput extends OutputStream {
  private static final int LONGEST = 64 * 1024;

  /** Takes a line without its end. */
  @FunctionalInterface
  interface Taker {
    void line(String line) throws IOException;
  }

  private final Taker taker;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  LineOutput(Taker taker) {
    this.taker = taker;
  }

  @Override
  public void write(int b) throws IOException {
    if (b == '\n') {
      String text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      taker.line(text);
    } else if (line.size() < LONGEST) {
      line.write(b);
    } else {
      throw new IOException("a line has more than " + LONGEST + " bytes");
    }
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    for (int i = from; i < from + length; i++) {
      write(bytes[i]);
    }
  }
}
