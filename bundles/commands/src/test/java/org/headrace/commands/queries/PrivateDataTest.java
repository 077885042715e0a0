package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Tres;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.commands.internal.explain.SwhyCommand;
import org.headrace.commands.internal.sacctmgr.SacctmgrCommand;
import org.headrace.commands.internal.scontrol.Around;
import org.headrace.commands.internal.scontrol.DebugFlags;
import org.headrace.commands.internal.scontrol.ScontrolCommand;
import org.headrace.commands.internal.sinfo.SinfoCommand;
import org.headrace.commands.internal.squeue.SqueueCommand;
import org.headrace.commands.internal.sshare.SshareCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.front.UserCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PrivateData: what users see, and who sees more; refusals in the words of a Slurm 22.05. */
class PrivateDataTest {
  private static final Clock CLOCK = PeerModel.clock("2026-11-23T06:46:36Z");
  private static final int OTHER = 1000;

  /** Every job is root's, of the account peeracct; the caller is ada, of the account lab. */
  private static QuerySnapshot keeping(String secrets) {
    QuerySnapshot snapshot =
        new QuerySnapshot(PeerModel.definition(Map.of("PrivateData", secrets)));
    QuerySnapshot model = PeerModel.snapshot();
    snapshot.jobs.putAll(model.jobs);
    snapshot.steps.putAll(model.steps);
    snapshot.nodes.putAll(model.nodes);
    snapshot.accounts = accounts(AccountUser.Level.NONE);
    return snapshot;
  }

  private static Accounts accounts(AccountUser.Level level, String... coordinators) {
    return new Accounts(
        1,
        Tres.COMMON,
        List.of(
            new Account(Account.ROOT, "", "", List.of()),
            new Account("above", "", "", List.of(coordinators)),
            new Account("peeracct", "", "", List.of()),
            new Account("lab", "", "", List.of())),
        List.of(
            new AccountUser("ada", "lab", level),
            new AccountUser("root", "peeracct", AccountUser.Level.ADMINISTRATOR)),
        List.of(
            Association.of(Account.ROOT, "").withId(1),
            Association.of("above", Account.ROOT).withId(2),
            Association.of("peeracct", "above").withId(3),
            Association.of("lab", Account.ROOT).withId(4),
            Association.of("peeracct", "root", "").withId(5),
            Association.of("lab", "ada", "").withId(6)));
  }

