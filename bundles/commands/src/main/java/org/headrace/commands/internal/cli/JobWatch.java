package org.headrace.commands.internal.cli;

import java.util.function.Supplier;
import org.headrace.control.Control;
import org.headrace.control.event.Event;

/**
 * Waits for something to become true about jobs, woken by the controller's events and never by a
 * clock alone. Register first, then give the command whose effect is waited for: nothing is missed.
 */
public final class JobWatch implements AutoCloseable {
  /** Waits without end. */
  public static final long FOREVER = Long.MAX_VALUE;

  private final Object lock = new Object();
  private final Control.Registration registration;
  private long changes;

  public JobWatch(Control control) {
    registration = control.listen(this::on);
  }

  private void on(Event event) {
    if (event instanceof Event.JobChanged
        || event instanceof Event.StepChanged
        || event instanceof Event.JobForgotten) {
      wake();
    }
  }

  /** Has conditions tested again, because something else than the cluster changed. */
  public void wake() {
    synchronized (lock) {
      changes++;
      lock.notifyAll();
    }
  }

  /**
   * Waits until a question has an answer.
   *
   * @param question returns the answer, or null to wait on
   * @param deadline epoch milliseconds after which to give up, or {@link #FOREVER}
   * @return the answer, or null when the time ran out
   */
  public <T> T await(Supplier<T> question, long deadline) throws InterruptedException {
    while (true) {
      long seen;
      synchronized (lock) {
        seen = changes;
      }
      T answer = question.get();
      if (answer != null) {
        return answer;
      }
      synchronized (lock) {
        while (seen == changes) {
          long left = deadline == FOREVER ? 0 : deadline - System.currentTimeMillis();
          if (deadline != FOREVER && left <= 0) {
            return null;
          }
          lock.wait(left);
        }
      }
    }
  }

  @Override
  public void close() {
    registration.close();
  }
}
