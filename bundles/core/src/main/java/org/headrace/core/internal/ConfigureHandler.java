package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.account.Billing;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeState.Base;
import org.headrace.api.model.NodeState.Flag;
import org.headrace.api.model.NodeView;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.NodeReport;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;

/**
 * Puts configurations into force: whole or not at all. Nodes keep their ids and conditions; one
 * that is gone loses its jobs as if it had gone down.
 */
final class ConfigureHandler {
  private static final int MOST_DEVICES = 64;

  private final Machine machine;
  private final ClusterState state;
  private final PendingTests pendingTests;

  ConfigureHandler(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
    this.pendingTests = new PendingTests(machine);
  }

  Outcome configure(Command.Configure command, Actor actor) {
    if (!state.admin(actor)) {
      return refuse(ErrorCode.ACCESS_DENIED, "only an administrator may reconfigure the cluster");
    }
    ClusterDefinition definition = command.definition();
    String problem = problem(definition);
    if (problem != null) {
      return refuse(ErrorCode.CONFIGURATION_INVALID, problem);
    }
    ClusterDefinition before = state.configuration.definition();
    loseNodes(definition, before);
    List<NodeEntry> nodes = new ArrayList<>();
    for (NodeDefinition node : definition.nodes()) {
      nodes.add(entry(node, state.nodes.get(node.name())));
    }
    state.nodes.replaceAll(nodes, state.nodes.nextId());
    state.configuration.define(definition, state.nodes);
    machine.accounts.configured();
    if (before == null) {
      state.nextJobId = Math.max(state.nextJobId, definition.limits().firstJobId());
    }
    state.planned = org.headrace.api.model.NodeMask.EMPTY;
    state.restructured();
    Allocations.restate(state);
    state.rebuildLedger();
    pendingTests.testAll();
    if (before != null) {
      rearm(before);
    }
    state.events.configured();
    return Outcome.DONE;
  }

  /** What is to fall due by the new limits, as it would on a machine loaded from a snapshot. */
  private void rearm(ClusterDefinition before) {
    Limits limits = state.limits();
    if (before.limits().minJobAge() != limits.minJobAge()) {
      machine.end.keptForAnotherTime();
    }
    boolean overrunsDiffer =
        before.limits().overTimeLimit() != limits.overTimeLimit()
            || !before.partitions().equals(state.configuration.definition().partitions());
    for (Run run : state.runs.values()) {
      if (run.alive() && overrunsDiffer) {
        machine.life.timeLimits(run);
      }
    }
    for (NodeEntry node : state.nodes.all()) {
      if (node.silentSince() != 0 && before.limits().nodeTimeout() != limits.nodeTimeout()) {
        long due = Timers.after(node.silentSince(), limits.nodeTimeout());
        state.timers.set(due, Timers.Kind.NODE_SILENCE, node.id());
      }
    }
  }

  private void loseNodes(ClusterDefinition definition, ClusterDefinition before) {
    if (before == null) {
      return;
    }
    Set<String> kept = new HashSet<>();
    definition.nodes().forEach(node -> kept.add(node.name()));
    for (NodeEntry node : state.nodes.all()) {
      if (!kept.contains(node.name())) {
        machine.nodeLife.down(node, "removed from the configuration", "slurm", false);
      }
    }
  }

  private NodeEntry entry(NodeDefinition definition, NodeEntry known) {
    if (known == null) {
      NodeState initial = initial(definition);
      return new NodeEntry(
          definition,
          view(state.nodes.newId(), definition, null, initial),
          null,
          0,
          false,
          0,
          "",
          new long[0]);
    }
    return new NodeEntry(
        definition,
        view(known.id(), definition, known.report(), known.state()),
        known.report(),
        known.silentSince(),
        known.downBySilence(),
        known.lastBusy(),
        known.comment(),
        known.jobs());
  }

  private static NodeView view(
      int id, NodeDefinition definition, NodeReport report, NodeState condition) {
    return new NodeView(
        id,
        definition.name(),
        definition.hardware(),
        Set.copyOf(definition.features()),
        NodeEntry.gres(definition, report),
        definition.weight(),
        condition);
  }

  private NodeState initial(NodeDefinition definition) {
    if (definition.future()) {
      return new NodeState(Base.FUTURE, Set.of(), "", "", 0);
    }
    String reason = definition.reason();
    long since = reason.isEmpty() ? 0 : state.time;
    String user = reason.isEmpty() ? "" : "slurm";
    switch (definition.initialState()) {
      case "DOWN":
        return new NodeState(Base.DOWN, Set.of(), reason, user, since);
      case "DRAIN":
        return new NodeState(Base.UNKNOWN, Set.of(Flag.DRAIN), reason, user, since);
      default:
        return new NodeState(Base.UNKNOWN, Set.of(), reason, user, since);
    }
  }

  /** What is wrong with a definition, or null. */
  private static String problem(ClusterDefinition definition) {
    Set<String> nodes = new HashSet<>();
    for (NodeDefinition node : definition.nodes()) {
      if (!nodes.add(node.name())) {
        return "node " + node.name() + " is defined twice; each name may be there once";
      }
      if (node.hardware().cores() < 1
          || node.hardware().threadsPerCore() < 1
          || node.hardware().memory() < 0) {
        return "node " + node.name() + " has no cores, no threads or negative memory";
      }
      CoreSet system = node.hardware().system();
      if (system.highest() >= node.hardware().cores() || system.size() >= node.hardware().cores()) {
        return "node " + node.name() + " leaves cores " + system + " to the system, all or more";
      }
      for (GresInventory gres : node.gres()) {
        if (gres.deviceNumbers().highest() >= MOST_DEVICES) {
          return "node "
              + node.name()
              + " has more than "
              + MOST_DEVICES
              + " devices of "
              + gres.name();
        }
      }
    }
    Set<String> partitions = new HashSet<>();
    for (PartitionDefinition partition : definition.partitions()) {
      if (!partitions.add(partition.name())) {
        return "partition " + partition.name() + " is defined twice";
      }
      for (String node : partition.nodes()) {
        if (!nodes.contains(node)) {
          return "partition " + partition.name() + " names node " + node + ", which isn't defined";
        }
      }
      String weights = partition.options().getOrDefault("TRESBillingWeights", "");
      try {
        Billing.of(weights, "");
      } catch (IllegalArgumentException e) {
        return "TRESBillingWeights of partition " + partition.name() + ": " + e.getMessage();
      }
      if (partition.minNodes() > partition.maxNodes()) {
        return "partition "
            + partition.name()
            + " allows no number of nodes: its least is "
            + partition.minNodes()
            + " and its most "
            + partition.maxNodes();
      }
    }
    Limits limits = definition.limits();
    if (limits.firstJobId() < 1
        || limits.maxJobId() <= limits.firstJobId()
        || limits.maxJobId() - limits.firstJobId() < limits.maxJobs()) {
      return "job ids from "
          + limits.firstJobId()
          + " to "
          + limits.maxJobId()
          + " are not enough for "
          + limits.maxJobs()
          + " jobs";
    }
    return null;
  }
}
