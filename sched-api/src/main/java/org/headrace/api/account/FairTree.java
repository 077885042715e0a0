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
public final class FairTree implements FairShare {
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

  @Override
  public double factor(long association) {
    return factors.getOrDefault(association, 0.0);
  }

  @Override
  public Standing standing(long association) {
    return standings.getOrDefault(association, Standing.NOTHING);
  }

  /**
   * Those right below an account; accounts without shares of their own give way to theirs. Users
   * without shares of their own take none from the others, and go first.
   */
  private List<Association> level(String account) {
    List<Association> level = new ArrayList<>();
    List<Association> emptied = new ArrayList<>();
    collect(account, level, emptied);
    double shares = 0;
    double used = 0;
    for (Association one : level) {
      shares += own(one);
      used += used(one);
    }
    Association above = accounts.association(account, "", "");
    double upper = above == null ? 0 : standing(above.id()).shares();
    for (Association one : level) {
      double part = used == 0 ? 0 : used(one) / used;
      if (one.shares() == Association.PARENT) {
        standings.put(one.id(), new Standing(upper, part, Double.POSITIVE_INFINITY));
      } else {
        double mine = shares == 0 ? 0 : own(one) / shares;
        double standing = part == 0 ? Double.POSITIVE_INFINITY : mine / part;
        standings.put(one.id(), new Standing(mine, part, standing));
      }
    }
    for (Association one : emptied) {
      double part = used == 0 ? 0 : used(one) / used;
      standings.put(one.id(), new Standing(upper, part, Double.POSITIVE_INFINITY));
    }
    return level;
  }

  private void collect(String account, List<Association> level, List<Association> emptied) {
    for (Association one : accounts.below(account)) {
      if (!one.ofUser() && one.shares() == Association.PARENT) {
        emptied.add(one);
        collect(one.account(), level, emptied);
      } else {
        level.add(one);
      }
    }
  }

  private static double own(Association one) {
    return one.shares() == Association.PARENT ? 0 : one.shares();
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
