package org.headrace.core.internal.charge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.account.Amounts;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.FairShare;
import org.headrace.api.account.QosFlag;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;
import org.headrace.core.internal.table.LongTable;

/**
 * What everybody uses and has used: kept up to date as jobs are written, and what is used now
 * counted anew when accounts change. Belongs to one thread; what {@link #freeze} returns may be
 * used by any.
 *
 * <p>Running jobs are charged when they stop or end, and all at once from time to time. From when a
 * job has to be charged follows from its record and the last time that all were.
 */
public final class UseBook {
  /** The year 2100: later ends count as this, so that minutes times resources stay in a number. */
  static final long FAR = 4_102_444_800_000L;

  private static final double SECOND = 1000;

  private final Payers payers = new Payers();
  private final TreeMap<Long, Share> running = new TreeMap<>();
  private LongTable<Consumption> use = new LongTable<>();
  private Standings standings;
  private long charged;
  private long decayed;

  /** How fairly everybody has been served by now; null when that may have changed. */
  private FairShare fair;

  /**
   * What a running job is counted with.
   *
   * @param nodes how many nodes it has; it may lose some
   * @param begun since when it runs without a stop, or {@link #FAR} while it is stopped
   */
  private record Share(Standing standing, long[] counts, int nodes, long endsBy, long begun) {}

  /**
   * What has been used and counts still.
   *
   * @param pot whose
   * @param use use of the past
   */
  public record Spent(Pot pot, Consumption use) {}

  public UseBook(Standings standings) {
    this.standings = standings;
  }

  public Standings standings() {
    return standings;
  }

  public Payers payers() {
    return payers;
  }

  /** When all running jobs were charged last, in epoch milliseconds. */
  public long charged() {
    return charged;
  }

  /** When use of the past lost weight last, in epoch milliseconds. */
  public long decayed() {
    return decayed;
  }

  /** Counts nothing that is used now any more; what was used stays with those who are left. */
  public void restart(Standings newStandings, long now) {
    charge(now);
    decayed = decayed == 0 ? now : decayed;
    List<Spent> past = spent();
    standings = newStandings;
    fair = null;
    use = new LongTable<>();
    running.clear();
    past.forEach(this::put);
  }

  /** Forgets everything. */
  public void clear(Standings newStandings) {
    payers.clear();
    standings = newStandings;
    fair = null;
    use = new LongTable<>();
    running.clear();
    charged = 0;
    decayed = 0;
  }

  /** Takes over what was saved; what is used now has to be counted. */
  public void restore(
      Standings newStandings, long chargedThen, long decayedThen, List<Spent> past) {
    standings = newStandings;
    fair = null;
    use = new LongTable<>();
    running.clear();
    charged = chargedThen;
    decayed = decayedThen;
    past.forEach(this::put);
  }

  private void put(Spent one) {
    if (standings.exists(one.pot())) {
      use.put(standings.pot(one.pot()), one.use());
    }
  }

  /** What has been used and counts still, in the order of pots. */
  public List<Spent> spent() {
    List<Spent> all = new ArrayList<>();
    for (Map.Entry<Pot, Integer> pot : standings.pots().entrySet()) {
      Consumption past = use(pot.getValue()).past();
      if (past.wall() > 0) {
        all.add(new Spent(pot.getKey(), past));
      }
    }
    all.sort(
        Comparator.comparing((Spent one) -> one.pot().kind())
            .thenComparingLong(one -> one.pot().id()));
    return all;
  }

  /** The number of who pays for a job. */
  public int payer(Job job) {
    return payers.number(
        job.spec().owner().user(), job.spec().charge().account(), job.spec().charge().qos());
  }

  /** What limits how many of a payer's jobs in a partition accrue age; empty where nothing does. */
  public List<Quota> quotas(int payer, String partition) {
    return standings.of(payers.get(payer), partition).quotas();
  }

  /** Counts jobs or array tasks that are queued in a partition, or with a minus no longer are. */
  public void queued(int payer, String partition, long change) {
    if (change != 0) {
      for (int pot : standings.of(payers.get(payer), partition).pots()) {
        use.put(pot, use(pot).submitted(change));
      }
    }
  }

