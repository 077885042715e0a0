package org.headrace.commands.internal.scontrol;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.commands.internal.scontrol.Update.Setting;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** Changes of a partition: Slurm's words, made what the controller knows. */
final class PartitionUpdate {
  private static final String FLAGS =
      "Default DisableRootJobs ExclusiveUser Hidden LLN ReqResv RootOnly";
  private static final String TIMES = "DefaultTime MaxTime OverTimeLimit";
  private static final String COUNTS =
      "DefMemPerCPU DefMemPerNode DefMemPerGPU GraceTime MaxCPUsPerNode MaxCPUsPerSocket"
          + " MaxMemPerCPU MaxMemPerNode MaxNodes MinNodes PriorityJobFactor PriorityTier";
  private static final String TEXTS =
      "AllocNodes AllowAccounts AllowGroups AllowQos Alternate CpuBind DenyAccounts DenyQos QOS"
          + " Topology";
  private static final Set<String> STATES = Set.of("UP", "DOWN", "DRAIN", "INACTIVE");
  private static final Set<String> PREEMPT_MODES =
      Set.of("OFF", "CANCEL", "REQUEUE", "SUSPEND", "GANG", "WITHIN", "PRIORITY");
  private static final String STANDARD_SHARE = ":4";
  private static final int HIGHEST_PRIORITY = 65_533;

  private final Snapshot snapshot;
  private final String partition;
  private final Map<String, String> changes = new LinkedHashMap<>();

  /** A value that makes no sense. The message is ready to print, in one or more lines. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message);
    }
  }

  PartitionUpdate(Snapshot snapshot, String partition) {
    this.snapshot = snapshot;
    this.partition = partition;
  }

  /** What is to change, by the names of the configuration. */
  Map<String, String> changes() {
    return changes;
  }

  /** Takes a setting; false if there is none of that name. */
  boolean add(Setting setting) throws Wrong {
    if (setting.sign() != ' ') {
      return false;
    }
    String key = setting.key();
    String value = setting.value();
    switch (key) {
      case "nodes" -> changes.put("Nodes", nodes(value));
      case "state" -> changes.put("State", word(setting, STATES, "UP, DOWN, DRAIN and INACTIVE"));
      case "oversubscribe", "shared" -> changes.put("OverSubscribe", sharing(setting));
      case "preemptmode" -> changes.put("PreemptMode", preemptMode(setting));
      case "priority" -> changes.put("PriorityJobFactor", count("PriorityJobFactor", value));
      default -> {
        return listed(setting);
      }
    }
    return true;
  }

  private boolean listed(Setting setting) throws Wrong {
    String name = name(FLAGS, setting.key());
    if (name != null) {
      changes.put(name, word(setting, Set.of("YES", "NO"), "YES and NO"));
      return true;
    }
    name = name(TIMES, setting.key());
    if (name != null) {
      changes.put(name, time(name, setting));
      return true;
    }
    name = name(COUNTS, setting.key());
    if (name != null) {
      changes.put(name, count(name, setting.value()));
      return true;
    }
    name = name(TEXTS, setting.key());
    if (name == null) {
      return false;
    }
    boolean all = setting.value().equalsIgnoreCase("ALL");
    boolean none = setting.value().isEmpty() && name.equals("AllocNodes");
    boolean hosts = name.equals("AllocNodes");
    String value = hosts ? String.join(",", Hostlist.expand(setting.value())) : setting.value();
    changes.put(name, all || none ? "ALL" : value);
    return true;
  }

  private static String name(String names, String key) {
    for (String name : names.split(" ")) {
      if (name.equalsIgnoreCase(key)) {
        return name;
      }
    }
    return null;
  }

  private static String word(Setting setting, Set<String> words, String shown) throws Wrong {
    String word = setting.value().toUpperCase(Locale.ROOT);
    if (!words.contains(word)) {
      String key = setting.word().substring(0, setting.word().indexOf('='));
      String name = name(FLAGS + " State", key);
      throw new Wrong(
          "scontrol: error: Invalid input: "
              + setting.word()
              + "\nscontrol: error: Acceptable "
              + name
              + " values are "
              + shown);
    }
    return word;
  }

