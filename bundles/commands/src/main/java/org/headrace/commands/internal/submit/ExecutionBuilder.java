package org.headrace.commands.internal.submit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.headrace.api.job.Execution;
import org.headrace.control.front.Account;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.ResourceLimit;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.SignalNames;

/** Turns the options about files, limits and signals into the way a job's processes are run. */
final class ExecutionBuilder {
  private static final int DEFAULT_WARNING_SECONDS = 60;

  private static final Set<String> YES = Set.of("yes", "true", "up", "y", "t", "1");

  private final Choices choices;
  private final Invocation invocation;
  private final Snapshot snapshot;

  ExecutionBuilder(Choices choices, Invocation invocation, Snapshot snapshot) {
    this.choices = choices;
    this.invocation = invocation;
    this.snapshot = snapshot;
  }

  Execution build(boolean batch, List<String> arguments) throws IOException {
    List<Integer> groups = groups();
    return new Execution(
        batch,
        arguments,
        workDirectory(choices, invocation),
        choices.text("input", ""),
        choices.text("output", ""),
        choices.text("error", ""),
        append(choices, snapshot),
        JobEnvironment.umask(invocation),
        limits(choices, invocation, snapshot),
        groups,
        requeue(),
        warning(),
        outlivesNodes(choices),
        memberOf(groups));
  }

  /** True when a failure of one node shall not end what runs on others. */
  static boolean outlivesNodes(Choices choices) {
    return choices.has("no-kill") && !choices.text("no-kill", "").equals("off");
  }

  /** Absolute, relative ones counted from where the user is. */
  static String workDirectory(Choices choices, Invocation invocation) {
    String chosen = choices.text("chdir", "");
    String here = invocation.workingDirectory();
    if (chosen.isEmpty()) {
      return here;
    }
    if (chosen.startsWith("/")) {
      return chosen;
    }
    return here.endsWith("/") ? here + chosen : here + "/" + chosen;
  }

  /** Whether output files that exist are added to: as was asked for, else as is configured. */
  static boolean append(Choices choices, Snapshot snapshot) {
    String configured = snapshot.definition().settings().getOrDefault("JobFileAppend", "0");
    String usual = YES.contains(configured.toLowerCase(Locale.ROOT)) ? "append" : "truncate";
    return choices.text("open-mode", usual).toLowerCase(Locale.ROOT).startsWith("a");
  }

  /** Soft limits that go with the job: those of --propagate, or of the configuration. */
  static Map<String, Long> limits(Choices choices, Invocation invocation, Snapshot snapshot) {
    Map<String, String> settings = snapshot.definition().settings();
    Set<String> names;
    if (choices.has("propagate")) {
      names = names(choices.text("propagate", "", "ALL"));
    } else if (settings.containsKey("PropagateResourceLimits")) {
      names = names(settings.get("PropagateResourceLimits"));
    } else {
      names = new TreeSet<>(OptionCheck.LIMITS);
      names.removeAll(names(settings.getOrDefault("PropagateResourceLimitsExcept", "NONE")));
    }
    Map<String, Long> limits = new TreeMap<>();
    for (Map.Entry<String, ResourceLimit> limit : invocation.limits().entrySet()) {
      if (names.contains(limit.getKey())) {
        limits.put(limit.getKey(), limit.getValue().soft());
      }
    }
    return limits;
  }

  private static Set<String> names(String list) {
    Set<String> names = new TreeSet<>();
    for (String name : list.toUpperCase(Locale.ROOT).split(",")) {
      String plain = name.startsWith("RLIMIT_") ? name.substring(7) : name;
      if (plain.equals("ALL")) {
        names.addAll(OptionCheck.LIMITS);
      } else if (!plain.equals("NONE")) {
        names.add(plain);
      }
    }
    return names;
  }

  /** Those of whoever submits, or of the user whose the job is to be. */
  private List<Integer> groups() throws IOException {
    List<Integer> groups = new ArrayList<>();
    if (choices.has("uid")) {
      Account user = invocation.user(choices.text("uid", ""));
      for (int group : user == null ? new int[0] : invocation.groups(user.name())) {
        groups.add(group);
      }
      return groups;
    }
    for (int group : invocation.caller().groups()) {
      groups.add(group);
    }
    return groups;
  }

  /**
   * Which groups that partitions are for the job's user belongs to. The core knows no names of
   * groups but the primary one's, and a name may be another group's tomorrow.
   */
  private List<String> memberOf(List<Integer> groups) throws IOException {
    Set<String> names = new TreeSet<>();
    if (!groups.isEmpty()) {
      snapshot.definition().partitions().forEach(one -> names.addAll(one.allowGroups()));
    }
    List<String> found = new ArrayList<>();
    for (String name : names) {
      Account group = name.equalsIgnoreCase("ALL") ? null : invocation.group(name);
      if (group != null && groups.contains(group.id())) {
        found.add(name);
      }
    }
    return found;
  }

  private boolean requeue() {
    if (choices.has("requeue")) {
      return true;
    }
    return !choices.has("no-requeue") && snapshot.definition().limits().requeueByDefault();
  }

  private Execution.Warning warning() {
    String text = choices.text("signal", "");
    if (text.isEmpty()) {
      return Execution.Warning.NONE;
    }
    int colon = text.indexOf(':');
    String flags = colon < 0 ? "" : text.substring(0, colon);
    String rest = text.substring(colon + 1);
    int at = rest.indexOf('@');
    return new Execution.Warning(
        SignalNames.parse(at < 0 ? rest : rest.substring(0, at)),
        at < 0 ? DEFAULT_WARNING_SECONDS : Integer.parseInt(rest.substring(at + 1)),
        flags.indexOf('B') >= 0);
  }
}
