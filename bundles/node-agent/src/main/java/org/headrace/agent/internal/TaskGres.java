package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
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

  /** Cores close to a GPU. */
  private final IntFunction<CoreSet> near;

  private TaskGres(
      List<GresRequest> perTask,
      List<GresAllocation> share,
      GpuBinding binding,
      IntFunction<CoreSet> near) {
    this.perTask = perTask;
    this.share = share;
    this.binding = binding;
    this.near = near;
  }

  /**
   * @param share the step's share on this node
   * @param variables the step's environment
   * @param near cores close to a GPU; empty where it is as far from all
   */
  static TaskGres of(
      Job job,
      Step step,
      List<GresAllocation> share,
      Map<String, String> variables,
      IntFunction<CoreSet> near) {
    List<GresRequest> wishes = step.spec().gres();
    if (wishes.isEmpty()) {
      wishes = job.spec().request().gres();
    }
    String several = variables.getOrDefault(TASKS_PER_GPU, "");
    String how = variables.getOrDefault(BIND, several.isEmpty() ? "" : "single:" + several);
    GpuBinding binding =
        step.tasks() == 1 && how.endsWith("closest") ? null : GpuBinding.parse(how);
    List<GresRequest> perTask =
        wishes.stream()
            .filter(wish -> wish.scope() == GresRequest.Scope.TASK)
            .filter(wish -> how.isEmpty() || !wish.name().equals(GPU))
            .toList();
    return new TaskGres(perTask, share, binding, near);
  }

  /**
   * The devices of a task; empty when it has none of its own.
   *
   * @param local its number on the node
   * @param cores on which it runs
   */
  List<GresAllocation> of(int local, CoreSet cores) {
    List<GresAllocation> own = bound(local, cores);
    for (GresRequest wish : perTask) {
      long skip = local * wish.count();
      long wanted = wish.count();
      for (GresAllocation held : share) {
        if (!held.name().equals(wish.name())
            || !wish.type().isEmpty() && !held.type().equals(wish.type())) {
          continue;
        }
        GresAllocation slice =
            held.portioned() ? portions(held, skip, wanted) : devices(held, skip, wanted);
        skip -= Math.min(skip, held.count());
        wanted -= slice.count();
        if (slice.count() > 0) {
          own.add(slice);
        }
      }
    }
    return own;
  }

  private static GresAllocation devices(GresAllocation held, long skip, long wanted) {
    int[] devices = held.devices().toArray();
    int from = (int) Math.min(skip, devices.length);
    int to = (int) Math.min(from + wanted, devices.length);
    CoreSet slice = CoreSet.of(Arrays.copyOfRange(devices, from, to));
    return new GresAllocation(held.name(), held.type(), slice, slice.size());
  }

  /** Portions are dealt to tasks one device after the other. */
  private static GresAllocation portions(GresAllocation held, long skip, long wanted) {
    CoreSet devices = CoreSet.EMPTY;
    List<Long> portions = new ArrayList<>();
    int[] numbers = held.devices().toArray();
    long begin = 0;
    long sum = 0;
    for (int i = 0; i < Math.min(numbers.length, held.portions().size()); i++) {
      long end = begin + held.portions().get(i);
      long part = Math.min(end, skip + wanted) - Math.max(begin, skip);
      if (part > 0) {
        devices = devices.union(CoreSet.of(numbers[i]));
        portions.add(part);
        sum += part;
      }
      begin = end;
    }
    return new GresAllocation(held.name(), held.type(), devices, sum, portions);
  }

  private List<GresAllocation> bound(int local, CoreSet cores) {
    List<GresAllocation> own = new ArrayList<>();
    List<GresAllocation> gpus =
        binding == null
            ? List.of()
            : share.stream().filter(held -> held.name().equals(GPU) && !held.portioned()).toList();
    int count = gpus.stream().mapToInt(held -> held.devices().size()).sum();
    if (count == 0) {
      return own;
    }
    BitSet chosen = binding.of(local, count, close(gpus, cores));
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

  /** Which of the step's GPUs are close to these cores, by their position among all of them. */
  private BitSet close(List<GresAllocation> gpus, CoreSet cores) {
    BitSet close = new BitSet();
    int position = 0;
    for (GresAllocation held : gpus) {
      for (int device : held.devices().toArray()) {
        CoreSet here = near.apply(device);
        close.set(position++, here.isEmpty() || here.intersects(cores));
      }
    }
    return close;
  }
}
