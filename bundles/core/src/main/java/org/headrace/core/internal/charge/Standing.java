package org.headrace.core.internal.charge;

import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.FairShare;
import org.headrace.api.account.QosFlag;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;

/**
 * How somebody stands who pays for jobs in a partition.
 *
 * @param association who is charged, or null
 * @param qos the job's quality of service, or null
 * @param pots numbers of all pots that its jobs' use is added to
 * @param lasting numbers of those of them that remember what was used
 * @param checks limits in force, in the order in which they are looked at
 * @param quotas how many of its jobs may accrue age
 * @param denies true when a job that breaks a limit by itself is refused at submission
 */
record Standing(
    Association association,
    QualityOfService qos,
    int[] pots,
    int[] lasting,
    List<Check> checks,
    List<Quota> quotas,
    boolean denies) {
  /** True for a quality of service whose jobs need to have been served badly enough to start. */
  static boolean hasThreshold(QualityOfService qos) {
    return qos != null && qos.usageThreshold() >= 0 && qos.has(QosFlag.ENFORCE_USAGE_THRESHOLD);
  }

  /**
   * Why no job starts, if who pays has been served too well for the quality of service; or null.
   *
   * @param tree how fairly everybody has been served; asked for only where that counts
   */
  Blocker belowThreshold(Supplier<FairShare> tree) {
    if (!hasThreshold(qos) || association == null) {
      return null;
    }
    double factor = tree.get().factor(association.id());
    double least = qos.usageThreshold();
    String detail =
        String.format(
            Locale.ROOT,
            "fair share factor %.4f, below %.4f of quality of service %s",
            factor,
            least,
            qos.name());
    return factor >= least
        ? null
        : new Blocker(Reason.QOS_USAGE_THRESHOLD, 0, detail, Blocker.UNKNOWN);
  }

  /** True for who may do as it pleases. */
  boolean unlimited() {
    return checks.isEmpty() && !(hasThreshold(qos) && association != null);
  }

  /**
   * The first limit that a job would break, or null: those that it breaks by itself go before those
   * that it breaks with others.
   *
   * @param use what the pot of a number uses, without the job
   * @param counts what the job holds, by resource
   * @param minutes its time limit
   * @param now epoch milliseconds
   * @param safe true to count what the job may use to its end
   */
  Check broken(
      IntFunction<Consumption> use, long[] counts, double minutes, long now, boolean safe) {
    double future =
        !safe ? 0 : qos != null && qos.has(QosFlag.USAGE_FACTOR_SAFE) ? qos.usageFactor() : 1;
    for (Check check : checks) {
      if (!check.ofQueue() && check.broken(Consumption.NONE, counts, minutes, 1, now, future)) {
        return check;
      }
    }
    for (Check check : checks) {
      boolean shared = !check.ofQueue() && check.ofMany();
      if (shared && check.broken(use.apply(check.pot()), counts, minutes, 1, now, future)) {
        return check;
      }
    }
    return null;
  }
}
