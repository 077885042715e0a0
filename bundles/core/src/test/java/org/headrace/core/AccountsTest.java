package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.AccountUser.Level;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.accounting.AccountingRecord.BookChanged;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.api.Test;

/** Accounts, users, associations and qualities of service as state of the core. */
class AccountsTest {
  private final TestCluster cluster = TestCluster.up(1);

  private Accounts accounts() {
    return cluster.machine.publish().accounts();
  }

  private Outcome change(Actor actor, AccountChange... changes) {
    return cluster.apply(new Command.ChangeAccounts(accounts().version(), List.of(changes)), actor);
  }

  private void changed(AccountChange... changes) {
    assertThat(change(Specs.ROOT, changes)).isEqualTo(Outcome.DONE);
  }

  private void refused(ErrorCode code, AccountChange... changes) {
    Accounts before = accounts();
    Outcome outcome = change(Specs.ROOT, changes);
    assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    assertThat(((Outcome.Rejected) outcome).code()).as(outcome.toString()).isEqualTo(code);
    assertThat(accounts()).isSameAs(before);
  }

  private static AccountChange account(String name) {
    return new AccountChange.PutAccount(new Account(name, name, "", List.of()));
  }

  private static AccountChange put(Association association) {
    return new AccountChange.PutAssociation(association);
  }

  private static AccountChange user(String name, String account) {
    return new AccountChange.PutUser(new AccountUser(name, account, Level.NONE));
  }

  /** Physics with optics below it, and Anna in both. */
  private void physics() {
    changed(
        account("physics"),
        account("optics"),
        put(Association.of("physics", Account.ROOT)),
        put(Association.of("optics", "physics")),
        user("anna", "optics"),
        put(Association.of("physics", "anna", "")),
        put(Association.of("optics", "anna", "")));
  }

  @Test
  void limitsAreInheritedFromTheNearestAbove() {
    physics();
    LimitSet limits =
        LimitSet.NONE
            .with(Limit.MAX_JOBS, 7)
            .with(Limit.GROUP_JOBS, 9)
            .with(ResourceLimit.MAX_PER_JOB, "cpu", 4);
    Association top = accounts().association("physics", "", "").withLimits(limits);
    Association anna = accounts().association("optics", "anna", "");
    changed(
        put(top), put(anna.withLimits(LimitSet.NONE.with(ResourceLimit.MAX_PER_JOB, "mem", 100))));
    LimitSet own = accounts().limits(accounts().association("optics", "anna", ""));
    assertThat(own.number(Limit.MAX_JOBS)).isEqualTo(7);
    assertThat(own.number(Limit.GROUP_JOBS)).isEqualTo(LimitSet.UNLIMITED);
    assertThat(own.resources(ResourceLimit.MAX_PER_JOB)).containsEntry("cpu", 4L).hasSize(2);
    assertThat(accounts().qos(anna)).containsExactly("normal");
    assertThat(accounts().defaultQos(anna)).isEqualTo("normal");
  }

  @Test
  void whatDoesNotHoldTogetherIsRefusedAsAWhole() {
    physics();
    Association optics = accounts().association("optics", "", "");
    Association physics = accounts().association("physics", "", "");
    refused(ErrorCode.INVALID_ACCOUNT, account("alone"));
    refused(ErrorCode.INVALID_ACCOUNT, account("lost"), put(Association.of("lost", "nowhere")));
    refused(ErrorCode.INVALID_ACCOUNT, put(physics.withParent("optics")));
    refused(ErrorCode.INVALID_ACCOUNT, put(Association.of("optics", "anna", "")));
    refused(ErrorCode.INVALID_ARGUMENT, put(Association.of("optics", "nobody", "")));
    refused(ErrorCode.INVALID_ACCOUNT, user("anna", Account.ROOT));
    refused(ErrorCode.INVALID_ACCOUNT, new AccountChange.DropAccount("optics"));
    refused(ErrorCode.INVALID_QOS, put(optics.withQos(List.of("high"), "")));
    refused(ErrorCode.INVALID_QOS, new AccountChange.DropQos("normal"));
    refused(ErrorCode.INVALID_ACCOUNT, account("a b"), put(Association.of("a b", "physics")));
  }

  @Test
  void changesOfAnOlderStateAreRefused() {
    Command.ChangeAccounts late =
        new Command.ChangeAccounts(
            accounts().version(), List.of(account("x"), put(Association.of("x", "root"))));
    physics();
    Outcome outcome = cluster.apply(late, Specs.ROOT);
    assertThat(((Outcome.Rejected) outcome).code()).isEqualTo(ErrorCode.ACCOUNTS_CHANGED);
  }

