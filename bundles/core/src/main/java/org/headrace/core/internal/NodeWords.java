package org.headrace.core.internal;

import java.util.EnumSet;
import java.util.Set;
import org.headrace.api.model.NodeState;

/** Conditions of nodes: how they are put together, and said. */
final class NodeWords {
  private NodeWords() {}

  /** The condition in words, for example {@code DOWN+DRAIN}. */
  static String condition(NodeState state) {
    StringBuilder text = new StringBuilder(state.base().name());
    for (NodeState.Flag flag : NodeState.Flag.values()) {
      if (state.has(flag)) {
        text.append('+').append(flag.name());
      }
    }
    return text.toString();
  }

  static NodeState with(NodeState state, NodeState.Flag flag) {
    Set<NodeState.Flag> flags = flags(state);
    flags.add(flag);
    return new NodeState(
        state.base(), flags, state.reason(), state.reasonUser(), state.reasonTime());
  }

  static NodeState without(NodeState state, NodeState.Flag... unwanted) {
    Set<NodeState.Flag> flags = flags(state);
    for (NodeState.Flag flag : unwanted) {
      flags.remove(flag);
    }
    return new NodeState(
        state.base(), flags, state.reason(), state.reasonUser(), state.reasonTime());
  }

  static NodeState withBase(NodeState state, NodeState.Base base) {
    return new NodeState(
        base, state.flags(), state.reason(), state.reasonUser(), state.reasonTime());
  }

  static NodeState because(NodeState state, String reason, String user, long time) {
    return new NodeState(state.base(), state.flags(), reason, user, time);
  }

  private static Set<NodeState.Flag> flags(NodeState state) {
    Set<NodeState.Flag> flags = EnumSet.noneOf(NodeState.Flag.class);
    flags.addAll(state.flags());
    return flags;
  }
}
