package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.PartitionView;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.PartitionDefinition;

/**
 * Changes partitions. Names and values are those of the configuration; times come in minutes, or as
 * {@code INFINITE} or {@code UNLIMITED}: the front end has worked out other forms.
 */
final class PartitionHandler {
  private final Machine machine;
  private final ClusterState state;
  private final PendingTests pendingTests;

  PartitionHandler(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
    this.pendingTests = new PendingTests(machine);
  }

  Outcome update(Command.UpdatePartition command, Actor actor) {
    if (!state.admin(actor)) {
      return refuse(ErrorCode.ACCESS_DENIED, "user " + actor.user() + " may not change partitions");
    }
    PartitionDefinition partition = state.configuration.partition(command.partition());
    if (partition == null) {
      return refuse(
          ErrorCode.INVALID_PARTITION,
          "no partition "
              + command.partition()
              + "; there are: "
              + state.configuration.partitionNames());
    }
    PartitionEdit edit = new PartitionEdit(partition);
    for (Map.Entry<String, String> setting : new TreeMap<>(command.settings()).entrySet()) {
      String problem = apply(edit, setting.getKey(), setting.getValue());
      if (problem != null) {
        return refuse(
            ErrorCode.INVALID_ARGUMENT,
            "partition " + partition.name() + ", " + setting.getKey() + ": " + problem);
      }
    }
    PartitionDefinition changed = edit.done();
    if (changed.isDefault() && !partition.isDefault()) {
      PartitionDefinition former = state.configuration.defaultPartition();
      if (former != null) {
        PartitionEdit no = new PartitionEdit(former);
        no.isDefault = false;
        state.configuration.replace(no.done(), state.nodes);
      }
    }
    state.configuration.replace(changed, state.nodes);
    state.restructured();
    pendingTests.testAll();
    state.events.configured();
    return Outcome.DONE;
  }

  private String apply(PartitionEdit edit, String name, String value) {
    try {
      switch (name.toLowerCase(Locale.ROOT)) {
        case "state":
          edit.state = PartitionView.State.valueOf(value.toUpperCase(Locale.ROOT));
          break;
        case "nodes":
          return nodes(edit, value);
        case "maxtime":
          edit.maxTime = time(value);
          break;
        case "defaulttime":
          edit.defaultTime = value.equalsIgnoreCase("NONE") ? 0 : time(value);
          break;
        case "maxnodes":
          edit.maxNodes = unlimited(value) ? Integer.MAX_VALUE : Integer.parseInt(value);
          break;
        case "minnodes":
          edit.minNodes = Integer.parseInt(value);
          break;
        case "prioritytier":
          edit.priorityTier = Integer.parseInt(value);
          break;
        case "priorityjobfactor":
          edit.priorityFactor = Integer.parseInt(value);
          break;
        case "default":
          edit.isDefault = yes(value);
          break;
        case "hidden":
          edit.hidden = yes(value);
          break;
        case "rootonly":
          edit.rootOnly = yes(value);
          break;
        case "allowgroups":
          edit.allowGroups = list(value);
          break;
        case "allowaccounts":
          edit.allowAccounts = list(value);
          break;
        case "denyaccounts":
          edit.denyAccounts = list(value);
          break;
        case "allowqos":
          edit.allowQos = list(value);
          break;
        case "denyqos":
          edit.denyQos = list(value);
          break;
        default:
          Map<String, String> options = new TreeMap<>(edit.options);
          options.put(name, value);
          edit.options = options;
          break;
      }
      return null;
    } catch (IllegalArgumentException e) {
      return "'" + value + "' is not a value that it can have";
    }
  }

  private String nodes(PartitionEdit edit, String value) {
    List<String> names = list(value);
    for (String node : names) {
      if (machine.state.nodes.get(node) == null) {
        return "no node " + node + " in this cluster";
      }
    }
    edit.nodes = names;
    return null;
  }

  private static boolean unlimited(String value) {
    return value.equalsIgnoreCase("UNLIMITED") || value.equalsIgnoreCase("INFINITE");
  }

  private static long time(String value) {
    return unlimited(value)
        ? Long.MAX_VALUE
        : Math.multiplyExact((long) Integer.parseInt(value), 60_000L);
  }

  private static boolean yes(String value) {
    if (!value.equalsIgnoreCase("YES") && !value.equalsIgnoreCase("NO")) {
      throw new IllegalArgumentException(value);
    }
    return value.equalsIgnoreCase("YES");
  }

  private static List<String> list(String value) {
    if (value.isEmpty() || value.equalsIgnoreCase("ALL")) {
      return List.of();
    }
    return new ArrayList<>(Arrays.asList(value.split(",")));
  }
}
