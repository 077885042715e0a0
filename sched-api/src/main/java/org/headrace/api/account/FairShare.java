package org.headrace.api.account;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/** How fairly those who pay have been served. Immutable. */
public sealed interface FairShare permits FairTree, ClassicFairShare {
  /**
   * How an association stands beside others.
   *
   * @param shares its part of the shares, 0 to 1: of those at its level, or of all
   * @param used its part of the use that counts against it, 0 to 1
   * @param level shares over use among those at its level, infinite for one that has used nothing;
   *     zero where levels don't count
   */
  record Standing(double shares, double used, double level) {
    static final Standing NOTHING = new Standing(0, 0, 0);
  }

  /** The factor of an association: over 0 for who has been served best, up to 1; or 0. */
  double factor(long association);

  /** How an association stands; with nothing at all if it isn't known. */
  Standing standing(long association);

  /**
   * By which rule a cluster is fair.
   *
   * @param tree true for the fair tree
   * @param deep true for the classic formula that doesn't mind how deep accounts are nested
   * @param dampening what the classic formulas divide by, at least 1: the higher, the more those
   *     differ who have used far too much
   */
  record Rule(boolean tree, boolean deep, double dampening) {
    /** The fair tree. */
    public static final Rule TREE = new Rule(true, false, 1);

    /**
     * Reads settings of the configuration; what can't be read is the default.
     *
     * @param flags {@code PriorityFlags}
     * @param dampening {@code FairShareDampeningFactor}
     */
    public static Rule of(String flags, String dampening) {
      List<String> words = Arrays.asList(flags.toUpperCase(Locale.ROOT).trim().split("\\s*,\\s*"));
      boolean deep = words.contains("DEPTH_OBLIVIOUS");
      if (!deep && !words.contains("NO_FAIR_TREE")) {
        return TREE;
      }
      boolean number = dampening.strip().matches("\\d{1,5}");
      return new Rule(false, deep, number ? Math.max(1, Integer.parseInt(dampening.strip())) : 1);
    }

    /**
     * Looks at everybody.
     *
     * @param use what an association has used, with all that is below it
     */
    public FairShare of(Accounts accounts, LongFunction<Consumption> use) {
      return tree ? FairTree.of(accounts, use) : new ClassicFairShare(accounts, use, this);
    }
  }
}
