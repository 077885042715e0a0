package org.headrace.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.headrace.transport.DriverDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DutyThreadTest {
  private static final int ROUNDS = 15;

  @TempDir Path directory;

  /** A daemon idles most of the day. */
  @Test
  void whereNothingHappensItLooksSeldomAndIsThereAtOnceAllTheSame() throws Exception {
    Semaphore rounds = new Semaphore(0);
    try (DutyThread thread =
        DutyThread.open("idle", DriverDirectory.of(directory, "links"), DutyThread.FEW_PEERS)) {
      thread.start(
          new DutyThread.Work() {
            @Override
            public int doWork() {
              rounds.release();
              return 0;
            }

            @Override
            public void close() {}
          });
      assertThat(rounds.tryAcquire(5, 30, TimeUnit.SECONDS)).isTrue();
      rounds.drainPermits();
      long since = System.nanoTime();
      assertThat(rounds.tryAcquire(ROUNDS, 30, TimeUnit.SECONDS)).isTrue();
      long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
      assertThat(passed).isGreaterThan((ROUNDS - 2) * 60);
      // As soon as there is something to do; of a hundred at least some at once on any machine.
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 100; i++) {
        Semaphore done = new Semaphore(0);
        long asked = System.nanoTime();
        thread.execute(done::release);
        assertThat(done.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        least = Math.min(least, System.nanoTime() - asked);
      }
      assertThat(TimeUnit.NANOSECONDS.toMillis(least)).isLessThan(10);
    }
  }

  @Test
  void whatFailsOnItCostsNothingElse() throws Exception {
    AtomicInteger rounds = new AtomicInteger();
    try (DutyThread thread =
        DutyThread.open("failing", DriverDirectory.of(directory, "links"), DutyThread.FEW_PEERS)) {
      thread.start(
          new DutyThread.Work() {
            @Override
            public int doWork() {
              if (rounds.incrementAndGet() == 1) {
                throw new StackOverflowError();
              }
              return 0;
            }

            @Override
            public void close() {}
          });
      for (Throwable failure : List.of(new IllegalStateException(), new NoClassDefFoundError())) {
        thread.execute(() -> fail(failure));
        Semaphore done = new Semaphore(0);
        thread.execute(done::release);
        assertThat(done.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(rounds).hasValueGreaterThan(1);
    }
  }

  private static void fail(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }
}
