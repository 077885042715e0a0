package org.headrace.controller.internal.log;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for an open log beside its own threads, one task at a time. An exception leaves
 * things as they are until the next time; by an error, such as a write to a mapped file on a full
 * disk ends with, the log ends: a scheduler would otherwise drop the task without a word.
 *
 * <p>Safe for any thread.
 */
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "log-upkeep");
            thread.setDaemon(true);
            return thread;
          });
  private final Consumer<String> ended;

  /**
   * Starts with nothing to do.
   *
   * @param ended is told, once, why the log has ended
   */
  Upkeep(Consumer<String> ended) {
    this.ended = ended;
  }

  /** Repeats a task, with so many seconds between its end and its next begin. */
  void every(long seconds, Runnable task) {
    thread.scheduleWithFixedDelay(guarded(task), seconds, seconds, TimeUnit.SECONDS);
  }

  /** Does it once, after so many seconds; not at all if the log is being closed. */
  void after(long seconds, Runnable task) {
    try {
      thread.schedule(guarded(task), seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The log is being closed", e);
    }
  }

  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.warn("Upkeep of the log failed; it is tried again", e);
      } catch (Error e) {
        LOG.error("Upkeep of the log failed for good", e);
        end("the log has ended: " + e);
      }
    };
  }

  /** Does nothing more, and says why. To be called by a task. */
  void end(String why) {
    if (!thread.isShutdown()) {
      thread.shutdownNow();
      ended.accept(why);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
