package org.headrace.commands.internal.scontrol;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.FairShare;
import org.headrace.api.account.Limit;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.commands.internal.format.Printable;
import org.headrace.commands.internal.text.AccountTree;
import org.headrace.control.query.Snapshot;

/** An association, as {@code scontrol show assoc_mgr} writes it. */
final class AssociationText {
  private final Snapshot snapshot;
  private final Accounts accounts;
  private final boolean oneLine;
  private final FairShare.Rule rule;
  private final FairShare fairShare;
  private final UserNumbers numbers;
  private final AccruingJobs accruing;
  private final Map<Long, Integer> lefts = new HashMap<>();

  AssociationText(Snapshot snapshot, UserNumbers numbers, boolean oneLine) {
    this.snapshot = snapshot;
    this.numbers = numbers;
    this.oneLine = oneLine;
    accounts = snapshot.accounts();
    Map<String, String> settings = snapshot.definition().settings();
    rule =
        FairShare.Rule.of(
            settings.getOrDefault("PriorityFlags", ""),
            settings.getOrDefault("FairShareDampeningFactor", ""));
    fairShare = rule.of(accounts, snapshot::consumption);
    accruing = new AccruingJobs(snapshot);
    number();
  }

  /** Numbers the tree as nested sets. */
  private void number() {
    int next = 0;
    int depth = 0;
    for (Association one : AccountTree.of(accounts)) {
      int its = depth(one);
      next += 1 + (lefts.isEmpty() ? 0 : Math.max(0, depth - its + 1));
      depth = its;
      lefts.put(one.id(), next);
    }
  }

  private int depth(Association one) {
    int depth = 0;
    for (Association at = accounts.above(one); at != null; at = accounts.above(at)) {
      depth++;
    }
    return depth;
  }

  String text(Association one) {
    Consumption use = snapshot.consumption(one.id());
    LimitText limits = new LimitText(accounts.limits(one), use, accounts.tres(), snapshot.time());
    long aging = accruing.of(one);
    Block block = new Block();
    block.line(
        "ClusterName=%s Account=%s UserName=%s Partition=%s Priority=%d ID=%d"
            .formatted(
                snapshot.definition().name(),
                Printable.of(one.account()),
                one.ofUser() ? numbers.named(one.user()) : "",
                one.partition(),
                one.priority(),
                one.id()));
    fairness(block, one, use);
    block.line(
        "ParentAccount=%s Lft=%d DefAssoc=%s"
            .formatted(parent(one), lefts.get(one.id()), isDefault(one) ? "Yes" : "No"));
    block.line(
        "GrpJobs=%s GrpJobsAccrue=%s"
            .formatted(
                limits.counted(Limit.GROUP_JOBS, use.jobs()),
                limits.counted(Limit.GROUP_ACCRUING, aging)));
    block.line(
        "GrpSubmitJobs=%s GrpWall=%s"
            .formatted(limits.counted(Limit.GROUP_SUBMITTED, use.submitted()), limits.wall()));
    block.line("GrpTRES=" + limits.held(ResourceLimit.GROUP));
    block.line("GrpTRESMins=" + limits.minutes(ResourceLimit.GROUP_MINUTES));
    block.line("GrpTRESRunMins=" + limits.runMinutes(ResourceLimit.GROUP_RUN_MINUTES));
    block.line(
        "MaxJobs=%s MaxJobsAccrue=%s MaxSubmitJobs=%s MaxWallPJ=%s"
            .formatted(
                limits.ifLimited(Limit.MAX_JOBS, use.jobs()),
                limits.ifLimited(Limit.MAX_ACCRUING, aging),
                limits.ifLimited(Limit.MAX_SUBMITTED, use.submitted()),
                limits.number(Limit.MAX_WALL)));
    block.line("MaxTRESPJ=" + limits.plain(ResourceLimit.MAX_PER_JOB));
    block.line("MaxTRESPN=" + limits.plain(ResourceLimit.MAX_PER_NODE));
    block.line("MaxTRESMinsPJ=" + limits.plain(ResourceLimit.MAX_MINUTES_PER_JOB));
    block.line("MinPrioThresh=" + limits.number(Limit.MIN_PRIORITY));
    return block.inset(oneLine);
  }

  private void fairness(Block block, Association one, Consumption use) {
    boolean root = isRoot(one);
    FairShare.Standing standing = fairShare.standing(one.id());
    boolean ranked = one.ofUser() || !rule.tree();
    double all = used(accounts.association(Account.ROOT, "", ""));
    block.line(
        String.format(
            Locale.ROOT,
            "SharesRaw/Norm/Level/Factor=%d/%.2f/%d/%.2f",
            one.shares(),
            root ? 0 : standing.shares(),
            level(one),
            ranked ? fairShare.factor(one.id()) : 0.0));
    block.line(
        String.format(
            Locale.ROOT,
            "UsageRaw/Norm/Efctv=%.2f/%.2f/%.2f",
            use.spent(Tres.BILLING),
            root ? 1 : all == 0 ? 0 : used(one) / all,
            root ? 1 : standing.used()));
  }

  private static boolean isRoot(Association one) {
    return !one.ofUser() && one.parent().isEmpty();
  }

  private double used(Association one) {
    return snapshot.consumption(one.id()).spent(Tres.BILLING);
  }

  /** The shares of all at its level. */
  private long level(Association one) {
    Association above = accounts.above(one);
    List<Association> siblings = above == null ? List.of(one) : accounts.below(above.account());
    return siblings.stream()
        .mapToLong(Association::shares)
        .filter(shares -> shares != Association.PARENT)
        .sum();
  }

  private String parent(Association one) {
    Association above = one.ofUser() ? null : accounts.above(one);
    return above == null ? "" : Printable.of(above.account()) + "(" + above.id() + ")";
  }

  private boolean isDefault(Association one) {
    AccountUser user = accounts.user(one.user());
    return user != null && one.partition().isEmpty() && user.defaultAccount().equals(one.account());
  }
}
