package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.api.model.QualityOfService;
import org.headrace.commands.internal.scontrol.Around;
import org.headrace.commands.internal.scontrol.DebugFlags;
import org.headrace.commands.internal.scontrol.ScontrolCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.query.QosUse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code scontrol show assoc_mgr}: texts of a running Slurm 22.05 with these accounts. */
class AccountCacheTest {
  private static final Tres TRES = Tres.COMMON.with(List.of("gres/gpu"));
  private static final long HALF_AN_HOUR = 1_800_000;

  private final QuerySnapshot snapshot = PeerModel.snapshot();

  /** A job of two CPUs and 100 MiB runs, and one like it ran for 23 seconds. */
  @BeforeEach
  void accounts() {
    long[] job = {2, 100, 0, 1, 2};
    Consumption use = Consumption.NONE.submitted(1).running(job, HALF_AN_HOUR, 1).spent(job, 23, 1);
    LimitSet limits =
        LimitSet.NONE
            .with(Limit.GROUP_JOBS, 5)
            .with(Limit.GROUP_SUBMITTED, 9)
            .with(Limit.GROUP_WALL, 100)
            .with(Limit.GROUP_ACCRUING, 4)
            .with(Limit.MAX_JOBS, 3)
            .with(Limit.MAX_ACCRUING, 2)
            .with(Limit.MAX_SUBMITTED, 6)
            .with(Limit.MAX_WALL, 60)
            .with(Limit.MIN_PRIORITY, 5)
            .with(ResourceLimit.GROUP, "cpu", 10)
            .with(ResourceLimit.GROUP, "mem", 1000)
            .with(ResourceLimit.GROUP_MINUTES, "cpu", 1000)
            .with(ResourceLimit.GROUP_RUN_MINUTES, "cpu", 500)
            .with(ResourceLimit.MAX_PER_JOB, "cpu", 4)
            .with(ResourceLimit.MAX_PER_NODE, "cpu", 2)
            .with(ResourceLimit.MAX_MINUTES_PER_JOB, "cpu", 60);
    snapshot.accounts =
        new Accounts(
            1,
            TRES,
            List.of(
                new Account(Account.ROOT, "", "", List.of()),
                new Account("lab", "", "", List.of()),
                new Account("peeracct", "", "", List.of())),
            List.of(
                new AccountUser("bob", "peeracct", AccountUser.Level.NONE),
                new AccountUser("root", "root", AccountUser.Level.ADMINISTRATOR),
                new AccountUser("nobodys", "lab", AccountUser.Level.OPERATOR)),
            List.of(
                Association.of(Account.ROOT, "").withId(1),
                Association.of(Account.ROOT, "root", "").withId(2),
                Association.of("peeracct", Account.ROOT).withId(3),
                Association.of("lab", Account.ROOT).withId(8).withLimits(limits).withPriority(7),
                Association.of("lab", "bob", "").withId(9),
                Association.of("lab", "nobodys", "").withId(10)));
    for (long id : new long[] {1, 8, 9}) {
      snapshot.use.put(id, use);
    }
    LimitSet ofQos =
        LimitSet.NONE
            .with(Limit.GROUP_JOBS, 5)
            .with(Limit.GROUP_ACCRUING, 8)
            .with(Limit.MAX_JOBS, 3)
            .with(Limit.MAX_JOBS_PER_ACCOUNT, 2)
            .with(Limit.MIN_PRIORITY, 3)
            .with(ResourceLimit.MAX_PER_USER, "cpu", 8)
            .with(ResourceLimit.MAX_PER_ACCOUNT, "cpu", 7)
            .with(ResourceLimit.MIN_PER_JOB, "cpu", 1);
    snapshot.qualities.put(
        "hrq",
        new QualityOfService(
            "hrq", 10, 4, "", Set.of(), ofQos, 1, 0, -1, List.of(), "requeue", -1, 0));
    snapshot.qosUse.put(4L, new QosUse(use, Map.of("lab", use), Map.of("bob", use)));
  }

  private String run(int status, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(words[0].equals("-o") ? 1 : 0, List.of("show", "assoc_mgr"));
    FakeInvocation call = new FakeInvocation("scontrol", all.toArray(String[]::new)).as(0);
    int found =
        new ScontrolCommand(
                new Around(
                    new QueryControl(snapshot),
                    null,
                    null,
                    null,
                    null,
                    new DebugFlags(),
                    PeerModel.clock("2026-11-23T06:47:18Z")))
            .run(call);
    assertThat(found).as(call.outText() + call.errText()).isEqualTo(status);
    return call.outText() + call.errText();
  }

