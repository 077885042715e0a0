package org.headrace.priority.multifactor.internal;

import java.util.HashMap;
import java.util.Map;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.FairShare;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PendingJob;

/** Factors of those who pay, worked out once for all their jobs. Used by one thread. */
final class Payers {
  static final Factors NONE = new Factors(0, 0);

  private final ClusterView view;
  private final Accounts accounts;
  private final FairShare fairShare;
  private final double highest;
  private final Map<Key, Factors> known = new HashMap<>();

  /**
   * Factors of an association.
   *
   * @param fairShare how fairly it has been served, 0 to 1
   * @param association its priority over the highest there is, 0 to 1
   */
  record Factors(double fairShare, double association) {}

  private record Key(int payer, String partition) {}

  /**
   * @param rule by which users are told to have been served fairly; null where nobody asks
   * @param raw true to take priorities as they are, and not as a part of the highest
   */
  Payers(ClusterView view, FairShare.Rule rule, boolean raw) {
    this.view = view;
    accounts = view.accounts();
    fairShare = rule == null ? null : rule.of(accounts, view::consumption);
    highest =
        raw ? 1 : accounts.associations().stream().mapToLong(Association::priority).max().orElse(0);
  }

  Factors of(PendingJob job) {
    if (job.payer() == PendingJob.NOBODY) {
      return NONE;
    }
    return known.computeIfAbsent(
        new Key(job.payer(), job.partition()), key -> find(job.payer(), key.partition));
  }

  private Factors find(int payer, String partition) {
    Association own = view.payer(payer, partition);
    if (own == null) {
      return NONE;
    }
    return new Factors(
        fairShare == null ? 0 : fairShare.factor(own.id()),
        highest == 0 ? 0 : priority(own) / highest);
  }

  /** The priority of the nearest that has one. */
  private double priority(Association own) {
    Association at = own;
    while (at.priority() == 0 && accounts.above(at) != null) {
      at = accounts.above(at);
    }
    return at.priority();
  }
}
