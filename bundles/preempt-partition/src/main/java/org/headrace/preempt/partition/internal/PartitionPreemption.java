package org.headrace.preempt.partition.internal;

import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.RunningJob;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Preemption;
import org.osgi.service.component.annotations.Component;

/**
 * Jobs of partitions with a higher {@code PriorityTier} preempt jobs of partitions with a lower
 * one, in the way that the lower partition's {@code PreemptMode} says, or else the cluster's. With
 * {@code PRIORITY} in that setting, the job has to have the higher priority as well.
 */
@Component(service = Preemption.class, property = "headrace.plugin=preempt/partition_prio")
public final class PartitionPreemption implements Preemption {
  private static final String MODE = "PreemptMode";

  @Override
  public PreemptMode mode(
      PendingJob pending, RunningJob running, ClusterView view, Map<String, String> options) {
    PartitionView wanted = view.partition(pending.partition());
    PartitionView used = view.partition(running.partition());
    if (wanted == null || used == null || wanted.priorityTier() <= used.priorityTier()) {
      return PreemptMode.OFF;
    }
    String setting = used.options().getOrDefault(MODE, options.getOrDefault(MODE, ""));
    boolean outranked =
        PreemptMode.has(setting, "PRIORITY") && pending.priority() <= running.priority();
    return outranked ? PreemptMode.OFF : PreemptMode.of(setting);
  }
}
