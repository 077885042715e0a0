package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.wire.Submitter;

/** Held jobs over several connections at once. */
final class Submissions {
  private Submissions() {}

  /**
   * Submits {@code count} held jobs over so many connections, each with its own thread.
   *
   * @param acknowledged told of each id, from all threads
   * @return how many were submitted
   */
  static int byConnections(NoOpJobs jobs, int connections, int count, LongConsumer acknowledged)
      throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    AtomicInteger next = new AtomicInteger();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        all.add(
            threads.submit(
                () -> {
                  try (Submitter submitter = jobs.connect("-H")) {
                    while (next.getAndIncrement() < count) {
                      acknowledged.accept(submitter.submit());
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      return count;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BenchException refused) {
        throw refused;
      }
      throw new IOException("a connection broke: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
