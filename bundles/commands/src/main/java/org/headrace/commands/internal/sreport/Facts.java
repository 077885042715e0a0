package org.headrace.commands.internal.sreport;

import java.io.PrintStream;
import java.util.List;
import org.headrace.api.account.Account;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.accounting.JobUse;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.control.query.Snapshot;

/**
 * What a report is made from.
 *
 * @param snapshot the cluster
 * @param ours whether this cluster is asked for
 * @param uses what was used, as far as the caller may know it
 * @param times how times are read and shown
 * @param period what it is about
 * @param end of what has passed of it, in epoch milliseconds
 * @param tres which resources
 * @param several whether they were named
 * @param units how amounts are shown
 * @param style how lines are printed
 * @param out the terminal
 * @param err for messages
 */
record Facts(
    Snapshot snapshot,
    boolean ours,
    List<JobUse> uses,
    TimeTexts times,
    Period period,
    long end,
    List<String> tres,
    boolean several,
    TimeUnits units,
    Sheet.Style style,
    PrintStream out,
    PrintStream err) {
  String periodText() {
    return period.text(times);
  }

  String cluster() {
    return snapshot.definition().name();
  }

  Accounts accounts() {
    return snapshot.accounts();
  }

  /** What stands above amounts. */
  String usageText() {
    return "Usage reported in " + units.words(several ? "TRES" : "CPU");
  }

  /** The account under which something is counted: the root of all where there is no such one. */
  String account(JobUse use) {
    return accounts().account(use.account()) == null ? Account.ROOT : use.account();
  }

  /** Names of the accounts right below one. */
  List<String> accountsBelow(String account) {
    return accounts().below(account).stream()
        .filter(one -> !one.ofUser())
        .map(Association::account)
        .sorted()
        .toList();
  }

  /** All that the cluster had of a resource so far, in seconds times its count. */
  double capacity(String one) {
    return Resources.of(snapshot, one) * (double) Math.max(0, end - period.from()) / 1000;
  }

  int print(Sheet sheet, String format) {
    return sheet.print(format, style, out, err);
  }
}
