package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** EASY backfill written down as plainly as possible, to compare with. Counts processors only. */
final class BruteForce {
  private record Running(Workload.Job job, long start) {
    long estimatedEnd() {
      return start + job.estimate();
    }

    long end() {
      return start + job.run();
    }
  }

  private final int processors;
  private final boolean shortestFirst;
  private final List<Workload.Job> queue = new ArrayList<>();
  private final List<Running> running = new ArrayList<>();
  private final Map<Long, Long> starts = new HashMap<>();

  private BruteForce(int processors, boolean shortestFirst) {
    this.processors = processors;
    this.shortestFirst = shortestFirst;
  }

  static Map<Long, Long> starts(Workload workload, boolean shortestFirst) {
    BruteForce machine = new BruteForce(workload.processors(), shortestFirst);
    List<Workload.Job> coming = new ArrayList<>(workload.jobs());
    while (!coming.isEmpty() || !machine.running.isEmpty()) {
      long now = Long.MAX_VALUE;
      for (Workload.Job job : coming) {
        now = Math.min(now, job.submit());
      }
      for (Running one : machine.running) {
        now = Math.min(now, one.end());
      }
      machine.second(now, coming);
    }
    return machine.starts;
  }

  private void second(long now, List<Workload.Job> coming) {
    while (!coming.isEmpty() && coming.get(0).submit() == now) {
      Workload.Job job = coming.remove(0);
      queue.add(job);
      if (job.processors() <= free(now)) {
        schedule(now);
      }
    }
    Running ended = null;
    for (Running one : running) {
      boolean first = one.end() == now && (ended == null || one.job().id() < ended.job().id());
      ended = first ? one : ended;
    }
    if (ended != null) {
      running.remove(ended);
      schedule(now);
    }
  }

  /** Free at {@code time}, if running jobs end when they say. */
  private int free(long time) {
    int free = processors;
    for (Running one : running) {
      free -= one.estimatedEnd() > time ? one.job().processors() : 0;
    }
    return free;
  }

  private void schedule(long now) {
    while (!queue.isEmpty() && queue.get(0).processors() <= free(now)) {
      start(queue.get(0), now);
    }
    if (queue.isEmpty()) {
      return;
    }
    Workload.Job head = queue.get(0);
    long shadow = Long.MAX_VALUE;
    for (Running one : running) {
      if (free(one.estimatedEnd()) >= head.processors()) {
        shadow = Math.min(shadow, one.estimatedEnd());
      }
    }
    int extra = free(shadow) - head.processors();
    List<Workload.Job> rest = new ArrayList<>(queue.subList(1, queue.size()));
    if (shortestFirst) {
      rest.sort(Comparator.comparingLong(Workload.Job::estimate));
    }
    for (Workload.Job job : rest) {
      boolean beforeHead = now + job.estimate() <= shadow;
      if (job.processors() <= free(now) && (beforeHead || job.processors() <= extra)) {
        extra -= beforeHead ? 0 : job.processors();
        start(job, now);
      }
    }
  }

  private void start(Workload.Job job, long now) {
    queue.remove(job);
    running.add(new Running(job, now));
    starts.put(job.id(), now);
  }
}