  /** With {@code +} and {@code -} before names they are added to those that are there, or taken. */
  private String nodes(String value) throws Wrong {
    PartitionDefinition now =
        snapshot.definition().partitions().stream()
            .filter(one -> one.name().equals(partition))
            .findFirst()
            .orElse(null);
    boolean relative = value.startsWith("+") || value.startsWith("-");
    Set<String> names = new LinkedHashSet<>(relative && now != null ? now.nodes() : List.of());
    try {
      if (value.equalsIgnoreCase("ALL")) {
        snapshot.nodes().forEach(node -> names.add(node.name()));
      } else if (!relative) {
        names.addAll(Hostlist.expand(value));
      } else if (value.startsWith("+")) {
        names.addAll(Hostlist.expand(value.substring(1)));
      } else {
        Hostlist.expand(value.substring(1)).forEach(names::remove);
      }
    } catch (TextFormatException e) {
      throw new Wrong(
          "slurm_update error: Invalid node name specified\nscontrol: error: " + e.getMessage());
    }
    for (String name : names) {
      if (snapshot.node(name) == null) {
        throw new Wrong(
            "slurm_update error: Invalid node name specified\nscontrol: error: no node "
                + name
                + " in this cluster");
      }
    }
    return String.join(",", names);
  }

  /** Minutes, or a word for none or any number. */
  private static String time(String name, Setting setting) throws Wrong {
    String value = setting.value().toUpperCase(Locale.ROOT);
    if (value.equals("NONE") && !name.equals("MaxTime")) {
      return value;
    }
    try {
      long seconds = SlurmDuration.parseSeconds(value);
      return seconds == SlurmDuration.INFINITE ? "UNLIMITED" : Long.toString((seconds + 59) / 60);
    } catch (TextFormatException e) {
      boolean over = name.equals("OverTimeLimit");
      throw new Wrong(
          (over
                  ? "scontrol: error: Invalid OverTimeLimit value: " + setting.value()
                  : "scontrol: error: Invalid input " + setting.word())
              + "\nscontrol: error: "
              + e.getMessage());
    }
  }

  private static String count(String name, String value) throws Wrong {
    String word = value.toUpperCase(Locale.ROOT);
    if (word.equals("UNLIMITED") || word.equals("INFINITE")) {
      return "UNLIMITED";
    }
    boolean priority = name.startsWith("Priority");
    if (!value.matches("\\d{1,9}") || priority && Integer.parseInt(value) > HIGHEST_PRIORITY) {
      throw new Wrong(
          name.endsWith("Nodes")
              ? "scontrol: error: Invalid numeric value \"" + value + "\" for " + name + "."
              : "scontrol: error: Invalid " + name + " value: " + value);
    }
    return value;
  }

  private static String sharing(Setting setting) throws Wrong {
    String value = setting.value().toUpperCase(Locale.ROOT);
    if (value.matches("(YES|FORCE)(:\\d{1,5})?")) {
      return value.indexOf(':') < 0 ? value + STANDARD_SHARE : value;
    }
    if (!value.equals("NO") && !value.equals("EXCLUSIVE")) {
      throw new Wrong(
          "scontrol: error: Invalid input: "
              + setting.word()
              + "\nscontrol: error: Acceptable OverSubscribe values are NO, EXCLUSIVE, YES:#, and"
              + " FORCE:#");
    }
    return value;
  }

  private static String preemptMode(Setting setting) throws Wrong {
    String value = setting.value().toUpperCase(Locale.ROOT);
    for (String word : value.split(",", -1)) {
      if (!PREEMPT_MODES.contains(word)) {
        throw new Wrong(
            "scontrol: error: Invalid input: "
                + setting.word()
                + "\nscontrol: error: Acceptable PreemptMode values are "
                + PREEMPT_MODES.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
    return value;
  }
}
