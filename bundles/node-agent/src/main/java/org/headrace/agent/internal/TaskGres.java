package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
  private static final String TASKS_PER_GPU = "SLURM_NTASKS_PER_GPU";
  private static final String GPU = "gpu";

  private final List<GresRequest> perTask;
  private final List<GresAllocation> share;

  /** How tasks are bound to GPUs, or null. */
  private final GpuBinding binding;

  private TaskGres(List<GresRequest> perTask, List<GresAllocation> share, GpuBinding binding) {
    this.perTask = perTask;
    this.share = share;
    this.binding = binding;
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
    String several = variables.getOrDefault(TASKS_PER_GPU, "");
    String how = variables.getOrDefault(BIND, several.isEmpty() ? "" : "single:" + several);
    GpuBinding binding = GpuBinding.parse(how);
    List<GresRequest> perTask =
        wishes.stream()
            .filter(wish -> wish.scope() == GresRequest.Scope.TASK)
            .filter(wish -> how.isEmpty() || !wish.name().equals(GPU))
            .toList();
    return new TaskGres(perTask, share, binding);
  }

  /** The devices of the task with this number on the node; empty when it has none of its own. */
  List<GresAllocation> of(int local) {
    List<GresAllocation> own = bound(local);
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

  private List<GresAllocation> bound(int local) {
    List<GresAllocation> own = new ArrayList<>();
    List<GresAllocation> gpus =
        binding == null
            ? List.of()
            : share.stream().filter(held -> held.name().equals(GPU) && !held.portioned()).toList();
    int count = gpus.stream().mapToInt(held -> held.devices().size()).sum();
    if (count == 0) {
      return own;
    }
    BitSet chosen = binding.of(local, count);
    int first = 0;
    for (GresAllocation held : gpus) {
      int[] devices = held.devices().toArray();
      int offset = first;
      int[] mine =
          IntStream.range(0, devices.length)
              .filter(i -> chosen.get(offset + i))
              .map(i -> devices[i])
              .toArray();
      if (mine.length > 0) {
        own.add(new GresAllocation(GPU, held.type(), CoreSet.of(mine), mine.length));
      }
      first += devices.length;
    }
    return own;
  }
}
