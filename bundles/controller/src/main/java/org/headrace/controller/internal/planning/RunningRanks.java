package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.RunningJob;
import org.headrace.api.preemption.Candidate;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Preemption;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Preemptables;
import org.headrace.controller.internal.plugins.InnerFault;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;

/**
 * Who of the running jobs may be preempted: what the plugin says, without those that are exempt.
 * They go by partition tier, priority and start: the lowest, and of those the youngest, first.
 */
final class RunningRanks implements Preemptables {
  private final PluginRegistry registry;
  private final ClusterView view;
  private final Map<String, String> settings;
  private final PreemptParameters parameters;
  private final TurnTakers turns;
  private final long exemptTime;
  private final long now;

  /** What was said already: tasks of an array ask again and again. */
  private final Map<Asking, List<Candidate>> known = new HashMap<>();

  private List<RunningJob> ranked;

  private record Asking(long jobId, String partition) {}

  private RunningRanks(
      PluginRegistry registry,
      ClusterView view,
      Map<String, String> settings,
      long exemptTime,
      long now) {
    this.registry = registry;
    this.view = view;
    this.settings = settings;
    this.exemptTime = exemptTime;
    this.now = now;
    parameters = PreemptParameters.of(settings);
    turns = new TurnTakers(view);
  }

  /**
   * The jobs of a view.
   *
   * @param exemptTime how long a job runs at least before it ends for others, in milliseconds
   */
  static Preemptables of(
      PluginRegistry registry,
      ClusterView view,
      Map<String, String> settings,
      long exemptTime,
      long now) {
    return registry.without(Kind.PREEMPTION) && !TurnTakers.in(view)
        ? Preemptables.NONE
        : new RunningRanks(registry, view, settings, exemptTime, now);
  }

  @Override
  public int reorders() {
    return parameters.reorders();
  }

  @Override
  public boolean forLicenses() {
    return parameters.forLicenses();
  }

  @Override
  public List<Candidate> of(PendingJobs queue, int row) {
    return of(queue.get(row));
  }

  List<Candidate> of(PendingJob job) {
    return known.computeIfAbsent(new Asking(job.id(), job.partition()), key -> candidates(job));
  }

  private List<Candidate> candidates(PendingJob job) {
    List<RunningJob> running = ranked();
    if (registry.without(Kind.PREEMPTION)) {
      return said((pending, one, of, options) -> PreemptMode.OFF, job, running);
    }
    try {
      return registry.call(Kind.PREEMPTION, Preemption.class, plugin -> said(plugin, job, running));
    } catch (PluginFault e) {
      throw new InnerFault(e);
    }
  }

  private List<Candidate> said(Preemption plugin, PendingJob job, List<RunningJob> running) {
    List<Candidate> candidates = new ArrayList<>();
    for (RunningJob one : running) {
      PreemptMode mode = plugin.mode(job, one, view, settings);
      if ((mode == null || mode == PreemptMode.OFF) && turns.share(job, one)) {
        mode = PreemptMode.SUSPEND;
      }
      if (mode != null && mode != PreemptMode.OFF && (one.leaving() || !exempt(one, mode))) {
        candidates.add(new Candidate(one, mode));
      }
    }
    return List.copyOf(candidates);
  }

  private boolean exempt(RunningJob job, PreemptMode mode) {
    if (job.priority() >= parameters.exemptPriority()) {
      return true;
    }
    QualityOfService qos =
        view.qos(job.qos().isEmpty() ? QualityOfService.NORMAL.name() : job.qos());
    if (mode == PreemptMode.SUSPEND && job.preparing()) {
      return true;
    }
    long own = qos == null ? -1 : qos.exemptTime();
    return mode != PreemptMode.SUSPEND && now - job.started() < (own >= 0 ? own : exemptTime);
  }

  private List<RunningJob> ranked() {
    if (ranked == null) {
      List<RunningJob> all = new ArrayList<>(view.running());
      Comparator<RunningJob> youngest =
          Comparator.comparingLong((RunningJob job) -> -job.started())
              .thenComparingLong(job -> -job.id());
      Comparator<RunningJob> least =
          Comparator.comparingInt(this::tier).thenComparingLong(RunningJob::priority);
      all.sort(
          parameters.youngestFirst()
              ? Comparator.comparingLong((RunningJob job) -> -job.started())
                  .thenComparing(least)
                  .thenComparing(youngest)
              : least.thenComparing(youngest));
      ranked = all;
    }
    return ranked;
  }

  private int tier(RunningJob job) {
    PartitionView partition = view.partition(job.partition());
    return partition == null ? 0 : partition.priorityTier();
  }
}
