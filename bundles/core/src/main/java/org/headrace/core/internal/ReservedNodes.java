package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.model.NodeMask;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Flag;

/**
 * Nodes for a reservation that is made by their number: of its partition or of all, with its
 * features, that take jobs, that nobody else has reserved for the time, and on which no job may
 * still run when it begins. It keeps those it has; then the ones of least weight are taken.
 */
final class ReservedNodes {
  private final ReservationDefinition asked;
  private final List<NodeEntry> fitting = new ArrayList<>();
  private int suitable;

  ReservedNodes(
      Machine machine, Collection<ReservationDefinition> all, ReservationDefinition asked) {
    this.asked = asked;
    ClusterState state = machine.state;
    NodeMask taken = taken(machine, all);
    Set<String> own = new HashSet<>(asked.nodes());
    for (NodeEntry node : state.nodes.all()) {
      boolean member =
          asked.partition().isEmpty()
              || state.configuration.view(asked.partition()) != null
                  && state.configuration.view(asked.partition()).nodes().contains(node.id());
      if (member && FeatureTest.possible(asked.features(), new HashSet<>(node.view().features()))) {
        suitable++;
        boolean free = node.state().acceptsJobs() && !taken.contains(node.id());
        if (free && (own.contains(node.name()) || !busy(state, node))) {
          fitting.add(node);
        }
      }
    }
    fitting.sort(
        Comparator.comparing((NodeEntry node) -> !own.contains(node.name()))
            .thenComparingLong(node -> node.view().weight())
            .thenComparingInt(NodeEntry::id));
  }

  private NodeMask taken(Machine machine, Collection<ReservationDefinition> all) {
    NodeMask taken = NodeMask.EMPTY;
    boolean shares = asked.has(Flag.MAINT) || asked.has(Flag.OVERLAP);
    for (ReservationDefinition other : all) {
      boolean beside = shares || other.has(Flag.MAINT) || other.has(Flag.OVERLAP);
      if (other.id() != asked.id()
          && !beside
          && other.start() < asked.end()
          && asked.start() < other.end()) {
        taken = taken.union(machine.reservations.nodes(other));
      }
    }
    return taken;
  }

  private boolean busy(ClusterState state, NodeEntry node) {
    if (asked.has(Flag.IGNORE_JOBS)) {
      return false;
    }
    for (long id : node.jobs()) {
      Run run = state.runs.get(id);
      if (run != null && run.alive() && run.endsBy() > asked.start()) {
        return true;
      }
    }
    return false;
  }

  /** Why there aren't enough, or null. */
  Outcome.Rejected shortage() {
    if (suitable == 0 && !asked.features().isEmpty()) {
      return refuse(ErrorCode.INVALID_FEATURE, "no node has features " + asked.features());
    }
    return fitting.size() >= asked.nodeCount()
        ? null
        : refuse(
            ErrorCode.RESOURCES_BUSY,
            "%d nodes asked for; of %d that would do, %d are free at the time"
                .formatted(asked.nodeCount(), suitable, fitting.size()));
  }

  /** Names of the nodes; there have to be enough. */
  List<String> names() {
    return fitting.stream()
        .limit(asked.nodeCount())
        .sorted(Comparator.comparingInt(NodeEntry::id))
        .map(NodeEntry::name)
        .toList();
  }
}
