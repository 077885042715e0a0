package org.headrace.bench.internal.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Association;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Command;

/**
 * Those who pay for the made-up jobs, with limits in force: projects in four departments, users of
 * projects, and a quality of service. Some have used up what they may, most haven't.
 */
final class Payers {
  /** What limits want of the configuration. */
  static final Map<String, String> SETTINGS =
      Map.of("AccountingStorageEnforce", "limits,qos", "PriorityWeightFairShare", "1000");

  private static final int DEPARTMENTS = 4;

  /** One project in so many may hold few cores, and one user in so many run few jobs. */
  private static final int TIGHT = 5;

  private static final long FEW_CPUS = 2_000;
  private static final long MANY_CPUS = 1_000_000;
  private static final long FEW_JOBS = 20;
  private static final long MANY_JOBS = 10_000;

  private Payers() {}

  /** Makes them all, beside jobs that run already. */
  static void define(Core core) {
    List<AccountChange> changes = new ArrayList<>();
    changes.add(
        new AccountChange.PutQos(
            qos(LimitSet.NONE.with(ResourceLimit.MAX_PER_USER, "cpu", MANY_CPUS))));
    for (int i = 0; i < DEPARTMENTS; i++) {
      changes.add(account("department" + i));
      changes.add(
          new AccountChange.PutAssociation(
              Association.of("department" + i, Account.ROOT)
                  .withLimits(LimitSet.NONE.with(ResourceLimit.GROUP, "cpu", MANY_CPUS))));
    }
    for (int i = 0; i < Jobs.USERS / Jobs.USERS_OF_PROJECT; i++) {
      changes.add(account("project" + i));
      long cpus = i % TIGHT == 0 ? FEW_CPUS : MANY_CPUS;
      changes.add(
          new AccountChange.PutAssociation(
              Association.of("project" + i, "department" + i % DEPARTMENTS)
                  .withLimits(
                      LimitSet.NONE
                          .with(ResourceLimit.GROUP, "cpu", cpus)
                          .with(ResourceLimit.GROUP, "gres/gpu", cpus))));
    }
    for (int i = 0; i < Jobs.USERS; i++) {
      String user = "user" + i;
      String project = "project" + i / Jobs.USERS_OF_PROJECT;
      changes.add(
          new AccountChange.PutUser(new AccountUser(user, project, AccountUser.Level.NONE)));
      changes.add(
          new AccountChange.PutAssociation(
              Association.of(project, user, "")
                  .withLimits(
                      LimitSet.NONE.with(Limit.MAX_JOBS, i % TIGHT == 1 ? FEW_JOBS : MANY_JOBS))));
    }
    core.apply(new Command.ChangeAccounts(core.state().accounts().version(), changes));
  }

  private static AccountChange account(String name) {
    return new AccountChange.PutAccount(new Account(name, "", "", List.of()));
  }

  private static QualityOfService qos(LimitSet limits) {
    QualityOfService normal = QualityOfService.NORMAL;
    return new QualityOfService(
        normal.name(), 0, normal.id(), "", Set.of(), limits, 1, 0, -1, List.of(), "", -1, 0);
  }
}
