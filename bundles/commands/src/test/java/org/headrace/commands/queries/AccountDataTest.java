package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.QosFlag;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.api.model.QualityOfService;
import org.headrace.commands.internal.sacctmgr.SacctmgrCommand;
import org.headrace.commands.internal.sshare.SshareCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.front.UserCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Accounts as data, with the names of the published schema v0.0.40 and later. */
class AccountDataTest {
  private static final String UNLIMITED = "{\"set\":false,\"infinite\":true,\"number\":0}";

  private final QuerySnapshot snapshot = PeerModel.snapshot();

  @BeforeEach
  void accounts() {
    LimitSet limits =
        LimitSet.NONE
            .with(Limit.MAX_JOBS, 7)
            .with(Limit.GROUP_WALL, 90)
            .with(ResourceLimit.GROUP, "gres/gpu", 4)
            .with(ResourceLimit.MAX_PER_JOB, "mem", 100);
    snapshot.accounts =
        new Accounts(
            1,
            Tres.COMMON.with(List.of("gres/gpu")),
            List.of(
                new Account(Account.ROOT, "default root account", "root", List.of()),
                new Account("lab", "the lab", "physics", List.of("ada"))),
            List.of(
                new AccountUser("ada", "lab", AccountUser.Level.OPERATOR),
                new AccountUser("root", Account.ROOT, AccountUser.Level.ADMINISTRATOR)),
            List.of(
                Association.of(Account.ROOT, "").withId(1).withQos(List.of("normal"), ""),
                Association.of("lab", Account.ROOT).withId(2).withShares(3).withLimits(limits),
                Association.of("lab", "ada", "").withId(3)));
    snapshot.use.put(1L, Consumption.NONE.spent(new long[] {0, 0, 0, 0, 1}, 40, 1));
    snapshot.use.put(3L, Consumption.NONE.spent(new long[] {0, 0, 0, 0, 1}, 40, 1));
  }

  private String run(String program, int uid, String... words) throws Exception {
    FakeInvocation call = new FakeInvocation(program, words).as(uid).with("SLURM_JSON", "compact");
    QueryControl control = new QueryControl(snapshot);
    UserCommand command =
        program.equals("sshare")
            ? new SshareCommand(control)
            : new SacctmgrCommand(control, query -> List.of());
    assertThat(command.run(call)).as(call.errText()).isZero();
    return call.outText();
  }

  private String show(String... words) throws Exception {
    String[] all = new String[words.length + 2];
    all[0] = "--json";
    all[1] = "show";
    System.arraycopy(words, 0, all, 2, words.length);
    return run("sacctmgr", 0, all);
  }

  @Test
  void accountsAndUsers() throws Exception {
    assertThat(show("account", "lab"))
        .startsWith("{\"accounts\":[{\"associations\":[{\"account\":\"lab\",\"cluster\":\"peer\"")
        .contains(
            "\"coordinators\":[{\"name\":\"ada\",\"direct\":true}]",
            "\"description\":\"the lab\",\"name\":\"lab\",\"organization\":\"physics\"",
            "\"errors\":[]")
        .doesNotContain("\"name\":\"root\"");
    assertThat(show("users"))
        .contains(
            "\"administrator_level\":[\"Operator\"]",
            "\"coordinators\":[{\"name\":\"lab\",\"direct\":true}]",
            "\"default\":{\"account\":\"lab\",\"wckey\":\"\"}",
            "\"name\":\"ada\"",
            "\"name\":\"root\"");
    assertThat(show("user", "name=nobody")).startsWith("{\"users\":[]");
    assertThat(show("user", "account=lab")).contains("ada").doesNotContain("\"name\":\"root\"");
  }

  @Test
  void associationsWithTheLimitsThatHoldForThem() throws Exception {
    assertThat(show("association", "user=ada"))
        .contains(
            "\"account\":\"lab\",\"cluster\":\"peer\",\"partition\":\"\",\"user\":\"ada\",\"id\":3",
            "\"active\":{\"set\":true,\"infinite\":false,\"number\":7}",
            "\"is_default\":true",
            "\"lineage\":\"/lab/0-ada/\"",
            "\"parent_account\":\"\"",
            "\"per\":{\"job\":[{\"type\":\"mem\",\"name\":\"\",\"id\":2,\"count\":100}]",
            "\"qos\":[\"normal\"]")
        // What holds for all of an account together isn't each one's.
        .contains("\"account\":{\"wall_clock\":" + UNLIMITED + "}")
        .doesNotContain("\"count\":4");
    assertThat(show("association", "account=lab"))
        .contains(
            "\"account\":{\"wall_clock\":{\"set\":true,\"infinite\":false,\"number\":90}}",
            "\"total\":[{\"type\":\"gres\",\"name\":\"gpu\",\"id\":1001,\"count\":4}]",
            "\"parent_account\":\"root\"",
            "\"shares_raw\":3");
  }