  private static String run(QuerySnapshot snapshot, int status, int uid, String line)
      throws Exception {
    List<String> words = List.of(line.split(" "));
    FakeInvocation call =
        new FakeInvocation(words.get(0), words.stream().skip(1).toArray(String[]::new)).as(uid);
    QueryControl control = new QueryControl(snapshot);
    UserCommand command =
        switch (words.get(0)) {
          case "sinfo" -> new SinfoCommand(control, CLOCK);
          case "squeue" -> new SqueueCommand(control, CLOCK);
          case "sshare" -> new SshareCommand(control);
          case "sacctmgr" -> new SacctmgrCommand(control, query -> List.of());
          case "swhy" -> new SwhyCommand(control, CLOCK);
          default ->
              new ScontrolCommand(
                  new Around(control, null, null, null, null, new DebugFlags(), CLOCK));
        };
    assertThat(command.run(call)).as(call.outText() + call.errText()).isEqualTo(status);
    return call.outText() + call.errText();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sinfo", "sinfo -N", "sinfo -R", "sinfo -s", "sinfo --json"})
  void sinfoIsRefusedWhereNodesOrPartitionsArePrivate(String line) throws Exception {
    assertThat(run(keeping("nodes"), 1, OTHER, line))
        .isEqualTo("slurm_load_node: Access/permission denied\n");
    assertThat(run(keeping("partitions"), 1, OTHER, line))
        .isEqualTo("slurm_load_partitions: Access/permission denied\n");
    assertThat(run(keeping("nodes,partitions"), 0, 0, line)).isNotEmpty().doesNotContain("denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"show node", "show node n1", "show node nix", "--json show node n1"})
  void scontrolShowsNoNodeWhereTheyArePrivate(String words) throws Exception {
    assertThat(run(keeping("jobs,nodes"), 1, OTHER, "scontrol " + words))
        .isEqualTo("slurm_load_node error: Access/permission denied\n");
    assertThat(run(keeping("partitions"), 1, OTHER, "scontrol " + words))
        .isEqualTo("slurm_load_partitions error: Access/permission denied\n");
  }

  @Test
  void scontrolShowsNoPartitionWhereTheyArePrivate() throws Exception {
    for (String words : List.of("show partition", "show partition main")) {
      assertThat(run(keeping("partitions"), 1, OTHER, "scontrol " + words))
          .isEqualTo("slurm_load_partitions error: Access/permission denied\n");
      assertThat(run(keeping("nodes"), 0, OTHER, "scontrol " + words)).contains("main");
    }
    QuerySnapshot operated = keeping("all");
    operated.accounts = accounts(AccountUser.Level.OPERATOR);
    assertThat(run(operated, 0, OTHER, "scontrol show node n1")).contains("NodeName=n1");
  }

  @Test
  void jobsAndStepsOfOthersAreForCoordinatorsOfTheirAccountsToo() throws Exception {
    QuerySnapshot snapshot = keeping("jobs");
    long running = snapshot.steps.keySet().iterator().next();
    List<String> lines =
        List.of(
            "squeue -h -t all",
            "squeue -h -s",
            "squeue -h -s " + running + ".0",
            "scontrol -o show job",
            "scontrol show step");
    for (String line : lines) {
      assertThat(run(snapshot, 0, OTHER, line)).as(line).doesNotContain("main", "StepId=");
    }
    assertThat(run(snapshot, 1, OTHER, "scontrol show job " + running))
        .isEqualTo("slurm_load_jobs error: Invalid job id specified\n");
    assertThat(run(snapshot, 1, OTHER, "scontrol show step " + running))
        .isEqualTo("slurm_get_job_steps error: Invalid job id specified\n");
    snapshot.accounts = accounts(AccountUser.Level.NONE, "ada");
    for (String line : lines) {
      assertThat(run(snapshot, 0, OTHER, line)).as(line).containsAnyOf("main", "StepId=");
    }
  }

  @Test
  void whoIsAheadIsCountedAndNotNamed() throws Exception {
    QuerySnapshot snapshot = keeping("jobs");
    long last = 0;
    for (long id : snapshot.jobs.keySet()) {
      boolean behind = run(snapshot, 0, 0, "swhy " + id).contains(" of root, priority");
      last = behind ? id : last;
    }
    snapshot.jobs.computeIfPresent(last, (id, job) -> job.withSpec(ownedByAda(job.spec())));
    String text = run(snapshot, 0, OTHER, "swhy " + last);
    assertThat(text).containsPattern("Ahead in the queue: [1-9]").doesNotContain(" of root");
    assertThat(run(snapshot, 0, 0, "swhy " + last)).contains(" of root, priority");
    assertThat(run(snapshot, 1, OTHER, "swhy 2")).contains("Invalid job id specified: 2");
  }

  private static JobSpec ownedByAda(JobSpec spec) {
    return new JobSpec(
        spec.name(),
        new Owner(OTHER, OTHER, "ada", "users"),
        spec.charge(),
        spec.partitions(),
        spec.reservation(),
        spec.request(),
        spec.timing(),
        spec.array(),
        spec.dependency(),
        spec.execution(),
        spec.attributes(),
        spec.component());
  }

  private static ReservationDefinition reservation(
      String name, Admission users, Admission accounts) {
    return new ReservationDefinition(
        1, name, 1_000, 2_000, List.of("n1"), "", users, accounts, Set.of());
  }

  @Test
  void reservationsAreShownToThoseWhoMayUseThem() throws Exception {
    QuerySnapshot snapshot = keeping("reservations");
    Admission all = Admission.ALL;
    snapshot.reservations.add(reservation("mine", new Admission(List.of("ada"), false), all));
    snapshot.reservations.add(reservation("roots", new Admission(List.of("root"), false), all));
    snapshot.reservations.add(reservation("labs", all, new Admission(List.of("lab"), false)));
    snapshot.reservations.add(reservation("peers", all, new Admission(List.of("peeracct"), false)));
    snapshot.reservations.add(reservation("notme", new Admission(List.of("ada"), true), all));
    for (String line : List.of("scontrol -o show res", "sinfo -T")) {
      assertThat(run(snapshot, 0, OTHER, line))
          .contains("mine", "labs")
          .doesNotContain("roots", "peers", "notme");
      assertThat(run(snapshot, 0, 0, line)).contains("roots", "peers", "notme");
    }
    assertThat(run(snapshot, 1, OTHER, "scontrol show res roots"))
        .isEqualTo("Reservation roots not found\n");
  }

  @Test
  void useIsShownOfOneselfAndOfAccountsThatOneCoordinates() throws Exception {
    QuerySnapshot snapshot = keeping("usage");
    assertThat(run(snapshot, 0, OTHER, "sshare -a -n -P -o account,user")).isEqualTo("lab|ada\n");
    snapshot.accounts = accounts(AccountUser.Level.NONE, "ada");
    assertThat(run(snapshot, 0, OTHER, "sshare -a -n -P -o account,user"))
        .isEqualTo("above|\n peeracct|\n  peeracct|root\nlab|ada\n");
  }

  @Test
  void usersAndAccountsOfOthersAreNotListed() throws Exception {
    QuerySnapshot snapshot = keeping("users,accounts");
    assertThat(run(snapshot, 0, OTHER, "sacctmgr -n -P show user format=user")).isEqualTo("ada\n");
    assertThat(run(snapshot, 0, OTHER, "sacctmgr -n -P show account format=account")).isEmpty();
    assertThat(run(snapshot, 0, OTHER, "sacctmgr -n -P show assoc format=account,user"))
        .isEqualTo("lab|ada\n");
    snapshot.accounts = accounts(AccountUser.Level.NONE, "ada");
    assertThat(run(snapshot, 0, OTHER, "sacctmgr -n -P show user format=user")).isEqualTo("ada\n");
    assertThat(run(snapshot, 0, OTHER, "sacctmgr -n -P show account format=account"))
        .isEqualTo("above\npeeracct\n");
    assertThat(run(snapshot, 0, OTHER, "sacctmgr -n -P show assoc format=account,user"))
        .contains("peeracct|root\n", "lab|ada\n")
        .doesNotContain("root|\n");
    assertThat(run(snapshot, 0, 0, "sacctmgr -n -P show user format=user"))
        .isEqualTo("ada\nroot\n");
  }
}
