package org.headrace.core.internal.charge;

import java.util.HashMap;
import java.util.Map;
import org.headrace.api.account.Amounts;
import org.headrace.api.account.Consumption;
import org.headrace.api.job.Job;
import org.headrace.core.internal.table.LongTable;

/**
 * What everybody uses: kept up to date as jobs are written, and counted anew when accounts change.
 * Belongs to one thread; what {@link #freeze} returns may be used by any.
 */
public final class UseBook {
  /** The year 2100: later ends count as this, so that minutes times resources stay in a number. */
  static final long FAR = 4_102_444_800_000L;

  private final Payers payers = new Payers();
  private final Map<Long, Share> running = new HashMap<>();
  private LongTable<Consumption> use = new LongTable<>();
  private Standings standings;

  /** What a running job is counted with. */
  private record Share(int[] pots, long[] counts, long endsBy) {}

  public UseBook(Standings standings) {
    this.standings = standings;
  }

  public Standings standings() {
    return standings;
  }

  public Payers payers() {
    return payers;
  }

  /** Forgets all use; jobs have to be counted anew. */
  public void restart(Standings newStandings) {
    standings = newStandings;
    use = new LongTable<>();
    running.clear();
  }

  /** Forgets who pays, too. */
  public void clear(Standings newStandings) {
    payers.clear();
    restart(newStandings);
  }

  /** The number of who pays for a job. */
  public int payer(Job job) {
    return payers.number(
        new Payer(
            job.spec().owner().user(), job.spec().charge().account(), job.spec().charge().qos()));
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
  public void running(Job job, int payer) {
    int[] pots = standings.of(payers.get(payer), job.status().partition()).pots();
    long[] counts =
        Amounts.inOrder(Amounts.of(job.status().allocation()), standings.accounts().tres());
    long endsBy = endsBy(job);
    Share before = running.get(job.id());
    if (before != null && before.endsBy == endsBy && before.pots == pots) {
      return;
    }
    stopped(job.id());
    Share share = new Share(pots, counts, endsBy);
    running.put(job.id(), share);
    for (int pot : pots) {
      use.put(pot, use(pot).running(counts, endsBy, 1));
    }
  }

  private static long endsBy(Job job) {
    long limit = job.status().timeLimit();
    long begun = job.status().started() + job.status().stoodStill();
    return limit > Long.MAX_VALUE - begun ? FAR : Math.min(FAR, begun + limit);
  }

  /** Counts a job no longer as running, if it is counted. */
  public void stopped(long jobId) {
    Share share = running.remove(jobId);
    if (share != null) {
      for (int pot : share.pots) {
        use.put(pot, use(pot).running(share.counts, share.endsBy, -1));
      }
    }
  }

  /** What a pot uses. */
  public Consumption use(int pot) {
    Consumption known = use.get(pot);
    return known == null ? Consumption.NONE : known;
  }

  /** What an association or a quality of service uses. */
  public Consumption use(Pot pot) {
    return use(standings.pot(pot));
  }

  /** Everything as it is now. */
  public FrozenUse freeze() {
    return new FrozenUse(standings, payers.freeze(), use.freeze());
  }
}
