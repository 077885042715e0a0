package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Tres;
import org.headrace.api.model.QualityOfService;
import org.headrace.commands.internal.sacctmgr.SacctmgrCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The texts of sacctmgr, compared with those of a Slurm that was told the same one by one. */
class SacctmgrTest {
  /** Makes all changes that it is asked for. */
  private static final class Bookkeeper {
    final QuerySnapshot snapshot = PeerModel.snapshot();
    final QueryControl control = new QueryControl(snapshot);

    Bookkeeper() {
      snapshot.accounts = snapshot.accounts.withTres(Tres.COMMON.with(List.of("gres/gpu")));
      control.answers =
          command -> {
            ((Command.ChangeAccounts) command).changes().forEach(this::make);
            return Outcome.DONE;
          };
    }

    private void make(AccountChange change) {
      Accounts old = snapshot.accounts;
      TreeMap<String, Account> accounts = new TreeMap<>();
      TreeMap<String, AccountUser> users = new TreeMap<>();
      TreeMap<Long, Association> associations = new TreeMap<>();
      old.accounts().forEach(one -> accounts.put(one.name(), one));
      old.users().forEach(one -> users.put(one.name(), one));
      old.associations().forEach(one -> associations.put(one.id(), one));
      if (change instanceof AccountChange.PutAccount c) {
        accounts.put(c.account().name(), c.account());
      } else if (change instanceof AccountChange.DropAccount c) {
        accounts.remove(c.name());
      } else if (change instanceof AccountChange.PutUser c) {
        users.put(c.user().name(), c.user());
      } else if (change instanceof AccountChange.DropUser c) {
        users.remove(c.name());
      } else if (change instanceof AccountChange.PutAssociation c) {
        long id = c.association().id() == 0 ? associations.lastKey() + 1 : c.association().id();
        associations.put(id, c.association().withId(id));
      } else if (change instanceof AccountChange.DropAssociation c) {
        associations.remove(c.id());
      } else if (change instanceof AccountChange.PutQos c) {
        QualityOfService known = snapshot.qualities.get(c.qos().name());
        long id = known == null ? 5 : known.id();
        snapshot.qualities.put(c.qos().name(), c.qos().withId(id));
      } else if (change instanceof AccountChange.DropQos c) {
        snapshot.qualities.remove(c.name());
      }
      snapshot.accounts =
          new Accounts(
              old.version() + 1,
              old.tres(),
              new ArrayList<>(accounts.values()),
              new ArrayList<>(users.values()),
              new ArrayList<>(associations.values()));
    }

    FakeInvocation run(int status, FakeInvocation call) throws Exception {
      int actual = new SacctmgrCommand(control).run(call);
      assertThat(actual).as(call.outText() + call.errText()).isEqualTo(status);
      return call;
    }
  }

  @TestFactory
  Stream<DynamicTest> printsWhatSlurmPrints() {
    return Stream.of("sacctmgr.txt", "sacctmgr-more.txt")
        .flatMap(
            file -> {
              Bookkeeper book = new Bookkeeper();
              return Golden.cases(file).stream().map(golden -> test(book, golden));
            });
  }

  private static DynamicTest test(Bookkeeper book, Golden golden) {
    return DynamicTest.dynamicTest(
        golden.command(),
        () -> {
          FakeInvocation call =
              book.run(golden.status(), new FakeInvocation("sacctmgr", golden.arguments()));
          assertThat(call.outText() + call.errText()).isEqualTo(golden.text());
        });
  }

  @Test
  void asksBeforeItChangesAnything() throws Exception {
    Bookkeeper book = new Bookkeeper();
    FakeInvocation no = new FakeInvocation("sacctmgr", "add", "account", "lno").input("what\nn\n");
    assertThat(book.run(0, no).outText())
        .endsWith(
            "Would you like to commit changes? (You have 30 seconds to decide)\n"
                + "(N/y): Y or N please\n(N/y): \n Changes Discarded\n");
    assertThat(book.control.commands).isEmpty();
    book.run(0, new FakeInvocation("sacctmgr", "add", "account", "lno").input("y\n"));
    assertThat(book.snapshot.accounts.account("lno")).isNotNull();
  }

  @Test
  void saysWhatTheControllerRefuses() throws Exception {
    Bookkeeper book = new Bookkeeper();
    book.control.answers =
        command -> new Outcome.Rejected(ErrorCode.ACCESS_DENIED, "user ada may not");
    assertThat(book.run(1, new FakeInvocation("sacctmgr", "-i", "add", "account", "l")).errText())
        .isEqualTo(
            " Problem adding accounts: Access/permission denied\n"
                + "sacctmgr: error: user ada may not\n");
    assertThat(book.run(1, new FakeInvocation("sacctmgr", "-r", "-i", "add", "qos", "q")).errText())
        .contains("readonly");
  }
}
