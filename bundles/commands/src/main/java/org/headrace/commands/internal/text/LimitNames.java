package org.headrace.commands.internal.text;

import java.util.List;
import java.util.Map;
import org.headrace.api.model.Reason;

/**
 * Names of limits that jobs wait for, for example {@code AssocGrpCpuLimit}. They follow a pattern,
 * but for CPUs and nodes, which are older than it.
 */
final class LimitNames {
  private static final String ASSOCIATION = "ASSOCIATION_";

  private static final Map<String, String> NUMBERS =
      Map.of(
          "GROUP_JOBS", "GrpJobsLimit",
          "GROUP_SUBMITTED", "GrpSubmitJobsLimit",
          "GROUP_WALL", "GrpWallLimit",
          "MAX_JOBS", "MaxJobsLimit",
          "MAX_SUBMITTED", "MaxSubmitJobLimit",
          "MAX_WALL", "MaxWallDurationPerJobLimit");

  /** What differs for a quality of service. */
  private static final Map<String, String> QOS_NUMBERS =
      Map.of(
          "MAX_JOBS", "QOSMaxJobsPerUserLimit",
          "MAX_SUBMITTED", "QOSMaxSubmitJobPerUserLimit",
          "MAX_JOBS_PER_ACCOUNT", "MaxJobsPerAccount",
          "MAX_SUBMITTED_PER_ACCOUNT", "MaxSubmitJobsPerAccount");

  /** Longer names first, as some begin with others. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind("GROUP_RUN_MINUTES_", "Grp", "RunMinutes"),
          new Kind("GROUP_MINUTES_", "Grp", "Minutes"),
          new Kind("GROUP_", "Grp", ""),
          new Kind("MAX_MINUTES_PER_JOB_", "Max", "MinutesPerJob"),
          new Kind("MAX_RUN_MINUTES_PER_USER_", "Max", "RunMinsPerUser"),
          new Kind("MAX_RUN_MINUTES_PER_ACCOUNT_", "Max", "RunMinsPerAccount"),
          new Kind("MAX_PER_JOB_", "Max", "PerJob"),
          new Kind("MAX_PER_NODE_", "Max", "PerNode"),
          new Kind("MAX_PER_USER_", "Max", "PerUser"),
          new Kind("MAX_PER_ACCOUNT_", "Max", "PerAccount"),
          new Kind("MIN_PER_JOB_", "Min", ""));

  private record Kind(String constant, String before, String after) {}

  private LimitNames() {}

  static String name(Reason reason) {
    String constant = reason.name();
    boolean association = constant.startsWith(ASSOCIATION);
    String rest = constant.substring(association ? ASSOCIATION.length() : "QOS_".length());
    if (!association && QOS_NUMBERS.containsKey(rest)) {
      return QOS_NUMBERS.get(rest);
    }
    String owner = association ? "Assoc" : "QOS";
    if (NUMBERS.containsKey(rest)) {
      return owner + NUMBERS.get(rest);
    }
    for (Kind kind : KINDS) {
      if (rest.startsWith(kind.constant)) {
        return name(owner, kind, rest.substring(kind.constant.length()));
      }
    }
    throw new IllegalArgumentException("no name for " + reason);
  }

  private static String name(String owner, Kind kind, String what) {
    boolean perAccount = kind.after.endsWith("PerAccount");
    boolean runPerUser = kind.after.equals("RunMinsPerUser");
    String prefix = perAccount || runPerUser ? "" : owner;
    return prefix + kind.before + word(owner, kind, what) + kind.after + end(kind, what);
  }

  private static String word(String owner, Kind kind, String what) {
    boolean minutesOfGroup = kind.before.equals("Grp") && !kind.after.isEmpty();
    return switch (what) {
      case "CPU" -> minutesOfGroup ? "CPU" : "Cpu";
      case "MEMORY" -> owner.equals("QOS") && !kind.before.equals("Grp") ? "Memory" : "Mem";
      case "NODE" -> "Node";
      case "BILLING" -> "Billing";
      case "ENERGY" -> "Energy";
      case "GRES" -> "GRES";
      case "LICENSE" -> "License";
      default -> "Unknown";
    };
  }

  private static String end(Kind kind, String what) {
    boolean cpu = what.equals("CPU");
    return switch (kind.after) {
      case "" -> {
        if (kind.before.equals("Min")) {
          yield cpu ? "NotSatisfied" : "";
        }
        boolean old = cpu || List.of("MEMORY", "NODE", "ENERGY").contains(what);
        yield old ? "Limit" : "";
      }
      case "PerJob", "PerUser" -> cpu || what.equals("NODE") ? "Limit" : "";
      case "Minutes", "RunMinutes", "MinutesPerJob" -> cpu ? "Limit" : "";
      default -> "";
    };
  }
}
