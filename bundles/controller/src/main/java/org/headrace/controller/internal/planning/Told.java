package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.headrace.api.model.Blocker;
import org.headrace.api.scheduler.Decision;
import org.headrace.core.EligibleJobs;

/**
 * What jobs have been told of earlier plans. It isn't told again: a deep queue would fill the log
 * with repetitions.
 *
 * <p>That the numbers in a reason have changed (how many nodes are busy) is no news by itself: they
 * change with every job that ends, and so do expected starts. The first jobs are told all the same,
 * the others in turn, so many a minute. Jobs far back get their reason without its details, as the
 * core keeps those of the first ones only.
 */
final class Told {
  /** Waiting jobs that are told together with what is urgent. */
  private static final int WITH_THE_FIRST = 2_000;

  private static final int IN_ONE_COMMAND = 5_000;
  private static final int MOST_DETAILED = 262_144;
  private static final int ALWAYS_FRESH = 100;
  private static final int MOST_REFRESHED = 10_000;
  private static final long EXPECTED_TO_THE = 60_000;

  private final DigestPages digests = new DigestPages();
  private int reserved;

  /** Where in the queue those are that are to be told changed numbers next. */
  private int refreshFrom;

  /** Nothing counts as told any more. */
  void forget() {
    digests.clear();
    reserved = 0;
  }

  /** A job starts, and has to be told anew should it come back. */
  void started(long jobId) {
    digests.remove(jobId);
  }

  /** A job that was changed, held or requeued has lost what it was told before. */
  void again(EligibleJobs queue) {
    for (int row = 0; row < queue.size(); row++) {
      if (!queue.considered(row)) {
        digests.remove(queue.jobId(row));
      }
    }
  }

  /**
   * What is new in a plan, in portions: what is urgent comes in the first one, and none is so large
   * that the core would be busy with it for long.
   *
   * @param refresh true to tell changed numbers to the others as well
   * @return no portion if nothing is new
   */
  List<List<Decision>> news(List<Decision> decisions, boolean refresh) {
    Telling telling = new Telling(decisions.size(), refresh);
    for (int i = 0; i < decisions.size(); i++) {
      telling.of(i, decisions.get(i));
    }
    if (digests.size() > 2L * decisions.size() + 10_000) {
      digests.clear();
    }
    boolean news = telling.news || telling.reservations != reserved;
    reserved = telling.reservations;
    return news ? telling.portions.all() : List.of();
  }

  /** What is told of one plan. */
  private final class Telling {
    final Portions portions = new Portions();
    private final Digests of = new Digests();
    private final boolean refresh;
    private final int start;
    private int refreshed;
    int reservations;
    boolean news;

    Telling(int count, boolean refresh) {
      this.refresh = refresh;
      start = refreshFrom < count ? refreshFrom : 0;
      refreshFrom = refresh ? 0 : refreshFrom;
    }

    /**
     * The {@code i}-th decision. A method of its own, as a first plan's loop isn't compiled yet.
     */
    void of(int i, Decision decision) {
      if (decision instanceof Decision.Start || decision instanceof Decision.Preempt) {
        digests.remove(decision.jobId());
        portions.urgent(decision);
        news = true;
        return;
      }
      boolean tell = differs(i, decision);
      if (decision instanceof Decision.Reserve reserve && !reserve.nodes().isEmpty()) {
        // Always with the others: together they are the nodes that are set aside.
        reservations = 31 * reservations + reserve.hashCode();
        portions.urgent(decision);
      } else if (tell) {
        portions.add(i < MOST_DETAILED ? decision : brief(decision));
      }
    }

    private boolean differs(int i, Decision decision) {
      long digest = of.digest(decision);
      long before = digests.get(decision.jobId());
      boolean changed = before >>> Integer.SIZE != digest >>> Integer.SIZE;
      boolean stale =
          !changed
              && before != digest
              && (i < ALWAYS_FRESH || (refresh && i >= start && refreshed < MOST_REFRESHED));
      if (changed || stale) {
        digests.put(decision.jobId(), digest);
        refreshed += stale ? 1 : 0;
        news = true;
        if (stale && refreshed == MOST_REFRESHED) {
          refreshFrom = i + 1;
        }
      }
      return changed || stale;
    }
  }

  private static Decision brief(Decision decision) {
    return decision instanceof Decision.Wait wait
        ? new Decision.Wait(
            wait.jobId(), wait.reason(), wait.expectedStart(), List.of(), wait.partition())
        : decision;
  }

  /** Portions that are being filled. */
  private static final class Portions {
    private final List<List<Decision>> all = new ArrayList<>();
    private final List<Decision> first = new ArrayList<>();
    private List<Decision> last = first;
    private int room = WITH_THE_FIRST;

    Portions() {
      all.add(first);
    }

    void urgent(Decision decision) {
      first.add(decision);
    }

    void add(Decision decision) {
      if (room == 0) {
        last = new ArrayList<>();
        all.add(last);
        room = IN_ONE_COMMAND;
      }
      last.add(decision);
      room--;
    }

    List<List<Decision>> all() {
      return all;
    }
  }

  /** Digests of decisions; details are mostly shared, and worked out once. */
  private static final class Digests {
    private final Map<List<Blocker>, Integer> known = new IdentityHashMap<>();
    private List<Blocker> last;
    private int lastDetails;

    /** What matters in the upper half, which is never zero; details in the lower one. */
    long digest(Decision decision) {
      int details;
      int matters;
      if (decision instanceof Decision.Wait wait) {
        // An expectation changes with every job that ends, as numbers do; to have one at all
        // matters.
        boolean expected = wait.expectedStart() != Blocker.UNKNOWN;
        details =
            31 * details(wait.blockers()) + Long.hashCode(wait.expectedStart() / EXPECTED_TO_THE);
        matters = 31 * wait.reason().ordinal() + (expected ? 2 : 1);
      } else {
        Decision.Reserve reserve = (Decision.Reserve) decision;
        details = details(reserve.blockers());
        matters = Objects.hash(reserve.reason(), reserve.start(), reserve.nodes());
      }
      long upper = matters == 0 ? 1 : matters;
      return upper << Integer.SIZE | (details & 0xFFFF_FFFFL);
    }

    private int details(List<Blocker> blockers) {
      if (blockers != last) {
        last = blockers;
        lastDetails = known.computeIfAbsent(blockers, List::hashCode);
      }
      return lastDetails;
    }
  }
}
