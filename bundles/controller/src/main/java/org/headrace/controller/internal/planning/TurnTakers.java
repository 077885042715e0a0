package org.headrace.controller.internal.planning;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.Sharing;
import org.headrace.api.preemption.Turns;

/**
 * Jobs of one partition that take turns on the same cores: a new one may stop one that runs as long
 * as no core has more jobs than {@link Turns} allows.
 */
final class TurnTakers {
  private final ClusterView view;

  /** How many others stand still that share cores with a job. */
  private final Map<Long, Integer> beside = new HashMap<>();

  TurnTakers(ClusterView view) {
    this.view = view;
  }

  /** True if there is a partition whose jobs take turns. */
  static boolean in(ClusterView view) {
    return view.partitions().stream()
        .anyMatch(partition -> most(partition, Sharing.OVERSUBSCRIBE) > 1);
  }

  private static int most(PartitionView partition, Sharing asked) {
    return Turns.most(partition.options(), partition.options().get("PreemptMode"), asked);
  }

  /** True if the running job may be stopped to let the pending one have its first turn. */
  boolean share(PendingJob pending, RunningJob running) {
    PartitionView partition = view.partition(pending.partition());
    if (partition == null
        || !running.partition().equals(pending.partition())
        || running.leaving()) {
      return false;
    }
    Sharing theirs = running.shares() ? Sharing.OVERSUBSCRIBE : Sharing.CORES;
    int most =
        Math.min(most(partition, pending.jobClass().request().sharing()), most(partition, theirs));
    return most > 1 && 2 + beside(running) <= most;
  }

  private int beside(RunningJob running) {
    return beside.computeIfAbsent(
        running.id(),
        id -> {
          boolean stopped = running.goesOnWith() != null;
          Allocation own = stopped ? running.goesOnWith() : running.allocation();
          int count = 0;
          for (RunningJob other : view.running()) {
            Allocation cores = other.id() == id ? null : other.goesOnWith();
            count += cores != null && meet(cores, own.nodes()) ? 1 : 0;
          }
          return count;
        });
  }

  private static boolean meet(Allocation cores, List<NodeAllocation> others) {
    for (NodeAllocation part : cores.nodes()) {
      for (NodeAllocation other : others) {
        if (part.node() == other.node() && part.cores().intersects(other.cores())) {
          return true;
        }
      }
    }
    return false;
  }
}
