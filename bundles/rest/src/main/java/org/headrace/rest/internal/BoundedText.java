package org.headrace.rest.internal;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Keeps the first so many bytes of what is written, as text; the rest is dropped. */
final class BoundedText extends OutputStream {
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final int most;
  private boolean cut;

  BoundedText(int most) {
    this.most = most;
  }

  @Override
  public synchronized void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    int taken = Math.min(length, most - kept.size());
    kept.write(bytes, from, taken);
    cut |= taken < length;
  }

  /** Whether something was dropped. */
  synchronized boolean cut() {
    return cut;
  }

  synchronized String text() {
    return kept.toString(StandardCharsets.UTF_8);
  }

  /** Lines that aren't empty. */
  List<String> lines() {
    return text().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}
