package org.headrace.frontdoor.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads for commands: one each, kept for a while, up to a limit; what comes beyond it waits its
 * turn. A task of the front door never waits for another one here. Thread-safe.
 */
final class WorkerPool implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);
  private static final long KEEP_SECONDS = 30;

  private final int limit;
  private final ExecutorService threads;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int active;

  WorkerPool(String name, int limit) {
    this.limit = limit;
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            KEEP_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            factory(name),
            // Only after stop(): whoever still has something to say then has nobody to tell.
            new ThreadPoolExecutor.DiscardPolicy());
  }

  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      if (active == limit) {
        waiting.add(task);
        return;
      }
      active++;
    }
    try {
      threads.execute(() -> work(task));
    } catch (RuntimeException | OutOfMemoryError e) {
      synchronized (this) {
        active--;
        notifyAll();
      }
      throw e;
    }
  }

  /** Waits until nothing runs; false when the time is over or the thread is interrupted. */
  synchronized boolean awaitIdle(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (active > 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** Interrupts what still runs and ends the threads. */
  void stop() {
    threads.shutdownNow();
  }

  private void work(Runnable first) {
    Runnable task = first;
    while (task != null) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        LOG.error("A worker's task failed", e);
      }
      synchronized (this) {
        task = waiting.poll();
        if (task == null) {
          active--;
          notifyAll();
        }
      }
    }
  }

  private static ThreadFactory factory(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
