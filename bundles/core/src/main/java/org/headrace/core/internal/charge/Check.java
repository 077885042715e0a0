package org.headrace.core.internal.charge;

import org.headrace.api.account.Consumption;
import org.headrace.api.account.Limit;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.Reason;

/**
 * A limit in force for whoever pays, and whose use it is about.
 *
 * @param kind what is compared
 * @param pot number of the pot whose use counts
 * @param tres index of the resource, where it is about one
 * @param most the limit; minutes where it is about time
 * @param reason why a job waits that would break it
 * @param owner whose limit it is, for messages
 */
record Check(Kind kind, int pot, int tres, long most, Reason reason, String owner) {
  private static final double MINUTE = 60;

  /** What is compared with a limit; limits of a job by itself are the last. */
  enum Kind {
    JOBS,
    SUBMITTED,
    WALL,
    HELD,
    MINUTES,
    RUN_MINUTES,
    JOB_WALL,
    JOB_HELD,
    JOB_PER_NODE,
    JOB_MINUTES,
    JOB_LEAST
  }

  static Check of(Limit limit, long most, int pot, boolean qos, String owner) {
    Kind kind =
        switch (limit) {
          case GROUP_JOBS, MAX_JOBS, MAX_JOBS_PER_ACCOUNT -> Kind.JOBS;
          case GROUP_SUBMITTED, MAX_SUBMITTED, MAX_SUBMITTED_PER_ACCOUNT -> Kind.SUBMITTED;
          case GROUP_WALL -> Kind.WALL;
          case MAX_WALL -> Kind.JOB_WALL;
          case MIN_PRIORITY, GROUP_ACCRUING, MAX_ACCRUING, MAX_ACCRUING_PER_ACCOUNT -> null;
        };
    return kind == null
        ? null
        : new Check(kind, pot, Tres.CPU, most, reason(limit.name(), qos), owner);
  }

  static Check of(
      ResourceLimit limit, int tres, String name, long most, int pot, boolean qos, String owner) {
    Kind kind =
        switch (limit) {
          case GROUP, MAX_PER_USER, MAX_PER_ACCOUNT -> Kind.HELD;
          case GROUP_MINUTES -> Kind.MINUTES;
          case GROUP_RUN_MINUTES, MAX_RUN_MINUTES_PER_USER, MAX_RUN_MINUTES_PER_ACCOUNT ->
              Kind.RUN_MINUTES;
          case MAX_PER_JOB -> Kind.JOB_HELD;
          case MAX_PER_NODE -> Kind.JOB_PER_NODE;
          case MAX_MINUTES_PER_JOB -> Kind.JOB_MINUTES;
          case MIN_PER_JOB -> Kind.JOB_LEAST;
        };
    String what = limit.name() + "_" + word(name);
    return new Check(kind, pot, tres, most, reason(what, qos), owner);
  }

  private static Reason reason(String what, boolean qos) {
    return Reason.valueOf((qos ? "QOS_" : "ASSOCIATION_") + what);
  }

  private static String word(String tres) {
    return switch (tres) {
      case "cpu" -> "CPU";
      case "mem" -> "MEMORY";
      case "node" -> "NODE";
      case "billing" -> "BILLING";
      case "energy" -> "ENERGY";
      default ->
          tres.startsWith("gres/") ? "GRES" : tres.startsWith("license/") ? "LICENSE" : "OTHER";
    };
  }

  /** True for a limit of how many jobs may be queued, which counts at submission alone. */
  boolean ofQueue() {
    return kind == Kind.SUBMITTED;
  }

  /** True for a limit of what several jobs use together. */
  boolean ofMany() {
    return kind.ordinal() < Kind.JOB_WALL.ordinal();
  }

  /** What is to be said of it. */
  Blocker blocker() {
    return new Blocker(reason, 0, detail(), Blocker.UNKNOWN);
  }

  /**
   * True when a job would be more than the limit leaves room for.
   *
   * @param use what the pot uses, without the job
   * @param counts what the job holds, by resource
   * @param minutes its time limit
   * @param jobs how many jobs or array tasks come together
   * @param now epoch milliseconds
   * @param future what a minute of what the job may use to its end counts for; zero to look at the
   *     past alone
   */
  boolean broken(
      Consumption use, long[] counts, double minutes, long jobs, long now, double future) {
    double mine = counts[tres];
    return switch (kind) {
      case JOBS -> use.jobs() + jobs > most;
      case SUBMITTED -> use.submitted() + jobs > most;
      case WALL -> left(use.wall() / MINUTE, minutes, future);
      case HELD -> mine > 0 && use.held(tres) + mine > most;
      case MINUTES ->
          left(use.spent(tres) / MINUTE + use.runMinutes(tres, now), mine * minutes, future);
      case RUN_MINUTES -> mine > 0 && use.runMinutes(tres, now) + mine * minutes > most;
      case JOB_WALL -> minutes > most;
      case JOB_HELD -> mine > most;
      case JOB_PER_NODE -> Math.ceil(mine / Math.max(1, counts[Tres.NODE])) > most;
      case JOB_MINUTES -> mine * minutes > most;
      case JOB_LEAST -> mine < most;
    };
  }

  /** True when who pays has no minutes left for a job that runs and holds that much. */
  boolean usedUp(Consumption use, long[] counts) {
    return switch (kind) {
      case WALL -> use.wall() / MINUTE >= most;
      case MINUTES -> counts[tres] > 0 && use.spent(tres) / MINUTE >= most;
      default -> false;
    };
  }

  private boolean left(double used, double more, double future) {
    return future > 0 ? more > 0 && used + more * future > most : used >= most;
  }

  /** The limit in words, for who wants to know more than its name. */
  String detail() {
    return "limit of " + most + " of " + owner;
  }
}
