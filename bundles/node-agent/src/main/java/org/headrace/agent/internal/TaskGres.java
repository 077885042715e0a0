package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;

/**
 * Which of a step's devices on this node each task is told of. Where resources were asked for by
 * the task, each task gets its own, unless {@code --gpu-bind} says otherwise.
 */
final class TaskGres {
  private static final String BIND = "SLURM_GPU_BIND";

  private final List<GresRequest> perTask;
  private final List<GresAllocation> share;

  private TaskGres(List<GresRequest> perTask, List<GresAllocation> share) {
    this.perTask = perTask;
    this.share = share;
  }

  /**
   * @param share the step's share on this node
   * @param variables the step's environment
   */
  static TaskGres of(
      Job job, Step step, List<GresAllocation> share, Map<String, String> variables) {
    List<GresRequest> wishes = step.spec().gres();
    if (wishes.isEmpty()) {
      wishes = job.spec().request().gres();
    }
    boolean binds = variables.getOrDefault(BIND, "per_task").startsWith("per_task");
    List<GresRequest> perTask =
        wishes.stream().filter(wish -> wish.scope() == GresRequest.Scope.TASK).toList();
    return new TaskGres(binds ? perTask : List.of(), share);
  }

  /** The devices of the task with this number on the node; empty when it has none of its own. */
  List<GresAllocation> of(int local) {
    List<GresAllocation> own = new ArrayList<>();
    for (GresRequest wish : perTask) {
      long skip = local * wish.count();
      long wanted = wish.count();
      for (GresAllocation held : share) {
        if (!held.name().equals(wish.name())
            || !wish.type().isEmpty() && !held.type().equals(wish.type())) {
          continue;
        }
        int[] devices = held.devices().toArray();
        int from = (int) Math.min(skip, devices.length);
        int to = (int) Math.min(from + wanted, devices.length);
        skip -= from;
        wanted -= to - from;
        if (to > from) {
          CoreSet slice = CoreSet.of(Arrays.copyOfRange(devices, from, to));
          own.add(new GresAllocation(held.name(), held.type(), slice, slice.size()));
        }
      }
    }
    return own;
  }
}
