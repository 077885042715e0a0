package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.List;
import java.util.Set;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeState.Base;
import org.headrace.api.model.NodeState.Flag;
import org.headrace.api.model.NodeView;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;

/** What administrators do to nodes. */
final class NodeHandler {
  private final Machine machine;
  private final ClusterState state;

  NodeHandler(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  Outcome update(Command.UpdateNodes command, Actor actor) {
    Outcome.Rejected refusal = refusal(command.nodes(), actor);
    if (refusal != null) {
      return refusal;
    }
    boolean needsReason =
        command.change() == Command.NodeChange.DRAIN
            || command.change() == Command.NodeChange.DOWN
            || command.change() == Command.NodeChange.FAIL;
    if (needsReason && command.reason().isEmpty()) {
      return refuse(
          ErrorCode.INVALID_ARGUMENT,
          "a reason is needed to set " + command.change() + " on " + command.nodes());
    }
    for (String name : command.nodes()) {
      change(state.nodes.get(name), command, actor);
    }
    return Outcome.DONE;
  }

  private void change(NodeEntry node, Command.UpdateNodes command, Actor actor) {
    switch (command.change()) {
      case DRAIN:
        machine.nodeLife.drain(node, command.reason(), actor.user());
        break;
      case DOWN:
        machine.nodeLife.down(node, command.reason(), actor.user(), false);
        break;
      case FAIL:
        machine.nodeLife.put(
            node,
            NodeWords.because(
                NodeWords.with(node.state(), Flag.FAIL),
                command.reason(),
                actor.user(),
                state.time),
            actor.user());
        break;
      case UNDRAIN:
        back(node, NodeWords.without(node.state(), Flag.DRAIN, Flag.FAIL), actor);
        break;
      default:
        NodeState condition =
            NodeWords.without(node.state(), Flag.DRAIN, Flag.FAIL, Flag.INVALID_REGISTRATION);
        if (condition.base() == Base.DOWN) {
          // Nothing answers for a node that has never registered: no job may be sent there.
          boolean known = node.report() != null;
          condition = NodeWords.withBase(condition, known ? Base.UP : Base.UNKNOWN);
        }
        back(node.withSilence(node.silentSince(), false), condition, actor);
        break;
    }
  }

  private void back(NodeEntry node, NodeState condition, Actor actor) {
    boolean fine = condition.base() != Base.DOWN && !condition.has(Flag.DRAIN);
    NodeState changed = fine ? NodeWords.because(condition, "", "", 0) : condition;
    boolean silent = condition.has(Flag.NOT_RESPONDING);
    NodeEntry entry = silent ? node.withSilence(state.time, node.downBySilence()) : node;
    machine.nodeLife.put(entry, changed, actor.user());
    if (silent) {
      state.timers.set(
          Timers.after(state.time, state.limits().nodeTimeout()),
          Timers.Kind.NODE_SILENCE,
          node.id());
    }
  }

  Outcome adjust(Command.AdjustNodes command, Actor actor) {
    Outcome.Rejected refusal = refusal(command.nodes(), actor);
    if (refusal != null) {
      return refusal;
    }
    for (String name : command.nodes()) {
      NodeEntry node = state.nodes.get(name);
      NodeView view = node.view();
      NodeView changed =
          new NodeView(
              view.id(),
              view.name(),
              view.hardware(),
              command.features() == null ? view.features() : Set.copyOf(command.features()),
              view.gres(),
              command.weight() < 0 ? view.weight() : command.weight(),
              view.state());
      NodeEntry entry = node.withView(changed);
      state.nodes.put(command.comment() == null ? entry : entry.withComment(command.comment()));
      state.events.node(name);
    }
    state.restructured();
    return Outcome.DONE;
  }

  private Outcome.Rejected refusal(List<String> names, Actor actor) {
    if (!state.admin(actor)) {
      return refuse(
          ErrorCode.ACCESS_DENIED, "user " + actor.user() + " may not change nodes; root may");
    }
    for (String name : names) {
      if (state.nodes.get(name) == null) {
        return Refusals.unknownNode(name);
      }
    }
    return null;
  }
}
