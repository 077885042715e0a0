package org.headrace.controller.internal.planning;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.topology.TopologyRequest;
import org.headrace.controller.internal.plugins.InnerFault;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.EligibleJobs;
import org.headrace.core.SchedulerInput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a plugin on the present state before it serves, checks its answer and drops it. A fault of
 * another plugin that it works with doesn't keep it out.
 */
final class Trial {
  private static final Logger LOG = LoggerFactory.getLogger(Trial.class);
  private static final int MAX_JOBS = 64;

  private final PluginRegistry registry;
  private final Calls calls;
  private final Rounds rounds;

  Trial(PluginRegistry registry, Calls calls, Rounds rounds) {
    this.registry = registry;
    this.calls = calls;
    this.rounds = rounds;
  }

  /**
   * Tries a plugin; those of kinds that planning doesn't use pass.
   *
   * @throws PluginFault if it failed
   */
  void run(String kind, String name, SchedulerInput input, Map<String, String> settings, long now)
      throws PluginFault, InterruptedException {
    try {
      if (kind.equals(Kind.SCHEDULER.name())) {
        rounds.plan(input, input.queue(), settings, now, true, Kind.SCHEDULER, name);
      } else if (kind.equals(Kind.PRIORITY.name())) {
        guarded(settings, () -> Priorities.tryOut(registry, name, input, settings, now));
      } else if (kind.equals(Kind.SITE_FACTOR.name())) {
        guarded(settings, () -> Priorities.tryOutSite(registry, name, input, settings, now));
      } else if (kind.equals(Kind.SELECTOR.name())) {
        ServingPlugins plugins = instead(input, settings, Kind.SELECTOR, name);
        guarded(settings, () -> select(plugins, input, now));
      } else if (kind.equals(Kind.TOPOLOGY.name())) {
        ServingPlugins plugins = instead(input, settings, Kind.TOPOLOGY, name);
        guarded(settings, () -> choose(plugins, input));
      }
    } catch (PluginFault e) {
      if (e.getCause() instanceof InnerFault) {
        LOG.warn("Plugin {}/{} could not be tried: {}", kind, name, e.getMessage());
        return;
      }
      throw e;
    }
  }

  private ServingPlugins instead(
      SchedulerInput input, Map<String, String> settings, Kind kind, String name) {
    Map<String, String> options = Options.parse(settings.get("SelectTypeParameters"));
    return new ServingPlugins(registry, input.view(), options, kind, name);
  }

  private interface Attempt {
    void run() throws PluginFault;
  }

  private void guarded(Map<String, String> settings, Attempt attempt)
      throws PluginFault, InterruptedException {
    calls.run(
        Budget.of(settings).patienceMillis(),
        () -> {},
        () -> {
          try {
            attempt.run();
          } catch (InnerFault e) {
            throw (PluginFault) e.getCause();
          }
          return null;
        });
  }

  private static void select(ServingPlugins plugins, SchedulerInput input, long now) {
    ResourceLedger ledger = input.view().ledger();
    EligibleJobs queue = input.queue();
    for (int row = 0; row < Math.min(queue.size(), MAX_JOBS); row++) {
      PendingJob job = queue.get(row);
      PartitionView partition = input.view().partition(job.partition());
      JobDemand demand =
          new JobDemand(
              job.jobClass().request(), partition, job.user(), Math.max(0, now - job.eligible()));
      plugins.select(demand, ledger, partition.nodes(), plugins);
    }
    List<PartitionView> partitions = input.view().partitions();
    if (queue.size() == 0 && !partitions.isEmpty()) {
      PartitionView partition = partitions.get(0);
      JobDemand demand = new JobDemand(ResourceRequest.singleCpu(), partition, 0, 0);
      plugins.select(demand, ledger, partition.nodes(), plugins);
    }
  }

  private static void choose(ServingPlugins plugins, SchedulerInput input) {
    BitSet all = new BitSet();
    for (NodeView node : input.view().nodes()) {
      all.set(node.id());
    }
    if (!all.isEmpty()) {
      plugins.choose(
          new TopologyRequest(
              input.view(), NodeMask.copyOf(all), NodeMask.EMPTY, 1, 1, node -> 1, 1, false, 0));
    }
  }
}