  @Test
  void qualitiesOfService() throws Exception {
    snapshot.qualities.clear();
    snapshot.qualities.put(
        "high",
        new QualityOfService(
            "high",
            9,
            4,
            "first",
            Set.of(QosFlag.DENY_ON_LIMIT),
            LimitSet.NONE.with(Limit.MAX_WALL, 60).with(ResourceLimit.MIN_PER_JOB, "cpu", 2),
            2.5,
            -1,
            -1,
            List.of("normal"),
            "cancel",
            -1,
            30_000));
    assertThat(show("qos"))
        .startsWith("{\"qos\":[{\"description\":\"first\",\"flags\":[\"DENY_LIMIT\"],\"id\":4")
        .contains(
            "\"grace_time\":30",
            "\"job\":{\"set\":true,\"infinite\":false,\"number\":60}",
            "\"job\":[{\"type\":\"cpu\",\"name\":\"\",\"id\":1,\"count\":2}]",
            "\"preempt\":{\"list\":[\"normal\"],\"mode\":[\"CANCEL\"]",
            "\"priority\":{\"set\":true,\"infinite\":false,\"number\":9}",
            "\"usage_factor\":{\"set\":true,\"infinite\":false,\"number\":2.5}");
  }

  @Test
  void resourcesAndTheCluster() throws Exception {
    assertThat(show("tres"))
        .startsWith("{\"TRES\":[{\"type\":\"cpu\",\"name\":\"\",\"id\":1,\"count\":0}")
        .contains("{\"type\":\"gres\",\"name\":\"gpu\",\"id\":1001,\"count\":0}");
    assertThat(show("cluster"))
        .startsWith("{\"clusters\":[{\"controller\":{\"host\":")
        .contains("\"name\":\"peer\"", "\"root\":{\"account\":\"root\"");
    assertThat(show("cluster", "other")).startsWith("{\"clusters\":[]");
  }

  @Test
  void shares() throws Exception {
    assertThat(run("sshare", 0, "--json", "-a"))
        .startsWith("{\"shares\":{\"shares\":[{\"id\":1,\"cluster\":\"peer\",\"name\":\"root\"")
        .contains(
            "\"name\":\"ada\",\"parent\":\"lab\"",
            "\"shares\":{\"set\":true,\"infinite\":false,\"number\":3}",
            "\"usage_normalized\":{\"set\":true,\"infinite\":false,\"number\":1.0}",
            "\"usage\":40",
            "\"type\":[\"USER\"]",
            "\"total_shares\":3");
    assertThat(run("sshare", 0, "--yaml", "-A", "lab", "-a")).startsWith("---\nshares:\n");
  }

  /** As in the tables: what an ordinary user may not see isn't in the data either. */
  @Test
  void whatIsPrivateStaysSo() throws Exception {
    snapshot.definition = PeerModel.definition(Map.of("ClusterName", "peer", "PrivateData", "all"));
    int other = 4242;
    assertThat(run("sacctmgr", other, "--json", "show", "user")).startsWith("{\"users\":[]");
    assertThat(run("sacctmgr", other, "--json", "show", "account")).startsWith("{\"accounts\":[]");
    assertThat(run("sacctmgr", other, "--json", "show", "assoc")).doesNotContain("ada");
    assertThat(run("sshare", other, "--json", "-a")).doesNotContain("ada");
    assertThat(run("sacctmgr", other, "--json", "show", "cluster")).contains("\"nodes\":\"\"");
    assertThat(run("sacctmgr", 0, "--json", "show", "cluster")).contains("\"nodes\":\"n");
    snapshot.definition =
        PeerModel.definition(Map.of("ClusterName", "peer", "PrivateData", "users"));
    assertThat(run("sacctmgr", other, "--json", "show", "account", "lab"))
        .contains("\"name\":\"lab\"", "\"coordinators\":[]");
  }
}
