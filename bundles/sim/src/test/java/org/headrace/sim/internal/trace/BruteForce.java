package org.headrace.sim.internal.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * First come first served, EASY and conservative backfill, written down as plainly as possible to
 * compare with. Counts processors only.
 */
final class BruteForce {
  /** A job with the start that it has or is promised. */
  private record Slot(TraceJob job, long start) {
    long estimatedEnd() {
      return start + Math.max(1, job.estimate());
    }

    long end() {
      return start + job.run();
    }
  }

  private final int processors;
  private final Policy policy;
  private final List<TraceJob> queue = new ArrayList<>();
  private final List<Slot> running = new ArrayList<>();
  private final List<Slot> promised = new ArrayList<>();
  private final Map<Long, Long> starts = new HashMap<>();

  private BruteForce(int processors, Policy policy) {
    this.processors = processors;
    this.policy = policy;
  }

  static Map<Long, Long> starts(Trace trace, int processors, Policy policy) {
    BruteForce machine = new BruteForce(processors, policy);
    List<TraceJob> coming =
        new ArrayList<>(policy.clairvoyant() ? trace.clairvoyant().jobs() : trace.jobs());
    while (!coming.isEmpty() || !machine.running.isEmpty() || !machine.promised.isEmpty()) {
      long now = Long.MAX_VALUE;
      for (TraceJob job : coming) {
        now = Math.min(now, job.submit());
      }
      for (Slot one : machine.running) {
        now = Math.min(now, one.end());
      }
      for (Slot one : machine.promised) {
        now = Math.min(now, one.start());
      }
      machine.second(now, coming);
    }
    return machine.starts;
  }

  private void second(long now, List<TraceJob> coming) {
    while (!coming.isEmpty() && coming.get(0).submit() == now) {
      submit(coming.remove(0), now);
    }
    startDue(now);
    Slot ended = null;
    for (Slot one : running) {
      boolean first = one.end() == now && (ended == null || one.job().id() < ended.job().id());
      ended = first ? one : ended;
    }
    if (ended != null) {
      running.remove(ended);
      if (policy.promises()) {
        compress(now);
        startDue(now);
      } else {
        schedule(now);
      }
    }
  }

  private void submit(TraceJob job, long now) {
    if (policy.promises()) {
      promised.add(new Slot(job, earliest(job, now)));
      return;
    }
    queue.add(job);
    if (job.cpus() <= free(now)) {
      schedule(now);
    }
  }

  /** Free at {@code time}, if running jobs end when they say. */
  private int free(long time) {
    int free = processors;
    for (Slot one : running) {
      free -= one.estimatedEnd() > time ? one.job().cpus() : 0;
    }
    return free;
  }

  private void schedule(long now) {
    while (!queue.isEmpty() && queue.get(0).cpus() <= free(now)) {
      start(queue.get(0), now);
    }
    if (queue.isEmpty() || policy == Policy.FCFS) {
      return;
    }
    TraceJob head = queue.get(0);
    long shadow = Long.MAX_VALUE;
    for (Slot one : running) {
      if (free(one.estimatedEnd()) >= head.cpus()) {
        shadow = Math.min(shadow, one.estimatedEnd());
      }
    }
    int extra = free(shadow) - head.cpus();
    List<TraceJob> rest = new ArrayList<>(queue.subList(1, queue.size()));
    if (policy == Policy.EASY_SJBF_CLAIRVOYANT) {
      rest.sort(Comparator.comparingLong(TraceJob::estimate));
    }
    for (TraceJob job : rest) {
      boolean beforeHead = now + Math.max(1, job.estimate()) <= shadow;
      if (job.cpus() <= free(now) && (beforeHead || job.cpus() <= extra)) {
        extra -= beforeHead ? 0 : job.cpus();
        start(job, now);
      }
    }
  }

  private void start(TraceJob job, long now) {
    queue.remove(job);
    running.add(new Slot(job, now));
    starts.put(job.id(), now);
  }

  /** One after the other moves to the earliest start that disturbs nobody else. */
  private void compress(long now) {
    for (int i = 0; i < promised.size(); i++) {
      TraceJob job = promised.remove(i).job();
      promised.add(i, new Slot(job, earliest(job, now)));
    }
  }

  private void startDue(long now) {
    for (Slot one : List.copyOf(promised)) {
      if (one.start() == now) {
        promised.remove(one);
        start(one.job(), now);
      }
    }
  }

  private long earliest(TraceJob job, long now) {
    List<Slot> all = new ArrayList<>(running);
    all.addAll(promised);
    long earliest = Long.MAX_VALUE;
    for (int i = -1; i < all.size(); i++) {
      Slot candidate = new Slot(job, i < 0 ? now : all.get(i).estimatedEnd());
      if (candidate.start() >= now && candidate.start() < earliest && fits(candidate, all)) {
        earliest = candidate.start();
      }
    }
    return earliest;
  }

  /** Nobody comes in between but at a start, so those are all that has to be looked at. */
  private boolean fits(Slot candidate, List<Slot> all) {
    if (taken(candidate.start(), all) + candidate.job().cpus() > processors) {
      return false;
    }
    for (Slot other : all) {
      boolean during =
          other.start() > candidate.start() && other.start() < candidate.estimatedEnd();
      if (during && taken(other.start(), all) + candidate.job().cpus() > processors) {
        return false;
      }
    }
    return true;
  }

  private static int taken(long time, List<Slot> all) {
    int taken = 0;
    for (Slot one : all) {
      taken += one.start() <= time && time < one.estimatedEnd() ? one.job().cpus() : 0;
    }
    return taken;
  }
}
