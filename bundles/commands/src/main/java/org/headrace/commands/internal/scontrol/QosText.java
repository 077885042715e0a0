package org.headrace.commands.internal.scontrol;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.Limit;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.api.model.QualityOfService;
import org.headrace.commands.internal.format.Printable;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.control.query.QosUse;
import org.headrace.control.query.Snapshot;

/** A quality of service, as {@code scontrol show assoc_mgr} writes it. */
final class QosText {
  private final Snapshot snapshot;
  private final Visibility visibility;
  private final boolean oneLine;
  private final Tres tres;
  private final UserNumbers numbers;
  private final AccruingJobs accruing;

  QosText(Snapshot snapshot, Visibility visibility, UserNumbers numbers, boolean oneLine) {
    this.snapshot = snapshot;
    this.numbers = numbers;
    this.visibility = visibility;
    this.oneLine = oneLine;
    tres = snapshot.accounts().tres();
    accruing = new AccruingJobs(snapshot);
  }

  String text(QualityOfService one) {
    QosUse use = snapshot.qosUse(one.id());
    LimitText limits = limits(one, use.all());
    Block block = new Block();
    block.line("QOS=" + Printable.of(one.name()) + "(" + one.id() + ")");
    block.line(String.format(Locale.ROOT, "UsageRaw=%.6f", use.all().spent(Tres.BILLING)));
    block.line(
        "GrpJobs=%s GrpJobsAccrue=%s GrpSubmitJobs=%s GrpWall=%s"
            .formatted(
                limits.counted(Limit.GROUP_JOBS, use.all().jobs()),
                limits.counted(Limit.GROUP_ACCRUING, accruing.of(one.name(), "", "")),
                limits.counted(Limit.GROUP_SUBMITTED, use.all().submitted()),
                limits.wall()));
    block.line("GrpTRES=" + limits.held(ResourceLimit.GROUP));
    block.line("GrpTRESMins=" + limits.minutes(ResourceLimit.GROUP_MINUTES));
    block.line("GrpTRESRunMins=" + limits.runMinutes(ResourceLimit.GROUP_RUN_MINUTES));
    block.line("MaxWallPJ=" + limits.number(Limit.MAX_WALL));
    block.line("MaxTRESPJ=" + limits.plain(ResourceLimit.MAX_PER_JOB));
    block.line("MaxTRESPN=" + limits.plain(ResourceLimit.MAX_PER_NODE));
    block.line("MaxTRESMinsPJ=" + limits.plain(ResourceLimit.MAX_MINUTES_PER_JOB));
    block.line("MinPrioThresh=" + limits.number(Limit.MIN_PRIORITY) + " ");
    block.line("MinTRESPJ=" + limits.plain(ResourceLimit.MIN_PER_JOB));
    String mode = one.preemptMode().toUpperCase(Locale.ROOT);
    block.line("PreemptMode=" + (mode.isEmpty() ? "OFF" : mode));
    block.line("Priority=" + one.priority());
    String gap = oneLine ? " " : "\n    ";
    return block.inset(oneLine)
        + gap
        + "Account Limits"
        + shares(one, use.accounts(), true)
        + gap
        + "User Limits"
        + shares(one, use.users(), false);
  }

  private LimitText limits(QualityOfService one, Consumption use) {
    return new LimitText(one.limits(), use, tres, snapshot.time());
  }

  /** What each of the accounts, or users, uses of it. */
  private String shares(QualityOfService one, Map<String, Consumption> uses, boolean accounts) {
    List<String> names =
        uses.keySet().stream()
            .filter(name -> !name.isEmpty())
            .filter(name -> accounts ? visibility.account(name) : visibility.user(name))
            .sorted(Comparator.naturalOrder())
            .toList();
    if (names.isEmpty()) {
      return (oneLine ? "= " : "\n        ") + "No " + (accounts ? "Accounts" : "Users");
    }
    StringBuilder text = new StringBuilder(oneLine ? "=" : "");
    for (String name : names) {
      Consumption use = uses.get(name);
      LimitText limits = limits(one, use);
      String shown = accounts ? Printable.of(name) : numbers.numberOrName(name);
      String end = accounts ? "PA" : "PU";
      String counts =
          "MaxJobs%s=%s MaxJobsAccrue%s=%s MaxSubmitJobs%s=%s"
              .formatted(
                  end,
                  limits.counted(
                      accounts ? Limit.MAX_JOBS_PER_ACCOUNT : Limit.MAX_JOBS, use.jobs()),
                  end,
                  limits.counted(
                      accounts ? Limit.MAX_ACCRUING_PER_ACCOUNT : Limit.MAX_ACCRUING,
                      accruing.of(one.name(), accounts ? name : "", accounts ? "" : name)),
                  end,
                  limits.counted(
                      accounts ? Limit.MAX_SUBMITTED_PER_ACCOUNT : Limit.MAX_SUBMITTED,
                      use.submitted()));
      String held =
          "MaxTRES"
              + end
              + "="
              + limits.held(accounts ? ResourceLimit.MAX_PER_ACCOUNT : ResourceLimit.MAX_PER_USER);
      String gap = "\n        ";
      text.append(
          oneLine
              ? " " + shown + "={" + counts + " " + held + "}"
              : "\n      " + shown + gap + counts + gap + held);
    }
    return text.toString();
  }
}
