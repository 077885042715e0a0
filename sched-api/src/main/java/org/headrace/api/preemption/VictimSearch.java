package org.headrace.api.preemption;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.ResourceLedger;

/**
 * Finds jobs that have to make room for another one: as few as can be, and of those that are to go
 * first as far as that goes.
 *
 * <p>Candidates are taken in their order until the job fits; then whoever isn't needed for that
 * stays, beginning with the last. Other orders, in which large jobs come first, are tried in search
 * of fewer victims.
 */
public final class VictimSearch {
  private static final Comparator<Candidate> LARGE_FIRST =
      Comparator.comparingInt((Candidate one) -> -one.job().allocation().cpus())
          .thenComparingLong(one -> -one.job().allocation().memory());

  /** For a job that wants devices, those that have most of them come first. */
  private static final Comparator<Candidate> DEVICES_FIRST =
      Comparator.comparingLong((Candidate one) -> -devices(one.job().allocation()))
          .thenComparing(LARGE_FIRST);

  /** Most victims of whom each is tried to be spared, at the cost of a placement each. */
  private static final int MOST_TRIED = 64;

  private final ResourceLedger free;
  private final Function<ResourceLedger, Allocation> placement;

  /**
   * What was found.
   *
   * @param allocation what the job gets once the victims have made room
   * @param victims who has to, at least one
   */
  public record Found(Allocation allocation, List<Candidate> victims) {
    public Found {
      victims = List.copyOf(victims);
    }
  }

  /**
   * @param free what is free without any of the candidates making room; isn't changed
   * @param placement gives the job's place in a ledger that it doesn't change, or null if there is
   *     none; in a ledger in which more is free it finds one as well
   */
  public VictimSearch(ResourceLedger free, Function<ResourceLedger, Allocation> placement) {
    this.free = free;
    this.placement = placement;
  }

  /**
   * Searches.
   *
   * @param candidates those that are to go first in front
   * @param reorders how many other orders are tried
   * @return null if the job doesn't fit whoever goes
   */
  public Found find(List<Candidate> candidates, int reorders) {
    Found best = inOrder(candidates);
    boolean devices = best != null && devices(best.allocation()) > 0;
    Comparator<Candidate> large = devices ? DEVICES_FIRST : LARGE_FIRST;
    for (int i = 0; i < reorders && best != null && best.victims().size() > 1; i++) {
      Found other = inOrder(reordered(candidates, i == 0 ? List.of() : best.victims(), large));
      if (other == null || other.victims().size() >= best.victims().size()) {
        break;
      }
      best = other;
    }
    return best;
  }

  /** Devices of any kind; of one that is given in portions, these. */
  private static long devices(Allocation allocation) {
    return allocation.nodes().stream()
        .flatMap(part -> part.gres().stream())
        .mapToLong(GresAllocation::count)
        .sum();
  }

  /** {@code first}, the largest of them in front, and the others, likewise. */
  private static List<Candidate> reordered(
      List<Candidate> all, List<Candidate> first, Comparator<Candidate> large) {
    List<Candidate> order = new ArrayList<>(first);
    order.sort(large);
    List<Candidate> others = new ArrayList<>(all);
    others.removeAll(first);
    others.sort(large);
    order.addAll(others);
    return order;
  }

  private Found inOrder(List<Candidate> order) {
    int low = 1;
    int high = order.size();
    if (high == 0 || !fits(order, high)) {
      return null;
    }
    boolean far = true;
    for (int step = 1; low < high; step *= 2) {
      int next = far ? Math.min(high - 1, low + step - 1) : (low + high) >>> 1;
      if (fits(order, next)) {
        far = false;
        high = next;
      } else {
        low = next + 1;
      }
    }
    List<Candidate> gone = order.subList(0, high);
    Allocation allocation = placement.apply(without(gone));
    if (allocation == null) {
      return null;
    }
    List<Candidate> needed = inTheWay(gone, allocation);
    if (placement.apply(without(needed)) == null) {
      needed = gone;
    }
    needed = needed.size() > MOST_TRIED ? needed : eachNeeded(needed);
    return new Found(placement.apply(without(needed)), needed);
  }

  /** Those without whom the job has no place anywhere, the last being the first to stay. */
  private List<Candidate> eachNeeded(List<Candidate> gone) {
    List<Candidate> needed = new ArrayList<>(gone);
    for (int i = needed.size() - 1; i >= 0 && needed.size() > 1; i--) {
      Candidate one = needed.remove(i);
      if (placement.apply(without(needed)) == null) {
        needed.add(i, one);
      }
    }
    return needed;
  }

  private boolean fits(List<Candidate> order, int count) {
    return placement.apply(without(order.subList(0, count))) != null;
  }

  private ResourceLedger without(List<Candidate> gone) {
    ResourceLedger ledger = free.copy();
    gone.forEach(one -> one.leave(ledger));
    return ledger;
  }

  /** Those who are in the way of a job at that place, the last being the first to stay. */
  private List<Candidate> inTheWay(List<Candidate> gone, Allocation allocation) {
    ResourceLedger ledger = without(gone);
    ledger.allocate(allocation, ResourceLedger.NO_USER);
    List<Candidate> victims = new ArrayList<>();
    for (int i = gone.size() - 1; i >= 0; i--) {
      if (!gone.get(i).staysIn(ledger)) {
        victims.add(0, gone.get(i));
      }
    }
    return victims;
  }
}
