package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.headrace.control.command.Command;
import org.headrace.control.command.Command.NodeChange;

/** Changes of nodes, collected before any is made. */
final class NodeUpdate {
  private NodeChange change;
  private String reason;
  private long weight = -1;
  private List<String> features;
  private String comment;

  /** Takes a setting; returns what is wrong with it, or null. */
  String add(Update.Setting setting) {
    String value = setting.value();
    switch (setting.key()) {
      case "state" -> {
        change = state(value.toUpperCase(Locale.ROOT));
        return change == null ? "Invalid input: " + setting.word() : null;
      }
      case "reason" -> reason = value;
      case "weight" -> {
        if (!value.matches("\\d{1,9}")) {
          return "Invalid input: " + setting.word();
        }
        weight = Long.parseLong(value);
      }
      case "features", "activefeatures", "availablefeatures" ->
          features = value.isEmpty() ? List.of() : List.of(value.split(","));
      case "comment" -> comment = value;
      default -> {
        return "Update of this parameter is not supported: " + setting.word();
      }
    }
    return null;
  }

  private static NodeChange state(String word) {
    return switch (word) {
      case "DOWN" -> NodeChange.DOWN;
      case "DRAIN" -> NodeChange.DRAIN;
      case "FAIL" -> NodeChange.FAIL;
      case "RESUME", "IDLE" -> NodeChange.RESUME;
      case "UNDRAIN" -> NodeChange.UNDRAIN;
      default -> null;
    };
  }

  boolean empty() {
    return change == null && reason == null && !adjusts();
  }

  private boolean adjusts() {
    return weight >= 0 || features != null || comment != null;
  }

  boolean needsReason() {
    boolean takesOut =
        change == NodeChange.DOWN || change == NodeChange.DRAIN || change == NodeChange.FAIL;
    return takesOut && (reason == null || reason.isEmpty());
  }

  /**
   * What to tell the controller.
   *
   * @param unchanged what gives a new reason to nodes in the state that they are in
   */
  List<Command> commands(List<String> names, NodeChange unchanged) {
    List<Command> commands = new ArrayList<>();
    if (change != null || reason != null) {
      commands.add(
          new Command.UpdateNodes(
              names, change == null ? unchanged : change, reason == null ? "" : reason));
    }
    if (adjusts()) {
      commands.add(new Command.AdjustNodes(names, weight, features, comment));
    }
    return commands;
  }
}
