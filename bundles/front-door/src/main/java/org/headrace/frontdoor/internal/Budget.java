package org.headrace.frontdoor.internal;

import java.util.concurrent.atomic.AtomicLong;

/** Memory that all clients together may fill with what they are still sending. Thread-safe. */
final class Budget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  Budget(long limit) {
    this.limit = limit;
  }

  /** Takes bytes, or says no and takes nothing. */
  boolean reserve(long bytes) {
    if (used.addAndGet(bytes) <= limit) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  void release(long bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }
}