  @Test
  void associationsWithWhatTheyUse() throws Exception {
    assertThat(run(0, "accounts=lab", "users=bob", "flags=assoc"))
        .isEqualTo(
            """
            Current Association Manager state

            Association Records

            ClusterName=peer Account=lab UserName= Partition= Priority=7 ID=8
                SharesRaw/Norm/Level/Factor=1/0.33/3/0.00
                UsageRaw/Norm/Efctv=46.00/1.00/1.00
                ParentAccount=root(1) Lft=4 DefAssoc=No
                GrpJobs=5(1) GrpJobsAccrue=4(0)
                GrpSubmitJobs=9(1) GrpWall=100(0.38)
                GrpTRES=cpu=10(2),mem=1000(100),energy=N(0),node=N(1),billing=N(2),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
                GrpTRESMins=cpu=1000(0),mem=N(38),energy=N(0),node=N(0),billing=N(0),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
                GrpTRESRunMins=cpu=500(60),mem=N(3000),energy=N(0),node=N(30),billing=N(60),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
                MaxJobs=3(1) MaxJobsAccrue=2(0) MaxSubmitJobs=6(1) MaxWallPJ=60
                MaxTRESPJ=cpu=4
                MaxTRESPN=cpu=2
                MaxTRESMinsPJ=cpu=60
                MinPrioThresh=5
            ClusterName=peer Account=lab UserName=bob(1001) Partition= Priority=0 ID=9
                SharesRaw/Norm/Level/Factor=1/0.50/2/0.33
                UsageRaw/Norm/Efctv=46.00/1.00/1.00
                ParentAccount= Lft=5 DefAssoc=No
                GrpJobs=N(1) GrpJobsAccrue=N(0)
                GrpSubmitJobs=N(1) GrpWall=N(0.38)
                GrpTRES=cpu=N(2),mem=N(100),energy=N(0),node=N(1),billing=N(2),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
                GrpTRESMins=cpu=N(0),mem=N(38),energy=N(0),node=N(0),billing=N(0),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
                GrpTRESRunMins=cpu=N(60),mem=N(3000),energy=N(0),node=N(30),billing=N(60),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
                MaxJobs=3(1) MaxJobsAccrue=2(0) MaxSubmitJobs=6(1) MaxWallPJ=60
                MaxTRESPJ=cpu=4
                MaxTRESPN=cpu=2
                MaxTRESMinsPJ=cpu=60
                MinPrioThresh=
            """);
  }

  @Test
  void qualitiesOfServiceWithEachAccountAndUser() throws Exception {
    assertThat(run(0, "qos=hrq", "flags=QOS"))
        .isEqualTo(
            """
            Current Association Manager state

            QOS Records

            QOS=hrq(4)
                UsageRaw=46.000000
                GrpJobs=5(1) GrpJobsAccrue=8(0) GrpSubmitJobs=N(1) GrpWall=N(0.38)
                GrpTRES=cpu=N(2),mem=N(100),energy=N(0),node=N(1),billing=N(2),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
                GrpTRESMins=cpu=N(0),mem=N(38),energy=N(0),node=N(0),billing=N(0),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
                GrpTRESRunMins=cpu=N(60),mem=N(3000),energy=N(0),node=N(30),billing=N(60),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
                MaxWallPJ=
                MaxTRESPJ=
                MaxTRESPN=
                MaxTRESMinsPJ=
                MinPrioThresh=3\s
                MinTRESPJ=cpu=1
                PreemptMode=REQUEUE
                Priority=10
                Account Limits
                  lab
                    MaxJobsPA=2(1) MaxJobsAccruePA=N(0) MaxSubmitJobsPA=N(1)
                    MaxTRESPA=cpu=7(2),mem=N(100),energy=N(0),node=N(1),billing=N(2),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
                User Limits
                  1001
                    MaxJobsPU=3(1) MaxJobsAccruePU=N(0) MaxSubmitJobsPU=N(1)
                    MaxTRESPU=cpu=8(2),mem=N(100),energy=N(0),node=N(1),billing=N(2),fs/disk=N(0),vmem=N(0),pages=N(0),gres/gpu=N(0)
            """);
    assertThat(run(0, "qos=normal", "flags=qos"))
        .endsWith(
            """
                Priority=0
                Account Limits
                    No Accounts
                User Limits
                    No Users
            """);
  }

  @Test
  void usersAndWhatIsNotThere() throws Exception {
    assertThat(run(0, "flags=users"))
        .isEqualTo(
            """
            Current Association Manager state

            User Records

            UserName=bob(1001) DefAccount=peeracct DefWckey= AdminLevel=None
            UserName=root(0) DefAccount=root DefWckey= AdminLevel=Administrator
            UserName=nobodys DefAccount=lab DefWckey= AdminLevel=Operator
            """);
    assertThat(run(0, "users=x", "accounts=x", "qos=x"))
        .isEqualTo(
            """
            Current Association Manager state

            No users currently cached in Slurm.


            No associations currently cached in Slurm.


            No QOS currently cached in Slurm.

            """);
    assertThat(run(0, "-o", "users=x", "accounts=x", "qos=hrq"))
        .startsWith(
            """
            Current Association Manager state
            No users currently cached in Slurm.
            No associations currently cached in Slurm.
            QOS Records
            QOS=hrq(4) UsageRaw=46.000000 GrpJobs=5(1) GrpJobsAccrue=8(0) GrpSubmitJobs=N(1)""")
        .contains(" Account Limits= lab={MaxJobsPA=2(1) ", "} User Limits= 1001={MaxJobsPU=3(1) ");
  }

  @Test
  void whatIsNotUnderstood() throws Exception {
    assertThat(run(1, "flags=bla"))
        .isEqualTo("invalid flag 'bla', valid options are 'Assoc, QOS, and/or Users'\n");
    assertThat(run(1, "foo=bla")).isEqualTo("invalid entity: foo=bla for keyword:show assoc_mgr\n");
    assertThat(run(1, "foo")).isEqualTo("No value given for option foo\n");
  }
}
