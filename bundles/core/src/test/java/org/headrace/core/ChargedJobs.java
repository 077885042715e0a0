package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.QosFlag;
import org.headrace.api.job.Charge;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;

/** A cluster with accounts, and jobs that are charged to them. */
abstract class ChargedJobs {
  static final String PHYSICS = "physics";
  static final String OPTICS = "optics";
  static final Map<String, Actor> ACTORS = Map.of("anna", Specs.ANNA, "bert", Specs.BERT);

  final TestCluster cluster = TestCluster.up(2);

  void configure(Map<String, String> settings) {
    ClusterDefinition plain = Specs.cluster(2);
    cluster.system(new Command.Configure(plain.withSettings(settings)));
  }

  Accounts accounts() {
    return cluster.machine.publish().accounts();
  }

  void change(AccountChange... changes) {
    Command command = new Command.ChangeAccounts(accounts().version(), List.of(changes));
    assertThat(cluster.apply(command, Specs.ROOT)).isEqualTo(Outcome.DONE);
  }

  /** Physics with optics below it; Anna and Bert in both, Anna by default in optics. */
  void physics(String enforced) {
    physics(Map.of("AccountingStorageEnforce", enforced));
  }

  void physics(Map<String, String> settings) {
    configure(settings);
    change(
        new AccountChange.PutAccount(new Account(PHYSICS, "", "", List.of())),
        new AccountChange.PutAccount(new Account(OPTICS, "", "", List.of())),
        put(Association.of(PHYSICS, Account.ROOT)),
        put(Association.of(OPTICS, PHYSICS)),
        new AccountChange.PutUser(new AccountUser("anna", OPTICS, AccountUser.Level.NONE)),
        new AccountChange.PutUser(new AccountUser("bert", PHYSICS, AccountUser.Level.NONE)),
        put(Association.of(PHYSICS, "anna", "")),
        put(Association.of(OPTICS, "anna", "")),
        put(Association.of(PHYSICS, "bert", "")),
        put(Association.of(OPTICS, "bert", "")));
  }

  static AccountChange put(Association association) {
    return new AccountChange.PutAssociation(association);
  }

  void limit(String account, String user, LimitSet limits) {
    change(put(accounts().association(account, user, "").withLimits(limits)));
  }

  static QualityOfService qos(String name, LimitSet limits, QosFlag... flags) {
    return new QualityOfService(
        name, 0, 0, name, Set.of(flags), limits, 1, 0, -1, List.of(), "", -1, 0);
  }

  static LimitSet none() {
    return LimitSet.NONE;
  }

  static JobSpec job(Actor actor, String account, String qos, int cpus, long minutes) {
    ResourceRequest one = ResourceRequest.singleCpu();
    ResourceRequest request =
        new ResourceRequest(
            1,
            1,
            new TaskLayout(cpus, 1, 0, 0, 0, false, ""),
            one.memory(),
            one.gres(),
            one.cpusPerGpu(),
            one.nodes(),
            one.sharing(),
            one.licenses());
    JobSpec spec = Specs.job(actor);
    return spec.withRequest(request)
        .withCharge(new Charge(account, qos, ""))
        .withTiming(spec.timing().withTimeLimit(minutes * Specs.MINUTE));
  }

  long submit(String user, String account) {
    return cluster.submit(job(ACTORS.get(user), account, "", 1, 10));
  }
}
