package org.headrace.transport.internal;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Warnings about what anyone may send to us: one line in ten seconds, which says how many were left
 * out, so that nobody can fill the disk with our log.
 */
final class Complaints {
  static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int LONGEST_TEXT = 64;

  private final Logger log;
  private final LongSupplier nanoClock;
  private long last;
  private boolean any;
  private long leftOut;

  Complaints(Logger log, LongSupplier nanoClock) {
    this.log = log;
    this.nanoClock = nanoClock;
  }

  /** Complains, unless there was a complaint a moment ago. */
  void say(String what) {
    long now = nanoClock.getAsLong();
    if (any && now - last < PAUSE_NANOS) {
      leftOut++;
      return;
    }
    if (leftOut > 0) {
      log.warn("{} ({} more of this kind since the last line)", what, leftOut);
    } else {
      log.warn("{}", what);
    }
    any = true;
    last = now;
    leftOut = 0;
  }

  /** A stranger's text as it may stand in a log: short, and on one line. */
  static String shown(String text) {
    String cut = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text;
    StringBuilder shown = new StringBuilder(cut.length());
    cut.chars()
        .forEach(c -> shown.append(Character.isISOControl(c) || c == '\u2028' ? '?' : (char) c));
    return shown.toString();
  }
}
