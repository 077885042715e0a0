package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeHardware;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Flag;

/**
 * Cores for a reservation that is made by their number: the first ones of its nodes that no other
 * reservation has at the time, and on which no job may still run when it begins.
 */
final class ReservedCores {
  private final ClusterState state;
  private final Collection<ReservationDefinition> all;
  private final ReservationDefinition asked;
  private final Map<String, CoreSet> chosen = new LinkedHashMap<>();
  private int missing;

  /**
   * @param nodes candidates, the first ones to be used first; just these if they are named or
   *     counted
   */
  ReservedCores(
      ClusterState state,
      Collection<ReservationDefinition> all,
      ReservationDefinition asked,
      List<NodeEntry> nodes) {
    this.state = state;
    this.all = all;
    this.asked = asked;
    List<Integer> counts = asked.share().coreCounts();
    boolean each = counts.size() > 1;
    boolean spread = asked.nodeCount() > 0 || asked.has(Flag.SPEC_NODES);
    int left = each ? 0 : counts.get(0);
    for (int i = 0; i < nodes.size(); i++) {
      int others = nodes.size() - i;
      int wanted =
          each ? (i < counts.size() ? counts.get(i) : 0) : spread ? ceil(left, others) : left;
      int given = take(nodes.get(i), wanted);
      missing += each ? wanted - given : 0;
      left -= each ? 0 : given;
    }
    missing += left;
  }

  private static int ceil(int left, int others) {
    return (left + others - 1) / others;
  }

  private int take(NodeEntry node, int wanted) {
    int[] free = free(node).toArray();
    int given = Math.min(wanted, free.length);
    if (given > 0) {
      chosen.put(node.name(), CoreSet.of(java.util.Arrays.copyOf(free, given)));
    }
    return given;
  }

  private CoreSet free(NodeEntry node) {
    NodeHardware hardware = node.view().hardware();
    CoreSet free = CoreSet.firstOf(hardware.cores()).minus(hardware.system());
    boolean shares = asked.has(Flag.MAINT) || asked.has(Flag.OVERLAP);
    for (ReservationDefinition other : all) {
      boolean beside = shares || other.has(Flag.MAINT) || other.has(Flag.OVERLAP);
      if (other.id() == asked.id() || beside || !Meeting.of(asked, other, state.time)) {
        continue;
      }
      CoreSet cores = other.share().cores().get(node.name());
      boolean whole = cores == null && other.nodes().contains(node.name());
      free = whole ? CoreSet.EMPTY : cores == null ? free : free.minus(cores);
    }
    if (asked.has(Flag.IGNORE_JOBS)) {
      return free;
    }
    for (long id : node.jobs()) {
      Run run = state.runs.get(id);
      if (run != null && run.alive() && run.endsBy() > asked.startsAt(state.time)) {
        NodeAllocation part = Allocations.part(run.job(), node.id());
        boolean own = run.job().status().reservation().equals(asked.name());
        boolean exclusive = run.job().status().allocation().exclusive();
        free = own || part == null ? free : exclusive ? CoreSet.EMPTY : free.minus(part.cores());
      }
    }
    return free;
  }

  Outcome.Rejected shortage() {
    return missing == 0
        ? null
        : refuse(
            ErrorCode.RESOURCES_BUSY, missing + " of the cores asked for are not free at the time");
  }

  Map<String, CoreSet> cores() {
    return chosen;
  }
}