  @Test
  void coordinatorsChangeWhatIsBelowTheirAccount() {
    physics();
    changed(
        new AccountChange.PutAccount(new Account("physics", "", "", List.of("anna"))),
        account("biology"),
        put(Association.of("biology", Account.ROOT)));
    assertThat(
            change(Specs.ANNA, user("bert", "optics"), put(Association.of("optics", "bert", ""))))
        .isEqualTo(Outcome.DONE);
    List<AccountChange[]> tooMuch =
        List.of(
            new AccountChange[] {put(Association.of("biology", "bert", ""))},
            new AccountChange[] {account("optics")},
            new AccountChange[] {
              new AccountChange.PutUser(new AccountUser("bert", "optics", Level.OPERATOR))
            },
            new AccountChange[] {new AccountChange.PutQos(new QualityOfService("high", 1))},
            new AccountChange[] {
              put(accounts().association("optics", "anna", "").withId(1)),
            });
    for (AccountChange[] changes : tooMuch) {
      Outcome outcome = change(Specs.ANNA, changes);
      assertThat(outcome).as(changes[0].toString()).isInstanceOf(Outcome.Rejected.class);
      assertThat(((Outcome.Rejected) outcome).code()).isEqualTo(ErrorCode.ACCESS_DENIED);
    }
    assertThat(change(Specs.BERT, put(Association.of("physics", "bert", ""))))
        .isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void operatorsDoAllButRaiseAnybody() {
    physics();
    changed(new AccountChange.PutUser(new AccountUser("anna", "optics", Level.OPERATOR)));
    assertThat(change(Specs.ANNA, new AccountChange.PutQos(new QualityOfService("high", 1))))
        .isEqualTo(Outcome.DONE);
    assertThat(
            change(
                Specs.ANNA,
                new AccountChange.PutUser(new AccountUser("anna", "optics", Level.ADMINISTRATOR))))
        .isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void aSnapshotHasThemAll() {
    physics();
    changed(new AccountChange.PutQos(new QualityOfService("high", 100)));
    List<SnapshotItem> items = new ArrayList<>();
    cluster.machine.save(items::add);
    ClusterMachine other = new ClusterMachine(new HeapJobStore(), new HeapFileStore());
    other.load(items.iterator());
    assertThat(other.stateHash()).isEqualTo(cluster.machine.stateHash());
    assertThat(other.publish().accounts().associations()).isEqualTo(accounts().associations());
    assertThat(other.publish().qos("high").id()).isEqualTo(2);
    changed(account("late"), put(Association.of("late", Account.ROOT)));
    Command.ChangeAccounts same =
        new Command.ChangeAccounts(
            accounts().version() - 1,
            List.of(account("late"), put(Association.of("late", Account.ROOT))));
    assertThat(other.apply(same, Specs.ROOT, cluster.now)).isEqualTo(Outcome.DONE);
    assertThat(other.publish().accounts().associations()).isEqualTo(accounts().associations());
  }

  private List<String> notes() {
    return cluster.machine.accountingBacklog(0, 1000).stream()
        .filter(BookChanged.class::isInstance)
        .map(BookChanged.class::cast)
        .map(
            one ->
                String.join(
                    " ",
                    one.actor(),
                    one.change().name(),
                    one.kind().name(),
                    one.name(),
                    one.account(),
                    one.user(),
                    one.details()))
        .toList();
  }

  /** Who did what to whom; what changes nothing, or is refused, isn't told. */
  @Test
  void accountingIsToldOfEachChange() {
    changed(account("optics"), put(Association.of("optics", Account.ROOT)));
    changed(user("anna", "optics"), put(Association.of("optics", "anna", "")));
    long id = accounts().association("optics", "anna", "").id();
    changed(account("optics"));
    Association limited =
        accounts()
            .association("optics", "anna", "")
            .withLimits(
                LimitSet.NONE
                    .with(Limit.MAX_JOBS, 3)
                    .with(ResourceLimit.MAX_PER_JOB, "cpu", 4)
                    .with(ResourceLimit.MAX_PER_JOB, "node", 2));
    changed(put(limited), new AccountChange.PutQos(new QualityOfService("high", 7)));
    refused(ErrorCode.INVALID_ACCOUNT, new AccountChange.DropAccount("nope"));
    changed(
        new AccountChange.DropAssociation(id),
        new AccountChange.DropUser("anna"),
        new AccountChange.DropQos("high"));
    changed(
        new AccountChange.PutAccount(new Account("optics", "x".repeat(100_000), "", List.of())));
    assertThat(notes().get(9)).contains("x".repeat(500) + "+'").hasSizeLessThan(1000);
    assertThat(notes().subList(0, 9))
        .containsExactly(
            "root ADDED ACCOUNT optics   description='optics', organization=''",
            "root ADDED ASSOCIATION "
                + (id - 1)
                + " optics  acct='optics', parent_acct='root', shares=1",
            "root ADDED USER anna   default_acct='optics', admin_level=NONE",
            "root ADDED ASSOCIATION " + id + " optics anna acct='optics', user='anna', shares=1",
            "root CHANGED ASSOCIATION "
                + id
                + " optics anna acct='optics', user='anna', shares=1, max_jobs=3,"
                + " max_per_job='cpu=4,node=2'",
            "root ADDED QOS high   description='high', priority=7",
            "root REMOVED ASSOCIATION " + id + " optics anna ",
            "root REMOVED USER anna   ",
            "root REMOVED QOS high   ");
  }
}
