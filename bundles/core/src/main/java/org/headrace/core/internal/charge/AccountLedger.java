package org.headrace.core.internal.charge;

import java.util.Arrays;
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
  private final Map<String, Wishes> wishes = new HashMap<>();

  /** By payer; null where nobody has asked for it yet. */
  private Place[] places = new Place[64];

  private FairShare fair;
  private int started;

  /** A payer in a partition, with what was found last: users often submit many jobs alike. */
  private static final class Place {
    final String partition;
    final Standing standing;
    final Wishes wishes;
    final Place next;
    int lastClass = -1;
    int lastStarted;
    Blocker last;

    Place(String partition, Standing standing, Wishes wishes, Place next) {
      this.partition = partition;
      this.standing = standing;
      this.wishes = wishes;
      this.next = next;
    }
  }

  /** What jobs ask for in a partition, by class. */
  private static final class Wishes {
    long[][] counts = new long[64][];
  }

  AccountLedger(FrozenUse before, long now) {
    this.before = before;
    this.now = now;
    safe = before.standings().enforcement().safe();
  }

  @Override
  public Blocker obstacle(PendingJobs queue, int row) {
    Place place = place(queue, row);
    if (place == null || place.standing.unlimited()) {
      return null;
    }
    int classId = queue.classId(row);
    boolean same = classId == place.lastClass;
    if (!same || place.last == null && place.lastStarted != started) {
      JobClass wanted = queue.jobClass(row);
      place.last = find(place.standing, wishes(place, classId, wanted), wanted);
      place.lastClass = classId;
      place.lastStarted = started;
    }
    return place.last;
  }

  private long[] wishes(Place place, int classId, JobClass wanted) {
    Wishes known = place.wishes;
    if (classId >= known.counts.length) {
      known.counts = Arrays.copyOf(known.counts, Math.max(classId + 1, 2 * known.counts.length));
    }
    if (known.counts[classId] == null) {
      known.counts[classId] = before.standings().least(wanted.request(), place.partition);
    }
    return known.counts[classId];
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

  @Override
  public LimitLedger copy() {
    AccountLedger copy = new AccountLedger(before, now);
    copy.use.putAll(use);
    return copy;
  }

  private long[] counts(PendingJobs queue, int row, Allocation allocation) {
    Allocation whole = allocation.withLicenses(queue.jobClass(row).request().licenses());
    return before.standings().counts(Amounts.of(whole), queue.partition(row));
  }

  private Standing standing(PendingJobs queue, int row) {
    Place place = place(queue, row);
    return place == null ? null : place.standing;
  }

  /** Where a row belongs; null if nobody pays for it. */
  private Place place(PendingJobs queue, int row) {
    int payer = queue.payer(row);
    if (payer < 0) {
      return null;
    }
    if (payer >= places.length) {
      places = Arrays.copyOf(places, Math.max(payer + 1, 2 * places.length));
    }
    String partition = queue.partition(row);
    for (Place one = places[payer]; one != null; one = one.next) {
      if (one.partition.equals(partition)) {
        return one;
      }
    }
    Standing standing = before.standings().of(before.payers().get(payer), partition);
    Wishes asked = wishes.computeIfAbsent(partition, name -> new Wishes());
    places[payer] = new Place(partition, standing, asked, places[payer]);
    return places[payer];
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
