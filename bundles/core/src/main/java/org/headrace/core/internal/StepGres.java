package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.StepSpec.StepSharing;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeAllocation;

/** What a step gets of its job's generic resources on a node, beside the job's other steps. */
final class StepGres {
  private final StepSpec spec;
  private final List<Step> others;

  /**
   * @param others running steps of the job
   */
  StepGres(StepSpec spec, List<Step> others) {
    this.spec = spec;
    this.others = others;
  }

  /** How much of what is wished for is free; of portions for tasks, in whole tasks' shares. */
  long free(NodeAllocation part, GresRequest wanted) {
    long free = 0;
    for (GresAllocation held : part.gres()) {
      if (matches(held, wanted)) {
        free += share(part.node(), held, Long.MAX_VALUE, grain(wanted), List.of()).count();
      }
    }
    return free;
  }

  private static boolean matches(GresAllocation held, GresRequest wanted) {
    return held.name().equals(wanted.name())
        && (wanted.type().isEmpty() || wanted.type().equals(held.type()));
  }

  /** A task's portions are all of one device. */
  private static long grain(GresRequest wanted) {
    return wanted.scope() == GresRequest.Scope.TASK ? Math.max(1, wanted.count()) : 1;
  }

  /** The step's share; all of the job's where the step wishes for nothing. */
  List<GresAllocation> take(NodeAllocation whole, int tasks) {
    if (spec.attributes().containsKey(StepSpec.NO_GRES)) {
      return List.of();
    }
    if (spec.gres().isEmpty()) {
      return whole.gres();
    }
    List<GresAllocation> taken = new ArrayList<>();
    for (GresRequest wanted : spec.gres()) {
      long left =
          wanted.scope() == GresRequest.Scope.TASK ? wanted.count() * tasks : wanted.count();
      for (GresAllocation held : whole.gres()) {
        if (left > 0 && matches(held, wanted)) {
          GresAllocation share = share(whole.node(), held, left, grain(wanted), taken);
          left -= share.count();
          if (share.count() > 0) {
            taken.add(share);
          }
        }
      }
    }
    return taken;
  }

  private List<GresAllocation> usedBy(int node, GresAllocation held) {
    List<GresAllocation> used = new ArrayList<>();
    for (Step step : others) {
      if (step.spec().sharing() == StepSharing.OVERLAP || step.spec().gres().isEmpty()) {
        continue;
      }
      for (Step.Part part : step.parts()) {
        if (part.node() == node && !part.done()) {
          part.gres().stream().filter(one -> same(one, held)).forEach(used::add);
        }
      }
    }
    return used;
  }

  private static boolean same(GresAllocation one, GresAllocation other) {
    return one.name().equals(other.name()) && one.type().equals(other.type());
  }

  /**
   * A part of what the job holds.
   *
   * @param most what is wanted
   * @param grain portions of one device that go together
   * @param taken what the step has already
   */
  private GresAllocation share(
      int node, GresAllocation held, long most, long grain, List<GresAllocation> taken) {
    List<GresAllocation> used = new ArrayList<>();
    if (spec.sharing() != StepSharing.OVERLAP) {
      used.addAll(usedBy(node, held));
    }
    taken.stream().filter(one -> same(one, held)).forEach(used::add);
    if (held.portioned()) {
      return portions(held, used, most, grain);
    }
    long free = held.count() - used.stream().mapToLong(GresAllocation::count).sum();
    long count = Math.max(0, Math.min(most, free));
    if (held.devices().isEmpty()) {
      return new GresAllocation(held.name(), held.type(), CoreSet.EMPTY, count);
    }
    CoreSet devices = held.devices();
    for (GresAllocation other : used) {
      devices = devices.minus(other.devices());
    }
    int[] members = devices.toArray();
    int size = (int) Math.min(count, members.length);
    CoreSet chosen = CoreSet.of(Arrays.copyOf(members, size));
    return new GresAllocation(held.name(), held.type(), chosen, size);
  }

  private static GresAllocation portions(
      GresAllocation held, List<GresAllocation> used, long most, long grain) {
    Map<Integer, Long> busy = new HashMap<>();
    for (GresAllocation other : used) {
      int[] numbers = other.devices().toArray();
      for (int i = 0; i < Math.min(numbers.length, other.portions().size()); i++) {
        busy.merge(numbers[i], other.portions().get(i), Long::sum);
      }
    }
    int[] numbers = held.devices().toArray();
    CoreSet devices = CoreSet.EMPTY;
    List<Long> portions = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < Math.min(numbers.length, held.portions().size()); i++) {
      long free = held.portions().get(i) - busy.getOrDefault(numbers[i], 0L);
      long portion = Math.min(most - sum, Math.max(0, free) / grain * grain);
      if (portion > 0) {
        devices = devices.union(CoreSet.of(numbers[i]));
        portions.add(portion);
        sum += portion;
      }
    }
    return new GresAllocation(held.name(), held.type(), devices, sum, portions);
  }
}
