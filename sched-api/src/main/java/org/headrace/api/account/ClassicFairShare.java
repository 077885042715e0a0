package org.headrace.api.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * How fairly users have been served, by the formulas that Slurm had before the fair tree: {@code
 * 2^(-U/S/d)}, with the effective use U, the normalised shares S and the dampening factor d.
 * Source: Slurm's pages "Classic Fairshare Algorithm" and "Depth-Oblivious Fair-share Factor"; what
 * they leave open (shares of the parent, the first level) is as observed on a Slurm 22.05.
 * Immutable.
 */
public final class ClassicFairShare implements FairShare {
  private static final double STEEPNESS = 5;

  private final Accounts accounts;
  private final LongFunction<Consumption> use;
  private final Rule rule;
  private final double all;
  private final Map<Long, Standing> standings = new HashMap<>();

  ClassicFairShare(Accounts accounts, LongFunction<Consumption> use, Rule rule) {
    this.accounts = accounts;
    this.use = use;
    this.rule = rule;
    Association root = accounts.association(Account.ROOT, "", "");
    all = root == null ? 0 : spent(root);
    if (root != null) {
      standings.put(root.id(), new Standing(1, 1, 0));
      visit(root, true);
    }
  }

  @Override
  public double factor(long association) {
    Standing known = standing(association);
    return known.shares() <= 0
        ? 0
        : StrictMath.pow(2, -known.used() / known.shares() / rule.dampening());
  }

  @Override
  public Standing standing(long association) {
    return standings.getOrDefault(association, Standing.NOTHING);
  }

  /** Those below an account, and below accounts that have no shares of their own. */
  private void visit(Association above, boolean first) {
    List<Association> level = new ArrayList<>();
    List<Association> dependents = new ArrayList<>();
    collect(above, level, dependents);
    double shares = level.stream().mapToDouble(Association::shares).sum();
    double used = level.stream().mapToDouble(this::used).sum();
    Standing upper = standing(above.id());
    for (Association one : level) {
      double part = shares == 0 ? 0 : one.shares() / shares;
      double mine = upper.shares() * part;
      double effective =
          first
              ? used(one)
              : rule.deep()
                  ? mine * ratio(upper, used(one), mine, used)
                  : used(one) + (upper.used() - used(one)) * part;
      standings.put(one.id(), new Standing(mine, effective, 0));
    }
    for (Association one : dependents) {
      double effective = first ? used(one) : upper.used();
      standings.put(one.id(), new Standing(upper.shares(), effective, 0));
    }
    for (Association one : level) {
      if (!one.ofUser()) {
        visit(one, false);
      }
    }
  }

  private void collect(Association above, List<Association> level, List<Association> dependents) {
    for (Association one : accounts.below(above.account())) {
      if (one.shares() != Association.PARENT) {
        level.add(one);
        continue;
      }
      dependents.add(one);
      if (!one.ofUser()) {
        collect(one, level, dependents);
      }
    }
  }

  /**
   * The effective ratio of use over shares: that of the account above, times a power of how much
   * more than those beside it somebody has used. The power is one where both lean to the same side.
   *
   * @param siblings use of all at its level, whose shares are those of the account above
   */
  private static double ratio(Standing upper, double mine, double shares, double siblings) {
    double above = upper.shares() == 0 ? 0 : upper.used() / upper.shares();
    if (above == 0 || mine == 0 || siblings == 0 || shares == 0) {
      return 0;
    }
    double local = mine / shares / (siblings / upper.shares());
    double lean = StrictMath.log(above);
    double power =
        lean * StrictMath.log(local) > 0 ? 1 : 1 / (1 + StrictMath.pow(STEEPNESS * lean, 2));
    return above * StrictMath.pow(local, power);
  }

  private double used(Association one) {
    return all == 0 ? 0 : spent(one) / all;
  }

  private double spent(Association one) {
    return use.apply(one.id()).spent(Tres.BILLING);
  }
}
