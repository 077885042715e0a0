package org.headrace.commands.internal.sacctmgr;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.commands.internal.text.TresText;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** Limits in the words of users: read, and shown. */
final class LimitTerms {
  /** A word that can't be understood, with what has to be said of it first, or null. */
  static final class Unknown extends Exception {
    private static final long serialVersionUID = 1L;

    Unknown(String message) {
      super(message, null, false, false);
    }
  }

  private static final int MINUTE = 60;

  private static final Map<String, Limit> COMMON_NUMBERS =
      Map.of(
          "GrpJobs", Limit.GROUP_JOBS,
          "GrpJobsAccrue", Limit.GROUP_ACCRUING,
          "GrpSubmitJobs", Limit.GROUP_SUBMITTED,
          "GrpWall", Limit.GROUP_WALL,
          "MaxWallDurationPerJob", Limit.MAX_WALL);

  private static final Map<String, ResourceLimit> COMMON_RESOURCES =
      Map.ofEntries(
          Map.entry("GrpTRES", ResourceLimit.GROUP),
          Map.entry("GrpTRESMins", ResourceLimit.GROUP_MINUTES),
          Map.entry("GrpTRESRunMins", ResourceLimit.GROUP_RUN_MINUTES),
          Map.entry("MaxTRES", ResourceLimit.MAX_PER_JOB),
          Map.entry("MaxTRESPerJob", ResourceLimit.MAX_PER_JOB),
          Map.entry("MaxTRESPJ", ResourceLimit.MAX_PER_JOB),
          Map.entry("MaxTRESPerNode", ResourceLimit.MAX_PER_NODE),
          Map.entry("MaxTRESPN", ResourceLimit.MAX_PER_NODE),
          Map.entry("MaxTRESMins", ResourceLimit.MAX_MINUTES_PER_JOB),
          Map.entry("MaxTRESMinsPerJob", ResourceLimit.MAX_MINUTES_PER_JOB),
          Map.entry("MaxTRESMinsPJ", ResourceLimit.MAX_MINUTES_PER_JOB));

  /** Older words for one resource. */
  private static final Map<String, String> OLDER =
      Map.of(
          "grpcpus", "GrpTRES=cpu",
          "grpnodes", "GrpTRES=node",
          "grpmem", "GrpTRES=mem",
          "grpcpumins", "GrpTRESMins=cpu",
          "grpcpurunmins", "GrpTRESRunMins=cpu",
          "maxcpus", "MaxTRES=cpu",
          "maxnodes", "MaxTRES=node",
          "maxcpumins", "MaxTRESMins=cpu",
          "maxcpusperuser", "MaxTRESPerUser=cpu",
          "maxnodesperuser", "MaxTRESPerUser=node");

  /** Words for limits of associations. */
  static final LimitTerms ASSOCIATION =
      new LimitTerms(
          Map.of(
              "MaxJobs", Limit.MAX_JOBS,
              "MaxJobsAccrue", Limit.MAX_ACCRUING,
              "MaxSubmitJobs", Limit.MAX_SUBMITTED),
          Map.of());

