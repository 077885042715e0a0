package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.Tres;
import org.headrace.commands.internal.sshare.SshareCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What sshare prints, in the columns of a Slurm. */
class SshareTest {
  private final QuerySnapshot snapshot = PeerModel.snapshot();

  @BeforeEach
  void accounts() {
    snapshot.accounts =
        new Accounts(
            1,
            Tres.COMMON,
            List.of(
                new Account(Account.ROOT, "", "", List.of()),
                new Account("la", "", "", List.of()),
                new Account("lb", "", "", List.of())),
            List.of(
                new AccountUser("root", Account.ROOT, AccountUser.Level.ADMINISTRATOR),
                new AccountUser("daemon", "la", AccountUser.Level.NONE)),
            List.of(
                Association.of(Account.ROOT, "").withId(1),
                Association.of(Account.ROOT, "root", "").withId(2),
                Association.of("la", Account.ROOT).withId(3).withShares(3),
                Association.of("lb", "la").withId(4).withShares(Association.PARENT),
                Association.of("la", "daemon", "").withId(5),
                Association.of("lb", "daemon", "").withId(6)));
    long[] billing = {0, 0, 0, 0, 1};
    snapshot.use.put(1L, Consumption.NONE.spent(billing, 40, 1));
    snapshot.use.put(2L, Consumption.NONE.spent(billing, 20, 1));
    snapshot.use.put(3L, Consumption.NONE.spent(billing, 20, 1));
    snapshot.use.put(5L, Consumption.NONE.spent(billing, 20, 1));
  }

  private String run(int status, String... arguments) throws Exception {
    FakeInvocation call = new FakeInvocation("sshare", arguments).as(0);
    int actual = new SshareCommand(new QueryControl(snapshot)).run(call);
    assertThat(actual).as(call.outText() + call.errText()).isEqualTo(status);
    return call.outText() + call.errText();
  }

  @Test
  void showsTheTree() throws Exception {
    assertThat(run(0, "-a"))
        .isEqualTo(
            """
            Account                    User  RawShares  NormShares    RawUsage  EffectvUsage  FairShare\s
            -------------------- ---------- ---------- ----------- ----------- ------------- ----------\s
            root                                          0.000000          40      1.000000           \s
             root                      root          1    0.250000          20      0.500000   0.333333\s
             la                                      3    0.750000          20      0.500000           \s
              la                     daemon          1    0.500000          20      1.000000   0.666667\s
              lb                                parent    0.750000           0      0.000000           \s
               lb                    daemon          1    0.500000           0      0.000000   1.000000\s
            """);
  }

  @Test
  void showsThePartitionOfAssociations() throws Exception {
    assertThat(run(0, "-m", "-P", "-A", "root"))
        .isEqualTo(
            """
            Account|User|Partition|RawShares|NormShares|RawUsage|EffectvUsage|FairShare
            root||||0.000000|40|1.000000|
             root|root||1|0.250000|20|0.500000|0.333333
            """);
    assertThat(run(0, "-m", "-l", "-P", "-A", "x"))
        .startsWith("Account|User|Partition|RawShares|NormShares|RawUsage|NormUsage|");
  }

  @Test
  void showsTheClassicFormulaForAccountsToo() throws Exception {
    snapshot.definition = PeerModel.definition(Map.of("PriorityFlags", "NO_FAIR_TREE"));
    assertThat(run(0, "-a", "-l", "-P").replaceAll("(?m)(\\|[^|\n]*){2}$", ""))
        .isEqualTo(
            """
            Account|User|RawShares|NormShares|RawUsage|NormUsage|EffectvUsage|FairShare
            root|||1.000000|40||1.000000|0.500000
             root|root|1|0.250000|20|0.500000|0.500000|0.250000
             la||3|0.750000|20|0.500000|0.500000|0.629961
              la|daemon|1|0.375000|20|0.500000|0.500000|0.396850
              lb||parent|0.750000|0|0.000000|0.500000|0.629961
               lb|daemon|1|0.375000|0|0.000000|0.250000|0.629961
            """);
  }

  @Test
  void showsUsersAlone() throws Exception {
    assertThat(run(0, "-U", "-n", "-P", "-u", "daemon", "-o", "account,user,fairshare,levelfs"))
        .isEqualTo("la|daemon|0.666667|0.500000\nlb|daemon|1.000000|inf\n");
    assertThat(run(1, "-o", "nonsense")).isEqualTo("Invalid field requested: \"nonsense\"\n");
    assertThat(run(1, "-u", "nobody-there")).contains("Invalid user id: nobody-there");
  }
}
