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
      int actual = new SacctmgrCommand(control, query -> List.of()).run(call);
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

  /** What {@code sacctmgr dump} of a Slurm 22.05 wrote, without its comments. */
  private static final String DUMP =
      """
      Cluster - 'peer':Fairshare=1:QOS='ex,normal,pq'
      Parent - 'root'
      User - 'root':DefaultAccount='root':AdminLevel='Administrator':Fairshare=1
      Account - 'fa':Description='some thing':Organization='phys':Fairshare=3:GrpTRESMins=cpu=1000:GrpTRESRunMins=cpu=100:GrpTRES=cpu=10:GrpJobs=5:GrpSubmitJobs=20:MaxSubmitJobs=9
      Account - 'fb':Description='fb':Organization='fb':Fairshare=1
      Account - 'fc':Description='fc':Organization='fc':Fairshare=2147483647
      Parent - 'fa'
      Account - 'fa1':Description='fa1':Organization='fa':Fairshare=1
      Account - 'fa2':Description='fa2':Organization='fa':Fairshare=2
      Parent - 'fa1'
      User - 'alice':DefaultAccount='fa1':AdminLevel='Operator':DefaultQOS='ex':Fairshare=1:GrpWall=60:MaxTRESPerJob=cpu=4,mem=4G:MaxJobs=3:MaxWallDurationPerJob=1440:Priority=7:QOS='ex,normal'
      User - 'bob':DefaultAccount='fa1':Coordinator='fa':Fairshare=2
      Parent - 'fa2'
      User - 'root':DefaultAccount='root':AdminLevel='Administrator':Fairshare=2147483647
      Parent - 'fb'
      User - 'alice':DefaultAccount='fa1':AdminLevel='Operator':Fairshare=1
      User - 'bob':Partition='short':DefaultAccount='fa1':Coordinator='fa':Fairshare=1
      User - 'bob':DefaultAccount='fa1':Coordinator='fa':Fairshare=2147483647
      """;

  private static Bookkeeper withQualities() {
    Bookkeeper book = new Bookkeeper();
    for (String name : List.of("ex", "pq")) {
      book.snapshot.qualities.put(name, new QualityOfService(name, 0));
    }
    return book;
  }

  private static FakeInvocation load(Bookkeeper book, int status, String text, String... more)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-i", "load", "file=t.cfg"));
    arguments.addAll(List.of(more));
    FakeInvocation call = new FakeInvocation("sacctmgr", arguments.toArray(String[]::new)).as(0);
    return book.run(status, call.file("t.cfg", text));
  }

  private static String dump(Bookkeeper book) throws Exception {
    FakeInvocation call = new FakeInvocation("sacctmgr", "dump", "peer", "file=d.cfg").as(0);
    call.endChild(0);
    book.run(0, call);
    assertThat(call.childArguments().get(5)).isEqualTo("d.cfg");
    return call.childArguments().get(4).replaceAll("(?m)^#.*\n", "");
  }

  @Test
  void whatASlurmDumpedIsLoadedAndDumpedAlike() throws Exception {
    Bookkeeper book = withQualities();
    assertThat(load(book, 0, DUMP).outText())
        .startsWith("For cluster peer\n")
        .contains(" Added Accounts\n  fa\n  fb\n", "  bob of fb in partition short\n");
    assertThat(dump(book)).isEqualTo(DUMP);
    assertThat(load(book, 0, DUMP).outText()).isEqualTo("For cluster peer\n Nothing new added.\n");
    assertThat(book.control.commands).hasSize(1);
  }

  @Test
  void loadsWhatAFileSaysOfWhatThereIsAndLeavesTheRest() throws Exception {
    Bookkeeper book = withQualities();
    load(book, 0, DUMP);
    String changed =
        "# more\n\nCluster - 'peer'\nAccount - 'fa':Fairshare=5\nParent - fa1\n"
            + "User - \"alice\":MaxJobs=4\nAccount - new:Description='a: b'\n";
    assertThat(load(book, 0, changed).outText())
        .isEqualTo(
            """
            For cluster peer
             Added Accounts
              new
             Changed fairshare             for Account fa                3 -> 5
             Changed MaxJobs               for User    alice             3 -> 4
             Added Associations
              new
            """);
    assertThat(dump(book))
        .contains("Account - 'fa':Description='some thing':Organization='phys':Fairshare=5:")
        .contains("Account - 'new':Description='a: b':Organization='fa1':Fairshare=1\n");
    load(book, 0, "Cluster - 'peer'\nAccount - 'fb'\n", "clean");
    assertThat(dump(book))
        .isEqualTo(
            """
            Cluster - 'peer':Fairshare=1:QOS='ex,normal,pq'
            Parent - 'root'
            User - 'root':DefaultAccount='root':AdminLevel='Administrator':Fairshare=1
            Account - 'fb':Description='fb':Organization='fb':Fairshare=1
            """);
  }

  @Test
  void whatIsDumpedCanBeLoadedWhateverQuotesItHas() throws Exception {
    Bookkeeper book = withQualities();
    load(book, 0, "Cluster - 'peer'\n");
    book.run(0, new FakeInvocation("sacctmgr", "-i", "add", "account", "odd", "desc=a'b\"c"));
    String dump = dump(book);
    assertThat(dump).contains("Description=\"a'b'c\"");
    load(book, 0, dump);
  }

  @Test
  void refusesFilesWithTheLineThatIsWrong() throws Exception {
    Bookkeeper book = withQualities();
    assertThat(load(book, 1, "Account - 'q'\n").errText()).startsWith(" You need to specify a clu");
    assertThat(load(book, 1, "Cluster - 'far'\n").errText())
        .startsWith(" Cluster 'far' isn't this one, which is 'peer'.");
    load(book, 0, "Cluster - 'far'\n", "cluster=peer");
    String begin = "Cluster - 'peer'\n";
    assertThat(load(book, 1, begin + "Usr - 'x'\n").errText())
        .isEqualTo(" Misformatted line(2): Usr - 'x'\n");
    assertThat(load(book, 1, begin + "User - 'x:MaxJobs=1\n").errText())
        .startsWith(" Misformatted line(2)");
    assertThat(load(book, 1, begin + "Account - 'q':Foo=3\n").errText())
        .isEqualTo(" line(2): Unknown option: Foo=3\n");
    assertThat(load(book, 1, begin + "Account - 'q':QOS='none'\n").errText())
        .contains("You gave a bad qos 'none'");
    assertThat(load(book, 1, begin + "\nParent - 'later'\n").errText())
        .startsWith(" line(3): parent 'later'");
    assertThat(load(book, 1, "# nothing\n").outText()).isEqualTo(" Nothing new added.\n");
    assertThat(book.control.commands).isEmpty();
    FakeInvocation none = new FakeInvocation("sacctmgr", "load", "nosuch").as(0);
    assertThat(book.run(1, none).errText()).startsWith(" Unable to read \"nosuch\": ");
    FakeInvocation where = new FakeInvocation("sacctmgr", "dump", "other").as(0);
    assertThat(book.run(1, where).errText()).isEqualTo(" Cluster other doesn't exist.\n");
    FakeInvocation user = new FakeInvocation("sacctmgr", "dump", "peer").as(1234);
    assertThat(book.run(1, user).errText()).contains("administrator");
    FakeInvocation loads = new FakeInvocation("sacctmgr", "load", "d.cfg").as(1234);
    assertThat(book.run(1, loads).errText()).contains("administrator");
    FakeInvocation old = new FakeInvocation("sacctmgr", "archive", "dump");
    assertThat(book.run(1, old).errText()).contains("there are no archive files");
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
