package org.headrace.api.account;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * How fairly users have been served, by the algorithm that Slurm calls fair tree: each level of the
 * accounts is put in the order of shares over use, the tree is walked in that order, and users are
 * ranked as they are met. So no user goes before one of an account that has been served worse.
 * Accounts that have been served equally are walked together; users of equal standing have the same
 * rank. Immutable.
 */
public final class FairTree {
  /**
   * How an association stands beside those at its level.
   *
   * @param shares its part of their shares, 0 to 1
   * @param used its part of their use, 0 to 1
   * @param level shares over use; infinite for one that has used nothing
   */
  public record Standing(double shares, double used, double level) {}

  private static final double NOBODY = -1;

  private final Accounts accounts;
  private final LongFunction<Consumption> use;
  private final Map<Long, Standing> standings = new HashMap<>();
  private final Map<Long, Double> factors = new HashMap<>();
  private final int users;
  private int met;

  private FairTree(Accounts accounts, LongFunction<Consumption> use) {
    this.accounts = accounts;
    this.use = use;
    users = (int) accounts.associations().stream().filter(Association::ofUser).count();
    visit(level(Account.ROOT), NOBODY);
  }

  /**
   * Ranks the users.
   *
   * @param use what an association has used, with all that is below it
   */
  public static FairTree of(Accounts accounts, LongFunction<Consumption> use) {
    return new FairTree(accounts, use);
  }

  /** The factor of a user's association: over 0 for who has been served best, up to 1; or 0. */
  public double factor(long association) {
    return factors.getOrDefault(association, 0.0);
  }

  /** How an association stands, or null for the root. */
  public Standing standing(long association) {
    return standings.get(association);
  }

  /** Those right below an account; accounts without shares of their own give way to theirs. */
  private List<Association> level(String account) {
    List<Association> level = new ArrayList<>();
    collect(account, level);
    double shares = 0;
    double used = 0;
    for (Association one : level) {
      shares += own(one);
      used += used(one);
    }
    for (Association one : level) {
      double mine = shares == 0 ? 0 : own(one) / shares;
      double part = used == 0 ? 0 : used(one) / used;
      double standing = part == 0 ? Double.POSITIVE_INFINITY : mine / part;
      standings.put(one.id(), new Standing(mine, part, standing));
    }
    return level;
  }

  private void collect(String account, List<Association> level) {
    for (Association one : accounts.below(account)) {
      if (!one.ofUser() && one.shares() == Association.PARENT) {
        collect(one.account(), level);
      } else {
        level.add(one);
      }
    }
  }

  /** A user without shares of its own has those of the account. */
  private double own(Association one) {
    Association at = one;
    while (at != null && at.shares() == Association.PARENT) {
      at = accounts.above(at);
    }
    return at == null ? 1 : at.shares();
  }

  private double used(Association one) {
    return use.apply(one.id()).spent(Tres.BILLING);
  }

  /**
   * @param unused factor of the users beside these accounts that have used nothing either, or
   *     {@link #NOBODY}
   */
  private void visit(List<Association> level, double unused) {
    List<Association> sorted = new ArrayList<>(level);
    sorted.sort(
        Comparator.comparingDouble((Association one) -> -standings.get(one.id()).level())
            .thenComparingLong(Association::id));
    for (int i = 0; i < sorted.size(); ) {
      double equal = standings.get(sorted.get(i).id()).level();
      boolean nothing = Double.isInfinite(equal);
      double rank = users == 0 ? 0 : (double) (users - met) / users;
      double factor = nothing && unused != NOBODY ? unused : rank;
      boolean anybody = false;
      List<Association> below = new ArrayList<>();
      for (; i < sorted.size() && standings.get(sorted.get(i).id()).level() == equal; i++) {
        Association one = sorted.get(i);
        if (one.ofUser()) {
          factors.put(one.id(), factor);
          met++;
          anybody = true;
        } else {
          below.addAll(level(one.account()));
        }
      }
      if (!below.isEmpty()) {
        visit(below, nothing && (anybody || unused != NOBODY) ? factor : NOBODY);
      }
    }
  }
}
