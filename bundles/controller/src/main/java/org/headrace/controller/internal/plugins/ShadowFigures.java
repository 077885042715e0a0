package org.headrace.controller.internal.plugins;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.RunningJob;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;

/**
 * What a plugin in shadow would have made better or worse so far. Each of its plans begins with the
 * state that the carried out ones have led to: so each difference is one of a single plan, and they
 * don't add up to what the plugin would have done by itself. That is what a replay of the history
 * is for.
 */
final class ShadowFigures {
  /** Jobs that would have started and wait, at most. */
  private static final int MOST_WAITING = 100_000;

  /** Runs shorter than this count as this long in a slowdown, in milliseconds. */
  private static final long SHORT_RUN = 10_000;

  private static final long MINUTE = 60_000;

  /** When jobs would have started that still wait. */
  private final Map<Long, Long> waiting = new LinkedHashMap<>();

  private long earlier;
  private long gained;
  private long later;
  private long slowed;
  private double slowdown;
  private double slowdownInShadow;
  private double weight;
  private double busy;
  private double busyInShadow;
  private double lastShare;
  private double lastShareInShadow;
  private long last;

  /** A plan that is carried out, and what the plugin would have planned instead, at {@code now}. */
  void pass(ClusterView view, PendingJobs queue, Plan active, Plan shadow, long now) {
    Set<Long> mine = starts(active);
    Set<Long> theirs = starts(shadow);
    Map<Long, PendingJob> jobs = jobs(queue, mine, theirs);
    forgetOthers(queue);
    for (long job : theirs) {
      if (!mine.contains(job) && waiting.size() < MOST_WAITING) {
        waiting.putIfAbsent(job, now);
      }
    }
    for (long job : mine) {
      Long would = waiting.remove(job);
      if (would != null) {
        earlier++;
        gained += now - would;
      } else if (!theirs.contains(job)) {
        later++;
      }
      if (jobs.get(job) != null && (would != null || theirs.contains(job))) {
        slowed++;
        slowdown += slowdown(jobs.get(job), now);
        slowdownInShadow += slowdown(jobs.get(job), would == null ? now : would);
      }
    }
    used(view, active, shadow, now);
  }

  /** Jobs that were cancelled, held or changed. */
  private void forgetOthers(PendingJobs queue) {
    if (!waiting.isEmpty()) {
      Set<Long> there = new HashSet<>();
      for (int row = 0; row < queue.size(); row++) {
        if (waiting.containsKey(queue.jobId(row))) {
          there.add(queue.jobId(row));
        }
      }
      waiting.keySet().retainAll(there);
    }
  }

  private static Set<Long> starts(Plan plan) {
    Set<Long> starts = new HashSet<>();
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Decision.Start start) {
        starts.add(start.jobId());
      }
    }
    return starts;
  }

  private static Map<Long, PendingJob> jobs(PendingJobs queue, Set<Long> some, Set<Long> others) {
    Map<Long, PendingJob> jobs = new HashMap<>();
    if (!some.isEmpty() || !others.isEmpty()) {
      for (int row = 0; row < queue.size(); row++) {
        long id = queue.jobId(row);
        if (some.contains(id) || others.contains(id)) {
          jobs.put(id, queue.get(row));
        }
      }
    }
    return jobs;
  }

  /** By its time limit, as how long it will run isn't known yet. */
  private static double slowdown(PendingJob job, long start) {
    double run = Math.max(SHORT_RUN, job.jobClass().timeLimit());
    return (Math.max(0, start - job.eligible()) + run) / run;
  }

  /** A share of CPUs in use holds until the next plan. */
  private void used(ClusterView view, Plan active, Plan shadow, long now) {
    if (last > 0 && now > last) {
      double time = (double) (now - last) / MINUTE;
      weight += time;
      busy += time * lastShare;
      busyInShadow += time * lastShareInShadow;
    }
    last = now;
    double all = 0;
    for (NodeView node : view.nodes()) {
      all += node.state().acceptsJobs() ? node.hardware().cpus() : 0;
    }
    double held = 0;
    for (RunningJob job : view.running()) {
      held += job.allocation().cpus();
    }
    lastShare = all == 0 ? 0 : Math.min(1, (held + cpus(active)) / all);
    lastShareInShadow = all == 0 ? 0 : Math.min(1, (held + cpus(shadow)) / all);
  }

  private static double cpus(Plan plan) {
    double cpus = 0;
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Decision.Start start) {
        cpus += start.allocation().cpus();
      }
    }
    return cpus;
  }

  List<String> report() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "would have started earlier: %d jobs%s; %d more wait that would have started"
            .formatted(
                earlier,
                earlier == 0 ? "" : ", by " + gained / earlier / 1000 + " s in the mean",
                waiting.size()));
    lines.add("would have started later: " + later + " jobs");
    if (weight > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "CPUs in use after each plan: %.1f %% carried out, %.1f %% in shadow",
              100 * busy / weight,
              100 * busyInShadow / weight));
    }
    if (slowed > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "slowdown of %d jobs that started, by time limits: %.2f carried out, %.2f in shadow",
              slowed,
              slowdown / slowed,
              slowdownInShadow / slowed));
    }
    return lines;
  }
}
