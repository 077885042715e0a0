package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Tres;
import org.headrace.api.accounting.AccountingRecord.NodeChanged;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.JobUse;
import org.headrace.commands.internal.sreport.SreportCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.query.History;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Reports beside those of a Slurm 22.05 on which the same jobs had run within one hour. */
class SreportTest {
  private static final double SECOND = 1000;

  private final QuerySnapshot snapshot = PeerModel.snapshot();
  private final List<NodeChanged> changes = new ArrayList<>();
  private final List<JobUse> uses = new ArrayList<>();
  private long from;
  private long to;

  private final History history =
      new History() {
        @Override
        public List<JobHistory> jobs(JobQuery query) {
          return List.of();
        }

        @Override
        public List<NodeChanged> nodeEvents(long begin, long end) {
          return changes;
        }

        @Override
        public List<JobUse> use(long begin, long end) {
          from = begin;
          to = end;
          return begin >= PeerModel.at("2026-11-27T12:00:00Z") ? uses : List.of();
        }
      };

  @BeforeEach
  void peer() {
    snapshot.nodes.remove("n3");
    snapshot.nodes.remove("n4");
    List<Account> accounts = new ArrayList<>(Accounts.INITIAL.accounts());
    List<Association> associations = new ArrayList<>(Accounts.INITIAL.associations());
    long id = 10;
    for (String[] one :
        new String[][] {
          {"sci", "root"}, {"phys", "sci"}, {"chem", "sci"}, {"hum", "root"}, {"none", "root"}
        }) {
      accounts.add(new Account(one[0], one[0], one[0], List.of()));
      associations.add(Association.of(one[0], one[1]).withId(id++));
    }
    List<AccountUser> users = new ArrayList<>(Accounts.INITIAL.users());
    for (String[] one :
        new String[][] {
          {"games", "phys"}, {"games", "chem"}, {"root", "phys"}, {"nobody", "hum"}
        }) {
      associations.add(Association.of(one[1], one[0], "").withId(id++));
    }
    snapshot.accounts =
        new Accounts(2, Tres.COMMON.with(List.of("gres/gpu")), accounts, users, associations);
    job("root", "phys", 4, 400, 1, 0, 40, 1);
    job("root", "phys", 60, 6000, 1, 0, 40, 1);
    job("games", "chem", 1, 100, 1, 0, 40, 1);
    job("games", "phys", 2, 1000, 1, 0, 40, 1);
    job("nobody", "hum", 3, 300, 1, 2, 40, 1);
    job("games", "chem", 90, 9000, 2, 0, 30, 54);
    job("games", "phys", 2, 200, 2, 0, 30, 85);
    job("root", "phys", 100, 10_000, 2, 0, 53, 1);
    job("root", "phys", 100, 10_000, 2, 0, 61, 45);
  }

  private void job(
      String user, String account, int cpus, long memory, int nodes, int gpus, double s, double w) {
    double ran = s * SECOND;
    uses.add(
        new JobUse(
            user,
            account,
            "",
            "main",
            user.equals("root") ? 0 : 60,
            cpus,
            1,
            ran * cpus,
            ran * memory,
            ran * nodes,
            ran * gpus,
            w * SECOND * cpus));
  }

  private FakeInvocation run(int status, String now, FakeInvocation call) throws Exception {
    SreportCommand command =
        new SreportCommand(new QueryControl(snapshot), history, PeerModel.clock(now));
    assertThat(command.run(call)).as(call.outText() + call.errText()).isEqualTo(status);
    return call;
  }

  @TestFactory
  Stream<DynamicTest> printsWhatSlurmPrints() {
    return Golden.cases("sreport.txt").stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.command(),
                    () -> {
                      FakeInvocation call = new FakeInvocation("sreport", golden.arguments()).as(0);
                      run(golden.status(), golden.now(), call);
                      assertThat(call.outText() + call.errText()).isEqualTo(golden.text());
                    }));
  }

  @Test
  void usersSeeTheirOwnWhereUsageIsPrivate() throws Exception {
    snapshot.definition =
        PeerModel.definition(java.util.Map.of("ClusterName", "peer", "PrivateData", "usage"));
    String[] words = {
      "-nP", "user", "top", "start=12:00", "end=13:00", "format=login,account,used"
    };
    String now = "2026-11-27T13:05:00Z";
    assertThat(run(0, now, new FakeInvocation("sreport", words).as(0)).outText().lines())
        .hasSize(4);
    assertThat(run(0, now, new FakeInvocation("sreport", words).as(1001)).outText()).isEmpty();
  }

  @Test
  void whatHasNotPassedYetIsNoTime() throws Exception {
    String[] words = {
      "-nP", "-t", "seconds", "cluster", "util", "start=12:00", "end=14:00", "format=idle,reported"
    };
    String text =
        run(0, "2026-11-27T13:30:00Z", new FakeInvocation("sreport", words).as(0)).outText();
    assertThat(to - from).isEqualTo(90 * 60_000);
    assertThat(text).endsWith("|" + 128 * 90 * 60 + "\n");
  }

  @Test
  void nodesOutOfServiceAreDown() throws Exception {
    long noon = PeerModel.at("2026-11-27T12:00:00Z");
    changes.add(new NodeChanged(1, noon - 60_000, "n1", "DOWN", false, "x", "", 64));
    changes.add(new NodeChanged(2, noon + 60_000, "n1", "UP", true, "", "", 64));
    changes.add(new NodeChanged(3, noon + 3_590_000, "n2", "UP+DRAIN", false, "x", "root", 64));
    changes.add(new NodeChanged(4, noon, "gone", "DOWN", false, "x", "", 64));
    String[] words = {
      "-nP", "-t", "seconds", "cluster", "util", "start=12:00", "end=13:00", "format=down"
    };
    assertThat(run(0, "2026-11-27T13:30:00Z", new FakeInvocation("sreport", words).as(0)).outText())
        .isEqualTo(64 * 70 + "\n");
  }

  @Test
  void linesAreTakenOneAfterTheOther() throws Exception {
    FakeInvocation call =
        new FakeInvocation("sreport", "-n")
            .as(0)
            .input(
                "parsable2\ntime seconds\nuser top start=12:00 end=13:00 topcount=1\n!!\nquit\n");
    assertThat(run(0, "2026-11-27T13:05:00Z", call).outText())
        .isEqualTo(
            "sreport: sreport: sreport: peer|root|root|phys|13960|0\n"
                + "sreport: peer|root|root|phys|13960|0\nsreport: ");
  }

  @Test
  void whatIsNotKeptIsRefused() throws Exception {
    FakeInvocation call = new FakeInvocation("sreport", "reservation", "utilization").as(0);
    assertThat(run(1, "2026-11-27T13:05:00Z", call).errText()).contains("not kept");
    call = new FakeInvocation("sreport", "-T", "gres/gpu", "job", "sizesbyaccount").as(0);
    assertThat(run(1, "2026-11-27T13:05:00Z", call).errText()).contains("CPUs alone");
    call = new FakeInvocation("sreport", "user", "top", "start=nonsense").as(0);
    assertThat(run(1, "2026-11-27T13:05:00Z", call).errText()).contains("nonsense");
  }
}
