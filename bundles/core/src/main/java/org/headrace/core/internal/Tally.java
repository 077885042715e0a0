package org.headrace.core.internal;

import java.util.TreeMap;
import org.headrace.api.job.JobState;
import org.headrace.core.Counters;

/** Counts for diagnostics; soft. */
final class Tally {
  private final TreeMap<String, Long> commands = new TreeMap<>();
  private long submitted;
  private long started;
  private long completed;
  private long cancelled;
  private long failed;
  private long stale;
  private int pending;
  private int running;

  void command(String kind) {
    commands.merge(kind, 1L, Long::sum);
  }

  void submitted() {
    submitted++;
  }

  void started() {
    started++;
  }

  void stale() {
    stale++;
  }

  void ended(JobState state) {
    if (state == JobState.COMPLETED) {
      completed++;
    } else if (state == JobState.CANCELLED) {
      cancelled++;
    } else {
      failed++;
    }
  }

  /** Counts a job in, or with −1 out of, the jobs of a state. */
  void inState(JobState state, int change) {
    if (state == JobState.PENDING) {
      pending += change;
    } else if (!state.ended()) {
      running += change;
    }
  }

  /** Forgets how many jobs are in which state. */
  void noJobs() {
    pending = 0;
    running = 0;
  }

  Counters counters() {
    return new Counters(
        submitted, started, completed, cancelled, failed, stale, pending, running, commands);
  }
}