  /** Words for limits of qualities of service. */
  static final LimitTerms QOS =
      new LimitTerms(
          Map.ofEntries(
              Map.entry("MaxJobs", Limit.MAX_JOBS),
              Map.entry("MaxSubmitJobs", Limit.MAX_SUBMITTED),
              Map.entry("MaxJobsPerUser", Limit.MAX_JOBS),
              Map.entry("MaxJobsPU", Limit.MAX_JOBS),
              Map.entry("MaxJobsAccruePerUser", Limit.MAX_ACCRUING),
              Map.entry("MaxJobsAccruePU", Limit.MAX_ACCRUING),
              Map.entry("MaxSubmitJobsPerUser", Limit.MAX_SUBMITTED),
              Map.entry("MaxSubmitJobsPU", Limit.MAX_SUBMITTED),
              Map.entry("MaxSubmitPU", Limit.MAX_SUBMITTED),
              Map.entry("MaxJobsPerAccount", Limit.MAX_JOBS_PER_ACCOUNT),
              Map.entry("MaxJobsPA", Limit.MAX_JOBS_PER_ACCOUNT),
              Map.entry("MaxJobsAccruePerAccount", Limit.MAX_ACCRUING_PER_ACCOUNT),
              Map.entry("MaxJobsAccruePA", Limit.MAX_ACCRUING_PER_ACCOUNT),
              Map.entry("MaxSubmitJobsPerAccount", Limit.MAX_SUBMITTED_PER_ACCOUNT),
              Map.entry("MaxSubmitJobsPA", Limit.MAX_SUBMITTED_PER_ACCOUNT),
              Map.entry("MaxSubmitPA", Limit.MAX_SUBMITTED_PER_ACCOUNT),
              Map.entry("MinPrioThreshold", Limit.MIN_PRIORITY)),
          Map.ofEntries(
              Map.entry("MaxTRESPerUser", ResourceLimit.MAX_PER_USER),
              Map.entry("MaxTRESPU", ResourceLimit.MAX_PER_USER),
              Map.entry("MaxTRESPerAccount", ResourceLimit.MAX_PER_ACCOUNT),
              Map.entry("MaxTRESPA", ResourceLimit.MAX_PER_ACCOUNT),
              Map.entry("MaxTRESRunMinsPerUser", ResourceLimit.MAX_RUN_MINUTES_PER_USER),
              Map.entry("MaxTRESRunMinsPU", ResourceLimit.MAX_RUN_MINUTES_PER_USER),
              Map.entry("MaxTRESRunMinsPerAccount", ResourceLimit.MAX_RUN_MINUTES_PER_ACCOUNT),
              Map.entry("MaxTRESRunMinsPA", ResourceLimit.MAX_RUN_MINUTES_PER_ACCOUNT),
              Map.entry("MinTRES", ResourceLimit.MIN_PER_JOB),
              Map.entry("MinTRESPerJob", ResourceLimit.MIN_PER_JOB)));

  private final TreeMap<String, Limit> numbers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final TreeMap<String, ResourceLimit> resources =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private LimitTerms(Map<String, Limit> numbers, Map<String, ResourceLimit> resources) {
    this.numbers.putAll(COMMON_NUMBERS);
    this.numbers.putAll(numbers);
    this.resources.putAll(COMMON_RESOURCES);
    this.resources.putAll(resources);
  }

  /**
   * The limits with what a word says of them; null for a word about something else.
   *
   * @throws Unknown for a value that doesn't make sense
   */
  LimitSet with(LimitSet limits, Term term, Tres tres) throws Unknown {
    String older = OLDER.get(term.key());
    if (older != null) {
      return with(limits, Term.of(older + "=" + term.value()), tres);
    }
    Limit number = find(numbers, term.key());
    ResourceLimit resource = find(resources, term.key());
    if (number != null && (resource == null || numbers.containsKey(term.key()))) {
      return limits.with(number, number(number, term));
    }
    if (resource == null) {
      return null;
    }
    LimitSet changed = limits;
    for (String one : term.list()) {
      int equals = one.indexOf('=');
      String name = equals < 0 ? "" : one.substring(0, equals).toLowerCase(Locale.ROOT);
      if (term.clears()) {
        changed = without(changed, resource);
      } else if (tres.index(name) < 0) {
        throw new Unknown(
            "slurmdb_format_tres_str: no TRES known by type " + (equals < 0 ? one : name));
      } else {
        changed = changed.with(resource, name, count(name, one.substring(equals + 1), term));
      }
    }
    return term.value().isEmpty() ? without(changed, resource) : changed;
  }

  private static LimitSet without(LimitSet limits, ResourceLimit resource) {
    LimitSet less = limits;
    for (String name : limits.resources(resource).keySet()) {
      less = less.with(resource, name, LimitSet.UNLIMITED);
    }
    return less;
  }

  /** By the whole name, or else by the beginning of exactly one, as far as it is long enough. */
  private static <T> T find(TreeMap<String, T> table, String key) {
    T exact = table.get(key);
    if (exact != null || key.length() < 5) {
      return exact;
    }
    Map.Entry<String, T> next = table.ceilingEntry(key);
    return next != null && next.getKey().toLowerCase(Locale.ROOT).startsWith(key)
        ? next.getValue()
        : null;
  }

  private static long number(Limit limit, Term term) throws Unknown {
    if (term.clears()) {
      return LimitSet.UNLIMITED;
    }
    try {
      if (limit == Limit.GROUP_WALL || limit == Limit.MAX_WALL) {
        long minutes = SlurmDuration.parseMinutes(term.value());
        return minutes == SlurmDuration.INFINITE ? LimitSet.UNLIMITED : minutes;
      }
      return Math.max(LimitSet.UNLIMITED, Long.parseLong(term.value()));
    } catch (NumberFormatException | TextFormatException e) {
      throw invalid(term);
    }
  }

