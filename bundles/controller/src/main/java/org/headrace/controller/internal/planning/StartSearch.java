package org.headrace.controller.internal.planning;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.PartitionLimit;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.query.Forecast;
import org.headrace.controller.internal.plugins.InnerFault;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;

/**
 * Says when a job would start if nobody else waited: now, or when enough of the running jobs have
 * reached their time limits.
 */
final class StartSearch {
  private static final int MOST_BLOCKERS = 4;

  private final PluginRegistry registry;
  private final Calls calls;

  StartSearch(PluginRegistry registry, Calls calls) {
    this.registry = registry;
    this.calls = calls;
  }

  /** For the thread that plans. */
  Forecast find(Outcome.JobChecked job, ClusterView view, Map<String, String> settings, long now)
      throws PluginFault, InterruptedException {
    ServingPlugins plugins =
        new ServingPlugins(registry, view, Options.parse(settings.get("SelectTypeParameters")));
    return calls.run(
        Budget.of(settings).patienceMillis(),
        plugins::abandon,
        () -> {
          try {
            return best(job, view, plugins, now);
          } catch (InnerFault e) {
            throw (PluginFault) e.getCause();
          }
        });
  }

  /** The earliest of its partitions; the first named among equals. */
  private static Forecast best(
      Outcome.JobChecked job, ClusterView view, ServingPlugins plugins, long now) {
    Set<PartitionLimit> exempt =
        QualityOfService.exempt(view.qualitiesOfService(), job.spec().charge().qos());
    Forecast best = null;
    for (String name : job.spec().partitions()) {
      PartitionView whole = view.partition(name);
      if (whole != null) {
        PartitionView partition = whole.without(exempt);
        Forecast forecast = new Search(job, view, plugins, partition, now).run();
        best = best == null || earlier(forecast, best) ? forecast : best;
      }
    }
    return best == null ? Forecast.unknown() : best;
  }

  private static boolean earlier(Forecast one, Forecast other) {
    return rank(one) < rank(other);
  }

  private static long rank(Forecast forecast) {
    if (forecast.refusal() != null) {
      return Long.MAX_VALUE;
    }
    return forecast.start() == Forecast.UNKNOWN ? Long.MAX_VALUE - 1 : forecast.start();
  }

  /** One partition's. */
  private static final class Search {
    private final Outcome.JobChecked job;
    private final ClusterView view;
    private final ServingPlugins plugins;
    private final PartitionView partition;
    private final long soon;
    private final long earliest;
    private final JobDemand demand;
    private final List<RunningJob> running;

    Search(
        Outcome.JobChecked job,
        ClusterView view,
        ServingPlugins plugins,
        PartitionView partition,
        long now) {
      this.job = job;
      this.view = view;
      this.plugins = plugins;
      this.partition = partition;
      JobSpec spec = job.spec();
      soon = now + 1000;
      earliest = Math.max(now, spec.timing().begin());
      demand = new JobDemand(spec.request(), partition, spec.owner().uid(), 0);
      running = view.running();
    }

    Forecast run() {
      Selection empty = select(ResourceLedger.allFree(view.nodes(), view.licenses()));
      if (empty instanceof Selection.NotPlaced never) {
        return Forecast.refused(
            new Outcome.Rejected(
                ErrorCode.NODES_UNAVAILABLE,
                "also with no other job there, partition "
                    + partition.name()
                    + " can't serve it: "
                    + text(never.blockers())));
      }
      if (at(earliest) instanceof Selection.Placed placed) {
        return forecast(earliest, placed.allocation());
      }
      long[] ends =
          running.stream()
              .mapToLong(this::end)
              .filter(end -> end > earliest && end != JobClass.UNLIMITED)
              .sorted()
              .distinct()
              .toArray();
      int first = firstFit(ends);
      return first < ends.length && at(ends[first]) instanceof Selection.Placed placed
          ? forecast(ends[first], placed.allocation())
          : new Forecast(job.nextId(), Forecast.UNKNOWN, 0, List.of(), partition.name(), null);
    }

    /** What fits at one time fits later too, so that few of the times have to be tried. */
    private int firstFit(long[] ends) {
      int low = 0;
      int high = ends.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (at(ends[middle]) instanceof Selection.Placed) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return low;
    }

    /** One whose time is over, and which is still there, is about to go. */
    private long end(RunningJob other) {
      return Math.max(other.endsBy(), soon);
    }

    private Selection at(long time) {
      ResourceLedger free = view.ledger();
      for (RunningJob other : running) {
        if (end(other) <= time) {
          free.release(other.allocation());
        }
      }
      return select(free);
    }

    private Selection select(ResourceLedger free) {
      return plugins.select(demand, free, partition.nodes(), plugins);
    }

    private Forecast forecast(long start, Allocation allocation) {
      int cpus = allocation.nodes().stream().mapToInt(NodeAllocation::cpus).sum();
      List<String> names =
          allocation.nodes().stream().map(part -> view.node(part.node()).name()).toList();
      return new Forecast(job.nextId(), start, cpus, names, partition.name(), null);
    }

    private static String text(List<Blocker> blockers) {
      return blockers.stream()
          .limit(MOST_BLOCKERS)
          .map(
              blocker ->
                  (blocker.nodes() > 0 ? blocker.nodes() + " nodes: " : "")
                      + (blocker.detail().isEmpty()
                          ? blocker.reason().toString()
                          : blocker.detail()))
          .collect(Collectors.joining("; "));
    }
  }
}
