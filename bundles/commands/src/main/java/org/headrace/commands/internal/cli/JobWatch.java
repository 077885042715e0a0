package org.headrace.commands.internal.cli;

import java.util.function.Predicate;
import java.util.function.Supplier;
import org.headrace.api.job.Step;
import org.headrace.control.Control;
import org.headrace.control.event.Event;

/**
 * Waits for something to become true about jobs, woken by the controller's events and never by a
 * clock alone. Register first, then give the command whose effect is waited for: nothing is missed.
 */
public final class JobWatch implements AutoCloseable {
  /** Waits without end. */
  public static final long FOREVER = Long.MAX_VALUE;

  private static final long ANY_JOB = 0;

  private final Object lock = new Object();
  private final Control.Registration registration;
  private volatile long first = ANY_JOB;
  private volatile long last = ANY_JOB;
  private volatile Predicate<Step> others = step -> false;
  private long changes;

  /** Watches all jobs until {@link #only} is called. */
  public JobWatch(Control control) {
    registration = control.listen(this::on);
  }

  /** From now on is woken by what happens to this job or array alone. */
  public void only(long jobId) {
    only(jobId, 1);
  }

  /** From now on is woken by what happens to this job, or to as many whose ids follow. */
  public void only(long jobId, int jobs) {
    last = jobId + jobs - 1;
    first = jobId;
  }

  /** Is woken, too, when a step of whatever job has ended that held something others wait for. */
  public void alsoEndedSteps(Predicate<Step> held) {
    others = held;
  }

  private boolean watched(long jobId) {
    return jobId >= first && jobId <= last;
  }

  private void on(Event event) {
    boolean mine;
    if (event instanceof Event.JobChanged changed) {
      mine = watched(changed.job().id()) || first == changed.job().arrayId();
    } else if (event instanceof Event.StepChanged changed) {
      Step step = changed.step();
      mine = watched(step.jobId()) || step.ended() != 0 && others.test(step);
    } else if (event instanceof Event.JobForgotten forgotten) {
      mine = watched(forgotten.jobId());
    } else {
      return;
    }
    if (mine || first == ANY_JOB) {
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
