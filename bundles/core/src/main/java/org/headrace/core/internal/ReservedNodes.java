package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.headrace.api.model.CoreSet;
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
  private final ClusterState state;
  private final Collection<ReservationDefinition> all;
  private final ReservationDefinition asked;
  private final List<NodeEntry> fitting = new ArrayList<>();
  private int suitable;

  ReservedNodes(
      Machine machine, Collection<ReservationDefinition> all, ReservationDefinition asked) {
    this.asked = asked;
    this.all = all;
    state = machine.state;
    if (asked.has(Flag.SPEC_NODES) || !chosen()) {
      return;
    }
    NodeMask taken = cores() ? NodeMask.EMPTY : taken(machine);
    Set<String> own = new HashSet<>(asked.nodes());
    for (NodeEntry node : state.nodes.all()) {
      boolean member =
          asked.partition().isEmpty()
              || state.configuration.view(asked.partition()) != null
                  && state.configuration.view(asked.partition()).nodes().contains(node.id());
      if (member && FeatureTest.possible(asked.features(), new HashSet<>(node.view().features()))) {
        suitable++;
        boolean free = node.state().acceptsJobs() && !taken.contains(node.id());
        if (free && (own.contains(node.name()) || cores() || !busy(node))) {
          fitting.add(node);
        }
      }
    }
    fitting.sort(
        Comparator.comparing((NodeEntry node) -> !own.contains(node.name()) || leaves(node))
            .thenComparing(this::leaves)
            .thenComparingLong(node -> node.view().weight())
            .thenComparingInt(NodeEntry::id));
  }

  /** True when the controller chooses nodes or cores. */
  private boolean chosen() {
    return asked.nodeCount() > 0 || cores();
  }

  private boolean cores() {
    return !asked.share().coreCounts().isEmpty();
  }

  /** True for a node that a reservation gets others for while they are in use. */
  private boolean leaves(NodeEntry node) {
    return asked.has(Flag.REPLACE) && node.jobs().length > 0;
  }

  private NodeMask taken(Machine machine) {
    NodeMask taken = NodeMask.EMPTY;
    boolean shares = asked.has(Flag.MAINT) || asked.has(Flag.OVERLAP);
    for (ReservationDefinition other : all) {
      boolean beside = shares || other.has(Flag.MAINT) || other.has(Flag.OVERLAP);
      if (other.id() != asked.id() && !beside && Meeting.of(asked, other, state.time)) {
        taken = taken.union(machine.reservations.nodes(other));
      }
    }
    return taken;
  }

  private boolean busy(NodeEntry node) {
    if (asked.has(Flag.IGNORE_JOBS)) {
      return false;
    }
    for (long id : node.jobs()) {
      Run run = state.runs.get(id);
      if (run != null && run.alive() && run.endsBy() > asked.startsAt(state.time)) {
        return true;
      }
    }
    return false;
  }

  /** Why there aren't enough, or null. */
  Outcome.Rejected shortage() {
    if (!chosen()) {
      return null;
    }
    if (!asked.has(Flag.SPEC_NODES)) {
      if (suitable == 0 && !asked.features().isEmpty()) {
        return refuse(ErrorCode.INVALID_FEATURE, "no node has features " + asked.features());
      }
      if (fitting.size() < asked.nodeCount()) {
        return refuse(
            ErrorCode.RESOURCES_BUSY,
            "%d nodes asked for; of %d that would do, %d are free at the time"
                .formatted(asked.nodeCount(), suitable, fitting.size()));
      }
    }
    return cores() ? reservedCores().shortage() : null;
  }

  /** The reservation with its nodes and cores; there have to be enough. */
  ReservationDefinition made() {
    if (!chosen()) {
      return asked;
    }
    if (!cores()) {
      return asked.has(Flag.SPEC_NODES)
          ? asked
          : asked.on(inOrder(fitting.subList(0, asked.nodeCount())));
    }
    Map<String, CoreSet> cores = reservedCores().cores();
    List<NodeEntry> nodes = new ArrayList<>();
    state.nodes.all().forEach(nodes::add);
    nodes.removeIf(node -> !cores.containsKey(node.name()));
    return asked.on(inOrder(nodes)).onCores(cores);
  }

  private ReservedCores reservedCores() {
    List<NodeEntry> nodes = new ArrayList<>();
    if (asked.has(Flag.SPEC_NODES)) {
      asked.nodes().forEach(name -> nodes.add(state.nodes.get(name)));
      nodes.removeIf(Objects::isNull);
    } else if (asked.nodeCount() > 0) {
      nodes.addAll(fitting.subList(0, asked.nodeCount()));
    } else {
      nodes.addAll(fitting);
    }
    return new ReservedCores(state, all, asked, nodes);
  }

  private static List<String> inOrder(List<NodeEntry> nodes) {
    return nodes.stream()
        .sorted(Comparator.comparingInt(NodeEntry::id))
        .map(NodeEntry::name)
        .toList();
  }
}