  private static long count(String name, String value, Term term) throws Unknown {
    if (value.equals("-1")) {
      return LimitSet.UNLIMITED;
    }
    try {
      return name.equals("mem") ? Sizes.parseMemory(value) : Long.parseLong(value);
    } catch (NumberFormatException | TextFormatException e) {
      throw invalid(term);
    }
  }

  private static Unknown invalid(Term term) {
    String key = term.raw().substring(0, term.raw().indexOf('=')).replaceAll("[+-]$", "");
    return new Unknown("Invalid value for " + key + " (" + term.value() + ")");
  }

  /** A number as text; empty for none. */
  static String text(LimitSet limits, Limit limit) {
    long value = limits.number(limit);
    if (value == LimitSet.UNLIMITED) {
      return "";
    }
    boolean time = limit == Limit.GROUP_WALL || limit == Limit.MAX_WALL;
    return time ? SlurmDuration.formatFull(value * MINUTE) : Long.toString(value);
  }

  /** Counts as text, for example {@code cpu=8,mem=4G}. */
  static String text(LimitSet limits, ResourceLimit limit) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(limits.resources(limit))
        .forEach(
            (name, count) ->
                text.append(text.isEmpty() ? "" : ",")
                    .append(name)
                    .append('=')
                    .append(name.equals("mem") ? TresText.exactMemory(count) : count));
    return text.toString();
  }

  /** One resource's count; empty for none. */
  static String text(LimitSet limits, ResourceLimit limit, String resource) {
    Long count = limits.resources(limit).get(resource);
    return count == null ? "" : count.toString();
  }

  /** Headings and values of what is limited, in the order in which settings are listed. */
  static Map<String, String> settings(LimitSet limits, boolean ofQos) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("GrpJobs", text(limits, Limit.GROUP_JOBS));
    lines.put("GrpJobsAccrue", text(limits, Limit.GROUP_ACCRUING));
    lines.put("GrpSubmitJobs", text(limits, Limit.GROUP_SUBMITTED));
    lines.put("GrpTRES", text(limits, ResourceLimit.GROUP));
    lines.put("GrpTRESMins", text(limits, ResourceLimit.GROUP_MINUTES));
    lines.put("GrpTRESRunMins", text(limits, ResourceLimit.GROUP_RUN_MINUTES));
    lines.put("GrpWall", text(limits, Limit.GROUP_WALL));
    lines.put(ofQos ? "MaxJobsPerAccount" : "", text(limits, Limit.MAX_JOBS_PER_ACCOUNT));
    lines.put(ofQos ? "MaxJobsPerUser" : "MaxJobs", text(limits, Limit.MAX_JOBS));
    lines.put(
        ofQos ? "MaxSubmitJobsPerAccount" : "", text(limits, Limit.MAX_SUBMITTED_PER_ACCOUNT));
    lines.put(ofQos ? "MaxSubmitJobsPerUser" : "MaxSubmitJobs", text(limits, Limit.MAX_SUBMITTED));
    lines.put("MaxTRESPerAccount", text(limits, ResourceLimit.MAX_PER_ACCOUNT));
    lines.put(ofQos ? "MaxTRESPerJob" : "MaxTRES", text(limits, ResourceLimit.MAX_PER_JOB));
    lines.put("MaxTRESPerNode", text(limits, ResourceLimit.MAX_PER_NODE));
    lines.put("MaxTRESPerUser", text(limits, ResourceLimit.MAX_PER_USER));
    lines.put("MaxTRESMins", text(limits, ResourceLimit.MAX_MINUTES_PER_JOB));
    lines.put("MaxTRESRunMinsPerAccount", text(limits, ResourceLimit.MAX_RUN_MINUTES_PER_ACCOUNT));
    lines.put("MaxTRESRunMinsPerUser", text(limits, ResourceLimit.MAX_RUN_MINUTES_PER_USER));
    lines.put("MaxWall", text(limits, Limit.MAX_WALL));
    lines.put("MinPrioThreshold", text(limits, Limit.MIN_PRIORITY));
    lines.put("MinTRESPerJob", text(limits, ResourceLimit.MIN_PER_JOB));
    lines.values().removeIf(String::isEmpty);
    return lines;
  }
}
