package org.headrace.core.internal.charge;

import java.util.List;
import java.util.function.IntFunction;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.model.QualityOfService;

/**
 * How somebody stands who pays for jobs in a partition.
 *
 * @param association who is charged, or null
 * @param qos the job's quality of service, or null
 * @param pots numbers of all pots that its jobs' use is added to
 * @param lasting numbers of those of them that remember what was used
 * @param checks limits in force, in the order in which they are looked at
 * @param denies true when a job that breaks a limit by itself is refused at submission
 */
record Standing(
    Association association,
    QualityOfService qos,
    int[] pots,
    int[] lasting,
    List<Check> checks,
    boolean denies) {
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
    for (Check check : checks) {
      if (!check.ofQueue() && check.broken(Consumption.NONE, counts, minutes, 1, now, safe)) {
        return check;
      }
    }
    for (Check check : checks) {
      boolean shared = !check.ofQueue() && check.ofMany();
      if (shared && check.broken(use.apply(check.pot()), counts, minutes, 1, now, safe)) {
        return check;
      }
    }
    return null;
  }
}
