package org.headrace.core.internal.charge;

import java.util.HashMap;
import java.util.Map;
import org.headrace.api.account.Amounts;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.FairShare;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.QosFlag;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.JobClass;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.PendingJobs;

/**
 * Limits of associations and of qualities of service, as a plan goes on. What a plan starts is
 * added to what was used before; nothing is ever given back, so that an obstacle lasts as long as
 * the ledger.
 */
final class AccountLedger implements LimitLedger {
  private final FrozenUse before;
  private final long now;
  private final boolean safe;
  private final Map<Integer, Consumption> use = new HashMap<>();
  private final Map<Who, Standing> standings = new HashMap<>();
  private final Map<What, Answer> answers = new HashMap<>();
  private final Map<Wish, long[]> wishes = new HashMap<>();
  private FairShare fair;
  private int started;

  private record Who(int payer, String partition) {}

  private record What(Who who, int classId) {}

  private record Wish(int classId, String partition) {}

  /** What was found when so many jobs had been started; an obstacle holds for ever. */
  private record Answer(Blocker obstacle, int started) {}

  AccountLedger(FrozenUse before, long now) {
    this.before = before;
    this.now = now;
    safe = before.standings().enforcement().safe();
  }

  @Override
  public Blocker obstacle(PendingJobs queue, int row) {
    Standing standing = standing(queue, row);
    if (standing == null || standing.unlimited()) {
      return null;
    }
    What what = new What(who(queue, row), queue.classId(row));
    Answer known = answers.get(what);
    if (known != null && (known.obstacle != null || known.started == started)) {
      return known.obstacle;
    }
    JobClass wanted = queue.jobClass(row);
    long[] counts =
        wishes.computeIfAbsent(
            new Wish(what.classId, what.who.partition),
            wish -> before.standings().counts(Amounts.of(wanted.request()), wish.partition));
    Blocker obstacle = find(standing, counts, wanted);
    answers.put(what, new Answer(obstacle, started));
    return obstacle;
  }

  @Override
  public Blocker obstacle(PendingJobs queue, int row, Allocation allocation) {
    Standing standing = standing(queue, row);
    return standing == null || standing.unlimited()
        ? null
        : find(standing, counts(queue, row, allocation), queue.jobClass(row));
  }

  @Override
  public void started(PendingJobs queue, int row, Allocation allocation) {
    Standing standing = standing(queue, row);
    if (standing == null) {
      return;
    }
    started++;
    long[] counts = counts(queue, row, allocation);
    long limit = queue.jobClass(row).timeLimit();
    long endsBy = now + Math.min(limit, UseBook.FAR - now);
    for (int pot : standing.pots()) {
      use.put(pot, use(pot).running(counts, endsBy, 1));
    }
  }

  @Override
  public boolean reserves(PendingJobs queue, int row) {
    Standing standing = standing(queue, row);
    if (standing == null || standing.qos() == null) {
      return true;
    }
    long least = standing.qos().limits().number(Limit.MIN_PRIORITY);
    return !standing.qos().has(QosFlag.NO_RESERVE)
        && (least == LimitSet.UNLIMITED || queue.get(row).priority() >= least);
  }

  private long[] counts(PendingJobs queue, int row, Allocation allocation) {
    Allocation whole = allocation.withLicenses(queue.jobClass(row).request().licenses());
    return before.standings().counts(Amounts.of(whole), queue.partition(row));
  }

  private static Who who(PendingJobs queue, int row) {
    return new Who(queue.payer(row), queue.partition(row));
  }

  private Standing standing(PendingJobs queue, int row) {
    if (queue.payer(row) < 0) {
      return null;
    }
    return standings.computeIfAbsent(
        who(queue, row),
        who -> before.standings().of(before.payers().get(who.payer), who.partition));
  }

  /** Use changes little in a plan: who may start at its begin may do so to its end. */
  private FairShare fairShare() {
    if (fair == null) {
      Standings standings = before.standings();
      fair = standings.fairness().of(standings.accounts(), before::ofAssociation);
    }
    return fair;
  }

  private Consumption use(int pot) {
    Consumption mine = use.get(pot);
    return mine == null ? before.of(pot) : mine;
  }

  private Blocker find(Standing standing, long[] counts, JobClass wanted) {
    Blocker below = standing.belowThreshold(this::fairShare);
    if (below != null) {
      return below;
    }
    Check broken =
        standing.broken(this::use, counts, Charging.minutes(wanted.timeLimit()), now, safe);
    return broken == null ? null : broken.blocker();
  }
}
