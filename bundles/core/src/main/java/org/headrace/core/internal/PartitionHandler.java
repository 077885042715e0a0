package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Sharing;
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
    Allocations.restate(state);
    state.rebuildLedger();
    state.recount(machine.accounts.accounts());
    state.restructured();
    pendingTests.testAll();
    state.events.configured();
    return Outcome.DONE;
  }

  private String apply(PartitionEdit edit, String name, String value) {
    try {
      String key = name.toLowerCase(Locale.ROOT);
      if (key.equals("nodes")) {
        return nodes(edit, value);
      }
      if (!access(edit, key, value) && !limit(edit, key, value) && !memory(edit, key, value)) {
        sharing(edit, key, value);
        Map<String, String> options = new TreeMap<>(edit.options);
        options.put(name, value);
        edit.options = options;
      }
      return null;
    } catch (IllegalArgumentException e) {
      return "'" + value + "' is not a value that it can have";
    }
  }

  /** Who sees and uses it; false if the key is about something else. */
  private static boolean access(PartitionEdit edit, String key, String value) {
    switch (key) {
      case "state" -> edit.state = PartitionView.State.valueOf(value.toUpperCase(Locale.ROOT));
      case "default" -> edit.isDefault = yes(value);
      case "hidden" -> edit.hidden = yes(value);
      case "rootonly" -> edit.rootOnly = yes(value);
      case "allowgroups" -> edit.allowGroups = list(value);
      case "allowaccounts" -> edit.allowAccounts = list(value);
      case "denyaccounts" -> edit.denyAccounts = list(value);
      case "allowqos" -> edit.allowQos = list(value);
      case "denyqos" -> edit.denyQos = list(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** How much of it, and how soon; false if the key is about something else. */
  private static boolean limit(PartitionEdit edit, String key, String value) {
    switch (key) {
      case "maxtime" -> edit.maxTime = time(value);
      case "defaulttime" -> edit.defaultTime = value.equalsIgnoreCase("NONE") ? 0 : time(value);
      case "maxnodes" -> edit.maxNodes = unlimited(value) ? Integer.MAX_VALUE : count(value);
      case "minnodes" -> edit.minNodes = count(value);
      case "gracetime" -> edit.graceTime = count(value) * 1000L;
      case "overtimelimit" -> edit.overTimeLimit = value.equalsIgnoreCase("NONE") ? 0 : time(value);
      case "prioritytier" -> edit.priorityTier = count(value);
      case "priorityjobfactor" -> edit.priorityFactor = count(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Memory in mebibytes, zero for none; false if the key is about something else. */
  private static boolean memory(PartitionEdit edit, String key, String value) {
    switch (key) {
      case "defmempercpu" -> edit.defaultMemory = memory(MemoryRequest.Basis.CPU, value);
      case "defmempernode" -> edit.defaultMemory = memory(MemoryRequest.Basis.NODE, value);
      case "defmempergpu" -> edit.defaultMemory = memory(MemoryRequest.Basis.GPU, value);
      case "maxmempercpu" -> edit.maxMemory = memory(MemoryRequest.Basis.CPU, value);
      case "maxmempernode" -> edit.maxMemory = memory(MemoryRequest.Basis.NODE, value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static MemoryRequest memory(MemoryRequest.Basis basis, String value) {
    int mebibytes = unlimited(value) ? 0 : count(value);
    return mebibytes == 0 ? MemoryRequest.NONE : new MemoryRequest(basis, mebibytes);
  }

  /** What the words about sharing, which are kept as they are, mean for the partition's nodes. */
  private static void sharing(PartitionEdit edit, String key, String value) {
    if (key.equals("oversubscribe")) {
      edit.sharing = sharing(value);
    } else if (key.equals("exclusiveuser")) {
      String otherwise = edit.options.getOrDefault("OverSubscribe", "NO");
      edit.sharing = yes(value) ? Sharing.USER : sharing(otherwise);
    }
  }

  private static Sharing sharing(String word) {
    return switch (word) {
      case "NO" -> Sharing.CORES;
      case "EXCLUSIVE" -> Sharing.EXCLUSIVE;
      default -> Sharing.OVERSUBSCRIBE;
    };
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
    return unlimited(value) ? Long.MAX_VALUE : count(value) * 60_000L;
  }

  private static int count(String value) {
    int count = Integer.parseInt(value);
    if (count < 0) {
      throw new IllegalArgumentException(value);
    }
    return count;
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
