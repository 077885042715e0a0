package org.headrace.commands.internal.sinfo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.headrace.api.model.NodeState.Flag;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.NodeStateWords;
import org.headrace.commands.internal.format.NodeStateWords.Load;
import org.headrace.control.query.NodeStatus;
import org.headrace.slurmconf.text.TextFormatException;

/** Which conditions of nodes are shown: {@code idle,mix+drain,~down}. */
final class StateFilter {
  /** The words that are understood, in the order of help. */
  static final String VALID =
      "unknown,down,idle,allocated,mixed,future,drain,drained,draining,no_respond,reserved,"
          + "perfctrs,cloud,completing,powering_down,powered_down,power_down,powering_up,fail,"
          + "maint,reboot,reboot^,planned,blocked,inval";

  private static final Map<String, Predicate<NodeStatus>> WORDS =
      Map.ofEntries(
          Map.entry("unknown", load(Load.UNKNOWN)),
          Map.entry("unk", load(Load.UNKNOWN)),
          Map.entry("down", load(Load.DOWN)),
          Map.entry("idle", load(Load.IDLE)),
          Map.entry("allocated", load(Load.ALLOCATED)),
          Map.entry("alloc", load(Load.ALLOCATED)),
          Map.entry("mixed", load(Load.MIXED)),
          Map.entry("mix", load(Load.MIXED)),
          Map.entry("future", load(Load.FUTURE)),
          Map.entry("futr", load(Load.FUTURE)),
          Map.entry("drain", flag(Flag.DRAIN)),
          Map.entry("drained", word("drained")),
          Map.entry("draining", word("draining")),
          Map.entry("drng", word("draining")),
          Map.entry("no_respond", flag(Flag.NOT_RESPONDING)),
          Map.entry("noresp", flag(Flag.NOT_RESPONDING)),
          Map.entry("reserved", flag(Flag.RESERVED)),
          Map.entry("resv", flag(Flag.RESERVED)),
          Map.entry("completing", NodeStateWords::completing),
          Map.entry("comp", NodeStateWords::completing),
          Map.entry("fail", flag(Flag.FAIL)),
          Map.entry("failing", word("failing")),
          Map.entry("failg", word("failing")),
          Map.entry("maint", flag(Flag.MAINTENANCE)),
          Map.entry("planned", flag(Flag.PLANNED)),
          Map.entry("plnd", flag(Flag.PLANNED)),
          Map.entry("inval", flag(Flag.INVALID_REGISTRATION)));

  private static final List<String> NEVER =
      List.of(
          "perfctrs",
          "cloud",
          "powering_down",
          "powered_down",
          "power_down",
          "power_up",
          "pow_up",
          "powering_up",
          "reboot",
          "reboot^",
          "blocked",
          "boot",
          "power_drain",
          "error",
          "err");

  private final List<Predicate<NodeStatus>> any = new ArrayList<>();

  StateFilter(String text) {
    for (String alternative : text.split(",")) {
      Predicate<NodeStatus> all = node -> true;
      for (String part : alternative.split("[+&]")) {
        all = all.and(part(part));
      }
      any.add(all);
    }
  }

  private static Predicate<NodeStatus> part(String text) {
    boolean not = text.startsWith("~");
    String word = (not ? text.substring(1) : text).toLowerCase(Locale.ROOT);
    Predicate<NodeStatus> found = WORDS.get(word);
    if (found == null && NEVER.contains(word)) {
      found = node -> false;
    }
    if (found == null) {
      String shown = TextFormatException.quote(text);
      throw Refusal.error(
          "sinfo",
          1,
          "Bad state string: \"" + shown.substring(1, shown.length() - 1) + "\"",
          "valid states: " + VALID);
    }
    return not ? found.negate() : found;
  }

  boolean accepts(NodeStatus node) {
    return any.stream().anyMatch(one -> one.test(node));
  }

  private static Predicate<NodeStatus> load(Load load) {
    return node ->
        NodeStateWords.load(node) == load
            && (load != Load.IDLE || !node.view().state().has(Flag.DRAIN));
  }

  private static Predicate<NodeStatus> flag(Flag flag) {
    return node -> node.view().state().has(flag);
  }

  private static Predicate<NodeStatus> word(String word) {
    return node -> {
      String found = NodeStateWords.word(node);
      return found.equals(word) || found.equals(word + "*");
    };
  }
}
