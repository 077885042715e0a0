package org.headrace.controller.internal.log;

import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.headrace.control.command.Outcome;

/**
 * Those who gave something to the log during one session of this process with it, and wait until it
 * is applied. A session belongs to one term of leading: what it has offered is in the log before
 * the next term's beginning, or never.
 *
 * <p>Safe for any thread.
 */
final class Callers {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final long term;
  private final long incarnation = RANDOM.nextLong();
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, CompletableFuture<Outcome>> waiting = new ConcurrentHashMap<>();
  private volatile Outcome settled;

  /**
   * @param term the term of leading
   */
  Callers(long term) {
    this.term = term;
  }

  long term() {
    return term;
  }

  /** What tells entries of this session from all others. */
  long incarnation() {
    return incarnation;
  }

  int count() {
    return waiting.size();
  }

  /**
   * One more waits.
   *
   * @return the number of its entry
   */
  long add(CompletableFuture<Outcome> caller) {
    long number = numbers.incrementAndGet();
    waiting.put(number, caller);
    Outcome late = settled;
    if (late != null && waiting.remove(number) != null) {
      caller.complete(late);
    }
    return number;
  }

  /** Who waits for an entry, once; null for nobody. */
  CompletableFuture<Outcome> take(long number) {
    return waiting.remove(number);
  }

  /** Answers all who wait, and all who still come. */
  void settle(Outcome outcome) {
    settled = outcome;
    for (Long number : waiting.keySet()) {
      CompletableFuture<Outcome> caller = waiting.remove(number);
      if (caller != null) {
        caller.complete(outcome);
      }
    }
  }
}