  /** Counts a job as running, as it is now; it may be counted already. */
  public void running(Job job, int payer, long now) {
    Standing standing = standings.of(payers.get(payer), job.status().partition());
    long endsBy = endsBy(job);
    long begun = begun(job.status());
    int nodes = job.status().allocation().nodes().size();
    Share before = running.get(job.id());
    boolean same = before != null && before.standing == standing && before.nodes == nodes;
    if (same && before.endsBy == endsBy && before.begun == begun) {
      return;
    }
    if (before != null && !same) {
      charge(now); // so that what was used is charged as it was, to who paid for it then
    }
    stopped(job.id(), before != null && before.begun == begun ? charged : now);
    long[] counts =
        standings.counts(Amounts.of(job.status().allocation()), job.status().partition());
    running.put(job.id(), new Share(standing, counts, nodes, endsBy, begun));
    for (int pot : standing.pots()) {
      use.put(pot, use(pot).running(counts, endsBy, 1));
    }
  }

  private static long begun(JobStatus status) {
    return status.state() == JobState.SUSPENDED
        ? FAR
        : Math.max(status.started(), status.suspended());
  }

  private static long endsBy(Job job) {
    long limit = job.status().timeLimit();
    long begun = job.status().started() + job.status().stoodStill();
    return limit > FAR - begun ? FAR : begun + limit;
  }

  /** Charges a job and counts it no longer as running, if it is counted. */
  public void stopped(long jobId, long now) {
    Share share = running.remove(jobId);
    if (share != null) {
      charge(share, now);
      for (int pot : share.standing.pots()) {
        use.put(pot, use(pot).running(share.counts, share.endsBy, -1));
      }
    }
  }

  private void charge(Share share, long now) {
    double seconds = (now - Math.max(charged, share.begun)) / SECOND;
    if (seconds > 0) {
      fair = null;
      QualityOfService qos = share.standing.qos();
      double factor = qos == null ? 1 : qos.usageFactor();
      for (int pot : share.standing.lasting()) {
        use.put(pot, use(pot).spent(share.counts, seconds, factor));
      }
    }
  }

  /** Charges all running jobs. */
  private void charge(long now) {
    running.values().forEach(share -> charge(share, now));
    charged = now;
  }

  /**
   * Running jobs whose payers have no minutes left, with the limit that says so. None where jobs
   * start only if their minutes suffice to their end.
   */
  public Map<Long, Reason> overdrawn() {
    Map<Long, Reason> over = new TreeMap<>();
    if (standings.enforcement().safe()) {
      return over;
    }
    running.forEach(
        (id, share) -> {
          for (Check check : share.standing.checks()) {
            if (check.usedUp(use(check.pot()), share.counts)) {
              over.putIfAbsent(id, check.reason());
            }
          }
        });
    return over;
  }

  /** When {@link #decay} is due next. */
  public long due(Decay decay) {
    return decayed + decay.every();
  }

  /** Charges all running jobs, and has use of the past lose weight. */
  public void decay(Decay decay, long now) {
    charge(now);
    double weight = decay.weight(decayed, now);
    decayed = now;
    fair = null;
    if (weight == 1) {
      return;
    }
    for (Map.Entry<Pot, Integer> pot : standings.pots().entrySet()) {
      QualityOfService qos = standings.qos(pot.getKey());
      Consumption used = use(pot.getValue());
      if (used.wall() > 0 && (qos == null || !qos.has(QosFlag.NO_DECAY))) {
        use.put(pot.getValue(), used.decayed(weight));
      }
    }
  }

  /** How fairly everybody has been served. */
  FairShare fairShare() {
    if (fair == null) {
      fair =
          standings
              .fairness()
              .of(
                  standings.accounts(),
                  id -> use(standings.pot(new Pot(Pot.Kind.ASSOCIATION, id, ""))));
    }
    return fair;
  }

  /** What a pot uses. */
  public Consumption use(int pot) {
    Consumption known = use.get(pot);
    return known == null ? Consumption.NONE : known;
  }

  /** Everything as it is now. */
  public FrozenUse freeze() {
    return new FrozenUse(standings, payers.freeze(), use.freeze());
  }
}
