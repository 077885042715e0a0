package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.preemption.Turns;
import org.headrace.control.definition.PartitionDefinition;

/**
 * Jobs of one partition that take turns on the same cores: in partitions with {@code GANG} in their
 * {@code PreemptMode}, as {@link Turns} says. One that stands still gets its turn when those that
 * have its cores have had theirs for {@code SchedulerTimeSlice}.
 */
final class TimeSlices {
  private static final long LEAST_SECONDS = 5;
  private static final long USUAL_SECONDS = 30;

  private final Machine machine;
  private final ClusterState state;

  TimeSlices(Machine machine) {
    this.machine = machine;
    state = machine.state;
  }

  /** How long a turn is, in milliseconds. */
  long length() {
    String text = state.configuration.setting("SchedulerTimeSlice", "");
    String number = text.replaceAll("[^0-9].*", "");
    long seconds = number.isEmpty() || number.length() > 9 ? USUAL_SECONDS : Long.parseLong(number);
    return Math.max(LEAST_SECONDS, seconds) * 1000;
  }

  /** True for a run that takes turns with others of its partition. */
  boolean concern(Run run) {
    PartitionDefinition partition = state.configuration.partition(run.job().status().partition());
    if (partition == null) {
      return false;
    }
    Map<String, String> options = partition.options();
    String mode =
        options.getOrDefault("PreemptMode", state.configuration.setting("PreemptMode", ""));
    return Turns.most(options, mode, run.job().spec().request().sharing()) > 1;
  }

  /**
   * Those who have cores of a stopped run, if they have had their turn.
   *
   * @param at the time by which they must have had it
   * @return null if it isn't the run's turn yet, or others than its partition's jobs have its cores
   */
  List<Run> before(Run run, long at) {
    List<Run> holders = new ArrayList<>();
    for (NodeAllocation part : run.job().status().allocation().nodes()) {
      NodeEntry node = state.nodes.get(part.node());
      for (long id : node == null ? new long[0] : node.jobs()) {
        Run other = state.runs.get(id);
        NodeAllocation theirs = other == null ? null : Allocations.part(other.job(), part.node());
        boolean holds =
            theirs != null
                && other != run
                && !other.withoutCores()
                && !holders.contains(other)
                && theirs.cores().intersects(part.cores());
        if (holds && !hadItsTurn(other, run, at)) {
          return null;
        }
        if (holds) {
          holders.add(other);
        }
      }
    }
    return holders;
  }

  private boolean hadItsTurn(Run other, Run run, long at) {
    JobStatus status = other.job().status();
    long since = Math.max(status.started(), status.suspended());
    return other.alive()
        && !other.leaving()
        && !status.has(JobFlag.CONFIGURING)
        && status.partition().equals(run.job().status().partition())
        && concern(other)
        && since + length() <= at;
  }
}
