package org.headrace.commands.internal.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeState.Base;
import org.headrace.api.model.NodeState.Flag;
import org.headrace.control.query.NodeStatus;

/** Conditions of nodes in the words that users know, in three lengths. */
public final class NodeStateWords {
  /** How busy a node is, or why not at all. */
  public enum Load {
    UNKNOWN,
    DOWN,
    IDLE,
    ALLOCATED,
    MIXED,
    FUTURE
  }

  private static final int FLAG_UNIT = 16;

  private NodeStateWords() {}

  /** How busy a node is. */
  public static Load load(NodeStatus node) {
    return switch (node.view().state().base()) {
      case UNKNOWN -> Load.UNKNOWN;
      case DOWN -> Load.DOWN;
      case FUTURE -> Load.FUTURE;
      case UP -> busy(node);
    };
  }

  private static Load busy(NodeStatus node) {
    if (node.allocatedCpus() <= 0) {
      return Load.IDLE;
    }
    return node.allocatedCpus() >= node.view().hardware().usableCpus()
        ? Load.ALLOCATED
        : Load.MIXED;
  }

  private static boolean inUse(NodeStatus node) {
    Load load = load(node);
    return load == Load.ALLOCATED || load == Load.MIXED || completing(node);
  }

  /** Whether something of a job is still ending here. */
  public static boolean completing(NodeStatus node) {
    return node.completing() || node.view().state().has(Flag.COMPLETING);
  }

  /** {@code drained*}, {@code mixed}. */
  public static String word(NodeStatus node) {
    return text(node, false);
  }

  /** {@code drain*}, {@code mix}. */
  public static String compact(NodeStatus node) {
    return text(node, true);
  }

  private static String text(NodeStatus node, boolean compact) {
    NodeState state = node.view().state();
    String word = special(node, compact);
    if (word == null) {
      word = plain(node, compact);
    }
    return state.has(Flag.NOT_RESPONDING) ? word + "*" : word;
  }

  private static String special(NodeStatus node, boolean compact) {
    NodeState state = node.view().state();
    if (state.has(Flag.INVALID_REGISTRATION)) {
      return "inval";
    }
    if (state.has(Flag.MAINTENANCE) && !state.has(Flag.DRAIN) && state.base() == Base.UP) {
      return "maint";
    }
    if (state.has(Flag.DRAIN)) {
      return inUse(node) ? pick(compact, "drng", "draining") : pick(compact, "drain", "drained");
    }
    if (state.has(Flag.FAIL)) {
      return inUse(node) ? pick(compact, "failg", "failing") : "fail";
    }
    return null;
  }

  private static String plain(NodeStatus node, boolean compact) {
    boolean planned = node.view().state().has(Flag.PLANNED);
    return switch (load(node)) {
      case UNKNOWN -> pick(compact, "unk", "unknown");
      case DOWN -> "down";
      case FUTURE -> pick(compact, "futr", "future");
      case ALLOCATED ->
          pick(compact, "alloc", "allocated") + (completing(node) ? "+" : planned ? "-" : "");
      case MIXED -> pick(compact, "mix", "mixed") + (planned ? "-" : "");
      case IDLE -> idle(node, compact, planned);
    };
  }

  private static String idle(NodeStatus node, boolean compact, boolean planned) {
    if (completing(node)) {
      return pick(compact, "comp", "completing");
    }
    if (node.view().state().has(Flag.RESERVED)) {
      return pick(compact, "resv", "reserved");
    }
    return planned ? pick(compact, "plnd", "planned") : "idle";
  }

  private static String pick(boolean compact, String small, String large) {
    return compact ? small : large;
  }

  /** {@code IDLE+DRAIN}. */
  public static String complete(NodeStatus node) {
    StringBuilder text = new StringBuilder(load(node).name());
    flags(node).forEach(flag -> text.append('+').append(flag));
    return text.toString();
  }

  /** {@code DRAIN}, {@code NOT_RESPONDING}. */
  public static List<String> flags(NodeStatus node) {
    Set<Flag> held = node.view().state().flags();
    List<String> flags = new ArrayList<>();
    if (completing(node)) {
      flags.add("COMPLETING");
    }
    add(flags, held, Flag.DRAIN, "DRAIN");
    add(flags, held, Flag.FAIL, "FAIL");
    add(flags, held, Flag.INVALID_REGISTRATION, "INVALID_REG");
    add(flags, held, Flag.MAINTENANCE, "MAINTENANCE");
    add(flags, held, Flag.NOT_RESPONDING, "NOT_RESPONDING");
    add(flags, held, Flag.PLANNED, "PLANNED");
    add(flags, held, Flag.RESERVED, "RESERVED");
    return flags;
  }

  private static void add(List<String> flags, Set<Flag> held, Flag flag, String word) {
    if (held.contains(flag)) {
      flags.add(word);
    }
  }

  /** In which order listings have conditions; those that need attention are highest. */
  public static int rank(NodeStatus node) {
    Set<Flag> held = node.view().state().flags();
    int rank =
        switch (load(node)) {
          case UNKNOWN -> 0;
          case DOWN -> 1;
          case IDLE -> 2;
          case ALLOCATED -> 3;
          case MIXED -> 5;
          case FUTURE -> 6;
        };
    Flag[] order = {
      Flag.RESERVED,
      Flag.DRAIN,
      Flag.COMPLETING,
      Flag.NOT_RESPONDING,
      Flag.FAIL,
      Flag.MAINTENANCE,
      Flag.PLANNED,
      Flag.INVALID_REGISTRATION
    };
    for (int i = 0; i < order.length; i++) {
      if (held.contains(order[i])) {
        rank += FLAG_UNIT << i;
      }
    }
    return rank;
  }

  /** Whether a node is free, in use, or neither: {@code i}, {@code a} or {@code o}. */
  public static char use(NodeStatus node) {
    NodeState state = node.view().state();
    Load load = load(node);
    if (load == Load.ALLOCATED || load == Load.MIXED || completing(node) && load == Load.IDLE) {
      return 'a';
    }
    boolean out =
        load != Load.IDLE
            || state.has(Flag.DRAIN)
            || state.has(Flag.FAIL)
            || state.has(Flag.INVALID_REGISTRATION);
    return out ? 'o' : 'i';
  }
}
