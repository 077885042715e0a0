package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.headrace.api.job.Job;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.Reason;
import org.headrace.commands.internal.scontrol.Around;
import org.headrace.commands.internal.scontrol.DebugFlags;
import org.headrace.commands.internal.scontrol.ScontrolCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.MemberProbe;
import org.headrace.control.Verbosity;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ControllerMember;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.control.plugin.Plugins;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What scontrol prints, compared with a Slurm, and what it tells the controller. */
class ScontrolTest {
  private static final String NOW = "2026-11-23T06:47:18Z";
  private final QueryControl control = new QueryControl(PeerModel.snapshot());

  private record Listed(List<PluginStatus> list) implements Plugins {
    @Override
    public void choose(String kind, String name) {}

    @Override
    public void shadow(String kind, String name) {}

    @Override
    public List<String> shadowReport(String kind) {
      return List.of();
    }
  }

  private static final Plugins PLUGINS =
      new Listed(
          List.of(
              new PluginStatus(
                  "select",
                  "cons_tres",
                  "0.1.0",
                  PluginStatus.State.ACTIVE,
                  12,
                  34,
                  56,
                  1,
                  "slow")));

  private static final MemberProbe PROBE =
      member ->
          switch (member.name()) {
            case "a" -> MemberProbe.State.FOLLOWS;
            case "b" -> {
              assertThat(member).isEqualTo(new ControllerMember("b", "127.0.0.2", 7000));
              yield MemberProbe.State.SILENT;
            }
            case "c" -> MemberProbe.State.LEADS;
            default -> MemberProbe.State.CATCHES_UP;
          };

  /** A log at a level. */
  private static final class Loudness implements Verbosity {
    private Level level = Level.INFO;

    @Override
    public Level level() {
      return level;
    }

    @Override
    public void level(Level wanted) {
      level = wanted;
    }
  }

  private final Loudness loudness = new Loudness();

  private FakeInvocation run(int status, String... words) throws Exception {
    return run(status, new FakeInvocation("scontrol", words).as(0), NOW);
  }

  private FakeInvocation run(int status, FakeInvocation call, String now) throws Exception {
    int found =
        new ScontrolCommand(
                new Around(
                    control,
                    PLUGINS,
                    PROBE,
                    loudness,
                    null,
                    new DebugFlags(),
                    PeerModel.clock(now)))
            .run(call);
    assertThat(found).as(call.errText()).isEqualTo(status);
    return call;
  }

  private static Outcome refuse(Command command) {
    boolean unknown = command.toString().contains("jobId=99999");
    return unknown ? new Outcome.Rejected(ErrorCode.INVALID_JOB_ID, "") : Outcome.DONE;
  }

  @TestFactory
  Stream<DynamicTest> printsWhatSlurmPrints() {
    return Golden.cases("scontrol.txt").stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.command(),
                    () -> {
                      control.answers = ScontrolTest::refuse;
                      FakeInvocation call =
                          new FakeInvocation("scontrol", golden.arguments()).as(0);
                      run(golden.status(), call, golden.now());
                      assertThat(call.outText() + call.errText()).isEqualTo(golden.text());
                    }));
  }

  @Test
  void oneLineForEachRecord() throws Exception {
    String line = run(0, "-o", "show", "job", "13").outText();
    assertThat(line)
        .startsWith("JobId=13 JobName=alloc UserId=root(0) GroupId=root(0) MCS_label=N/A Priority=")
        .endsWith(" WorkDir=/tmp \n")
        .hasLineCount(1);
  }

  @Test
  void configurationIsInTheUsualOrder() throws Exception {
    String text = run(0, "show", "config").outText();
    assertThat(text)
        .startsWith("Configuration data as of 2026-11-23T06:47:18\n")
        .contains(
            "\nClusterName             = peer\n", "\nSlurmctldHost[0]        = vm(127.0.0.1)\n")
        .endsWith("\n\nSlurmctld(primary) at vm is UP\n");
    assertThat(text.indexOf("AccountingStorageType")).isLessThan(text.indexOf("ClusterName"));
  }

  @Test
  void everyControllerIsPinged() throws Exception {
    assertThat(run(0, "ping").outText()).isEqualTo("Slurmctld(primary) at vm is UP\n");
    assertThat(ping("a(127.0.0.1),b(127.0.0.2),c,d,e"))
        .isEqualTo(
            "Slurmctld(primary) at a is UP\n"
                + "Slurmctld(backup1) at b is DOWN\n"
                + "Slurmctld(backup2) at c is UP\n"
                + "Slurmctld(backup3) at d is UP\n"
                + "Slurmctld(backup4) at e is UP\n"
                + "c leads\nd is catching up\ne is catching up\n"
                + "*****************************************\n"
                + "** RESTORE SLURMCTLD DAEMON TO SERVICE **\n"
                + "*****************************************\n");
  }

  private String ping(String hosts) throws Exception {
    QuerySnapshot snapshot =
        new QuerySnapshot(
            PeerModel.definition(
                Map.of(
                    "ClusterName", "peer", "SlurmctldHost", hosts, "SlurmctldPort", "7000-7010")));
    FakeInvocation call = new FakeInvocation("scontrol", "ping").as(0);
    QueryControl other = new QueryControl(snapshot);
    new ScontrolCommand(
            new Around(
                other, PLUGINS, PROBE, loudness, null, new DebugFlags(), PeerModel.clock(NOW)))
        .run(call);
    return call.outText();
  }

  @Test
  void jobsAreChanged() throws Exception {
    run(
        0,
        "update",
        "JobId=3",
        "Name=x",
        "TimeLimit=+10",
        "Nice=5",
        "NumNodes=2-4",
        "MinMemoryNode=2G",
        "QOS=high",
        "StdOut=o",
        "Comment=hi there",
        "Dependency=afterok:1",
        "ArrayTaskThrottle=7",
        "Gres=gpu:tesla:2",
        "ExcNodeList=n[1-2]");
    Command.UpdateJob update = (Command.UpdateJob) control.commands.get(0);
    assertThat(update.target()).isEqualTo(JobTarget.of(3));
    assertThat(update.changes())
        .contains(
            new JobChange.Name("x"),
            new JobChange.Nice(5),
            new JobChange.ArrayThrottle(7),
            new JobChange.Attribute("Comment", "hi there"),
            new JobChange.Files(null, "o", null))
        .anyMatch(
            change ->
                change instanceof JobChange.Request request
                    && request.request().maxNodes() == 4
                    && request.request().memory().mebibytes() == 2048
                    && request.request().gres().get(0).type().equals("tesla")
                    && request.request().nodes().excluded().equals(List.of("n1", "n2")))
        .anyMatch(
            change -> change instanceof JobChange.ChargeTo to && to.charge().qos().equals("high"));
  }

  @Test
  void malformedFeaturesOfAJobAreRefused() throws Exception {
    assertThat(run(1, "update", "JobId=3", "Features=a&(b").errText())
        .contains("character 3: '(' is never closed by ')'");
    assertThat(control.commands).isEmpty();
  }

  @Test
  void timeLimitsAreAddedTo() throws Exception {
    run(0, "update", "job", "1", "timelimit+=30");
    run(0, "update", "jobid=1", "timelimit=-10");
    assertThat(control.commands)
        .extracting(command -> ((Command.UpdateJob) command).changes().get(0))
        .containsExactly(
            new JobChange.TimeLimit(90 * PeerModel.MINUTE),
            new JobChange.TimeLimit(50 * PeerModel.MINUTE));
  }

  @Test
  void nodesAndPartitionsAreChanged() throws Exception {
    run(0, "update", "NodeName=n[1-2]", "State=DRAIN", "Reason=bad disk", "Weight=7");
    run(0, "update", "PartitionName=main", "state=down", "maxtime=60");
    assertThat(control.commands)
        .containsExactly(
            new Command.UpdateNodes(List.of("n1", "n2"), Command.NodeChange.DRAIN, "bad disk"),
            new Command.AdjustNodes(List.of("n1", "n2"), 7, null, null),
            new Command.UpdatePartition("main", Map.of("State", "DOWN", "MaxTime", "60")));
  }

  @Test
  void aSuspendedJobSaysSinceWhenAndWhatItRanBefore() throws Exception {
    assertThat(run(0, "show", "job", "6").outText())
        .contains("   RunTime=00:00:09 TimeLimit=UNLIMITED TimeMin=N/A\n")
        .contains("   SuspendTime=2026-11-23T06:46:36 SecsPreSuspend=9 LastSchedEval=");
  }

  @Test
  void theLevelOfTheLogIsTheAdministratorsAndShown() throws Exception {
    FakeInvocation stranger = new FakeInvocation("scontrol", "setdebug", "debug").as(4242);
    run(1, stranger, NOW);
    assertThat(stranger.errText()).isEqualTo("slurm_set_debug_level error: Permission denied\n");
    assertThat(run(0, "show", "config").outText()).contains("SlurmctldDebug          = info\n");
    run(0, "setdebug", "7");
    assertThat(loudness.level()).isEqualTo(Verbosity.Level.TRACE);
    assertThat(run(0, "show", "config").outText()).contains("SlurmctldDebug          = debug3\n");
    run(0, "setdebug", "Info");
    assertThat(loudness.level()).isEqualTo(Verbosity.Level.INFO);
  }

  @Test
  void whoMayNotIsToldSo() throws Exception {
    control.answers = command -> new Outcome.Rejected(ErrorCode.ACCESS_DENIED, "");
    String[][] cases = {
      {"update jobid=1 nice=5", "Invalid user id for job 1\n"},
      {"hold 1", "Invalid user id for job 1\nslurm_suspend error: Invalid user id\n"},
      {"release 1", "Invalid user id for job 1\nslurm_suspend error: Invalid user id\n"},
      {"requeue 1", "Access/permission denied for job 1\n"},
      {"suspend 1", "Access/permission denied for job 1\n"},
      {"update nodename=n1 state=idle", "slurm_update error: Invalid user id\n"},
      {"update partitionname=main state=up", "slurm_update error: Invalid user id\n"},
      {"notify 1 hello", "job notify failure: Invalid user id\n"},
      {"write batch_script 1 -", "job script retrieval failed: Invalid user id\n"},
    };
    for (String[] one : cases) {
      FakeInvocation call = new FakeInvocation("scontrol", one[0].split(" ")).as(1001);
      run(1, call, NOW);
      assertThat(call.outText() + call.errText()).as(one[0]).isEqualTo(one[1]);
    }
    FakeInvocation own = new FakeInvocation("scontrol", "update", "jobid=1", "nice=-5").as(0);
    run(1, own, NOW);
    assertThat(own.outText() + own.errText()).isEqualTo("Access/permission denied for job 1\n");
  }

  @Test
  void wordsThatAreTooManyOrUnknownAreRefused() throws Exception {
    String[][] cases = {
      {"show job 1 extra", "too many arguments for keyword:show\n"},
      {"show job 2_99", "Job 2_99 not found\n"},
      {"show step 1.9", "Job step 1.9 not found\n"},
      {"show step 99999.9", "slurm_get_job_steps error: Invalid job id specified\n"},
      {"wait_job 99999", "scontrol: Problem running job 99999\n"},
      {"wait_job x", "Invalid job_id x\n"},
      {"errnumstr", "one arguments required for keyword:errnumstr\n"},
    };
    for (String[] one : cases) {
      FakeInvocation call = run(1, one[0].split(" "));
      assertThat(call.outText() + call.errText()).as(one[0]).isEqualTo(one[1]);
    }
  }

  @Test
  void tasksOfAnArrayAreShownAlone() throws Exception {
    String shown = run(0, "-o", "show", "job", "2_[1,4]").outText();
    assertThat(shown.lines().filter(line -> line.startsWith("JobId=")))
        .hasSize(2)
        .noneMatch(line -> line.contains("ArrayTaskId=2 "));
  }

  @Test
  void partitionsAreChangedInSlurmsWords() throws Exception {
    String[][] cases = {
      {"nodes=n[1-2]", "Nodes=n1,n2"},
      {"nodes=-n[2-4]", "Nodes=n1"},
      {"maxtime=1-0", "MaxTime=1440"},
      {"maxtime=infinite", "MaxTime=UNLIMITED"},
      {"defaulttime=1:30:00", "DefaultTime=90"},
      {"defaulttime=none", "DefaultTime=NONE"},
      {"overtimelimit=5", "OverTimeLimit=5"},
      {"lln=yes", "LLN=YES"},
      {"hidden=no", "Hidden=NO"},
      {"oversubscribe=force", "OverSubscribe=FORCE:4"},
      {"shared=exclusive", "OverSubscribe=EXCLUSIVE"},
      {"preemptmode=gang,suspend", "PreemptMode=GANG,SUSPEND"},
      {"maxnodes=unlimited", "MaxNodes=UNLIMITED"},
      {"defmempercpu=100", "DefMemPerCPU=100"},
      {"allocnodes=all", "AllocNodes=ALL"},
      {"qos=normal", "QOS=normal"},
      {"priority=2", "PriorityJobFactor=2"},
      {"state=drain", "State=DRAIN"},
    };
    for (String[] one : cases) {
      control.commands.clear();
      run(0, "update", "partitionname=main", one[0]);
      String[] words = one[1].split("=");
      assertThat(control.commands)
          .as(one[0])
          .containsExactly(new Command.UpdatePartition("main", Map.of(words[0], words[1])));
    }
    control.commands.clear();
    String[][] wrong = {
      {"hidden=x", "Invalid input: hidden=x\nscontrol: error: Acceptable Hidden values are"},
      {"state=x", "Invalid input: state=x\nscontrol: error: Acceptable State values are UP"},
      {"maxtime=x", "Invalid input maxtime=x\n"},
      {"maxnodes=x", "Invalid numeric value \"x\" for MaxNodes.\n"},
      {"prioritytier=99999", "Invalid PriorityTier value: 99999\n"},
      {"gracetime=x", "Invalid GraceTime value: x\n"},
      {"oversubscribe=x", "Invalid input: oversubscribe=x\n"},
      {"preemptmode=x", "Invalid input: preemptmode=x\n"},
      {"nodes=n9", "no node n9 in this cluster\n"},
      {"nodes=n[1", "'[' is never closed"},
      {"jobdefaults=x", "Update of this parameter is not supported: jobdefaults=x\n"},
    };
    for (String[] one : wrong) {
      FakeInvocation call = run(1, "update", "partitionname=main", one[0]);
      assertThat(call.outText() + call.errText()).as(one[0]).contains("error: ", one[1]);
    }
    assertThat(control.commands).isEmpty();
  }

  @Test
  void jobsAreChangedByName() throws Exception {
    run(0, "update", "jobname=run1", "nice=7");
    Command.UpdateJob update = (Command.UpdateJob) control.commands.get(0);
    assertThat(update.target()).isEqualTo(JobTarget.of(1));
  }

  @Test
  void anAdministratorGivesAJobASiteFactor() throws Exception {
    run(0, "update", "jobid=1", "SiteFactor=-500");
    assertThat(((Command.UpdateJob) control.commands.get(0)).changes())
        .containsExactly(new JobChange.SiteFactor(-500));
    FakeInvocation far = run(1, "update", "jobid=1", "sitefactor=3000000000");
    assertThat(far.outText() + far.errText())
        .contains("SiteFactor value out of range (+/- 2147483645)");
  }

  @Test
  void theAgeOfAJobIsResetByAWordWithoutAValue() throws Exception {
    run(0, "update", "jobid=1", "resetaccruetime", "nice=5");
    assertThat(((Command.UpdateJob) control.commands.get(0)).changes())
        .containsExactly(new JobChange.AccrualReset(), new JobChange.Nice(5));
    assertThat(run(1, "update", "jobid=1", "ResetAccrueTime=1").errText())
        .contains("Update of this parameter is not supported: ResetAccrueTime=1")
        .contains("Request aborted");
  }

  @Test
  void whatIsNotThereIsSaidOnStandardOutput() throws Exception {
    assertThat(run(1, "show", "node", "nx").outText()).isEqualTo("Node nx not found\n");
    assertThat(run(1, "show", "partition", "px").outText()).isEqualTo("Partition px not found\n");
  }

  @Test
  void theConfigurationIsCopiedToAFileOfTheUser() throws Exception {
    FakeInvocation call = new FakeInvocation("scontrol", "write", "config", "/tmp/wc").as(0);
    call.endChild(0);
    run(0, call, NOW);
    String file = "/tmp/wc.2026-11-23T06:47:18";
    assertThat(call.outText()).isEqualTo("Slurm config saved to " + file + "\n");
    assertThat(call.childArguments()).endsWith(file);
    assertThat(call.childArguments().get(4))
        .startsWith("Configuration data as of 2026-11-23T06:47:18\n")
        .contains("\nClusterName             = ");
  }

  @Test
  void jobsAreHeldAndLetGo() throws Exception {
    run(0, "hold", "3,4", "2_[3-5]");
    run(0, "release", "name=held");
    run(0, "requeuehold", "1");
    run(0, "suspend", "1");
    assertThat(control.commands)
        .hasSize(6)
        .contains(
            new Command.HoldJob(JobTarget.of(4), false),
            new Command.ReleaseJob(JobTarget.of(3)),
            new Command.RequeueJob(JobTarget.of(1), true),
            new Command.SuspendJob(JobTarget.of(1), false));
    run(0, new FakeInvocation("scontrol", "hold", "3").as(1000), NOW);
    assertThat(control.commands.get(6)).isEqualTo(new Command.HoldJob(JobTarget.of(3), true));
    assertThat(control.actors.get(6).uid()).isEqualTo(1000);
  }

  @Test
  void jobsGoBeforeTheOthersOfTheirUser() throws Exception {
    run(0, "top", "14,15");
    assertThat(control.commands)
        .contains(
            new Command.UpdateJob(JobTarget.of(14), List.of(new JobChange.Nice(10126 - 10380))))
        .doesNotHaveDuplicates()
        .noneMatch(command -> command.toString().contains("jobId=3,"));
    control.commands.clear();
    assertThat(run(1, "top").errText()).isEqualTo("too few arguments for keyword:top\n");
    assertThat(run(1, "top", "4", "8").errText()).isEqualTo("too many arguments for keyword:top\n");
    assertThat(run(1, "top", "4,99").errText())
        .isEqualTo("Invalid job id specified for job 4,99\n");
    assertThat(run(1, "top", "3").errText())
        .isEqualTo("Job is in held state, pending scheduler release for job 3\n");
    assertThat(run(1, "top", "1").errText())
        .isEqualTo("Job is no longer pending execution for job 1\n");
    FakeInvocation user = new FakeInvocation("scontrol", "top", "4").as(1000);
    assertThat(run(1, user, NOW).errText()).isEqualTo("Access/permission denied for job 4\n");
    assertThat(control.commands).isEmpty();
  }

  @Test
  void usersHaveTheirOwnJobsGoFirstWhereTheyMay() throws Exception {
    ClusterDefinition plain = control.snapshot.definition;
    Map<String, String> settings = new TreeMap<>(plain.settings());
    settings.put("SchedulerParameters", "bf_licenses,enable_user_top");
    control.snapshot.definition = plain.withSettings(settings);
    int owner = control.snapshot.jobs.get(14L).spec().owner().uid();
    FakeInvocation other = new FakeInvocation("scontrol", "top", "14").as(owner + 4711);
    assertThat(run(1, other, NOW).errText()).isEqualTo("Access/permission denied for job 14\n");
    run(0, new FakeInvocation("scontrol", "top", "14").as(owner), NOW);
    assertThat(control.commands).hasSizeGreaterThan(1);
    assertThat(((Command.UpdateJob) control.commands.get(control.commands.size() - 1)).target())
        .as("what it gains others have lost before")
        .isEqualTo(JobTarget.of(14));
  }

  @Test
  void aJobThatWaitsForItsTimeIsRankedByItsNiceValue() throws Exception {
    Job later = control.snapshot.jobs.get(8L);
    control.snapshot.jobs.put(8L, PeerJobs.withPriority(later, 1));
    run(0, "top", "8");
    // As the best of the others, 15 with 10380, were it not for the nice value: nothing to gain.
    assertThat(control.commands)
        .contains(new Command.UpdateJob(JobTarget.of(15), List.of(new JobChange.Nice(1))))
        .noneMatch(command -> command.toString().contains("jobId=8,"));
  }

  @Test
  void whoAsksForDataIsNotGivenText() throws Exception {
    for (String entity : List.of("config", "topology", "daemons")) {
      FakeInvocation call = run(1, "show", entity, "--json");
      assertThat(call.outText()).isEmpty();
      assertThat(call.errText()).contains("show " + entity + " is offered as text only");
    }
    assertThat(run(0, "show", "nodes", "--json").outText()).startsWith("{");
  }

  @Test
  void rejectionsSayWhy() throws Exception {
    control.answers = command -> new Outcome.Rejected(ErrorCode.ACCESS_DENIED, "job 3 is root's");
    assertThat(run(1, "release", "3").errText())
        .isEqualTo(
            "Access/permission denied for job 3\nscontrol: error: job 3 is root's\n"
                + "slurm_suspend error: Access/permission denied\n");
    control.answers =
        command -> new Outcome.Rejected(ErrorCode.CONFIGURATION_INVALID, "slurm.conf:3: bad");
    assertThat(run(1, "reconfigure").errText())
        .isEqualTo(
            "slurm_reconfigure error: Invalid configuration\n"
                + "scontrol: error: slurm.conf:3: bad\n");
  }

  @Test
  void linesAreReadUntilTheUserLeaves() throws Exception {
    FakeInvocation call =
        new FakeInvocation("scontrol").input("version\nfoo\nshow hostnames 'n[1-2]'\n!!\nquit\n");
    run(1, call.as(0), NOW);
    assertThat(call.outText())
        .isEqualTo(
            "scontrol: version\nslurm 26.05.3\nscontrol: foo\nscontrol: show hostnames 'n[1-2]'\n"
                + "n1\nn2\nscontrol: !!\nn1\nn2\nscontrol: quit\n");
    assertThat(call.errText()).isEqualTo("invalid keyword: foo\n");
  }

  @Test
  void scriptsAreForTheirOwners() throws Exception {
    control.files = new JobFiles("#!/bin/sh\nhostname\n".getBytes(), new byte[0]);
    assertThat(run(0, "write", "batch_script", "1", "-").outText())
        .isEqualTo("#!/bin/sh\nhostname\n");
    FakeInvocation other = new FakeInvocation("scontrol", "write", "batch_script", "1", "-");
    run(1, other.as(1001), NOW);
    assertThat(other.errText()).isEqualTo("job script retrieval failed: Invalid user id\n");
    FakeInvocation file = new FakeInvocation("scontrol", "write", "batch_script", "1");
    file.endChild(0);
    run(0, file.as(0), NOW);
    assertThat(file.childArguments()).endsWith("#!/bin/sh\nhostname\n", "slurm-1.sh");
  }

  @Test
  void pendingJobsAreExplained() throws Exception {
    control.snapshot.blockers.put(
        14L,
        List.of(
            new Blocker(
                Reason.RESOURCES, 3, "fewer than 8 free gpu", PeerModel.at("2026-11-23T14:05:00Z")),
            new Blocker(Reason.REQUIRED_NODE_NOT_AVAILABLE, 1, "drained", Blocker.UNKNOWN)));
    assertThat(run(0, "explain", "job", "14").outText())
        .isEqualTo(
            """
            Job 14 (neverfit) of root in partition main is PENDING
            Reason: ReqNodeNotAvail, UnavailableNodes:n4
            Blockers, of 4 nodes:
              3 nodes: fewer than 8 free gpu until 2026-11-23T14:05:00
              1 nodes: drained
            Ahead in the queue: 4 jobs (priority of this one: 10126)
              15 big2 of root, priority 10380, Resources
              8 later of root, priority 10253, BeginTime
              2_[3-9%2] arr of root, priority 10126, JobArrayTaskLimit
              4 dep of root, priority 10126, Dependency
            Expected start: not known
            Last considered: 2026-11-23T06:46:33
            """);
  }

  @Test
  void pluginsAreListed() throws Exception {
    assertThat(run(0, "show", "plugins").outText())
        .contains("KIND", "select         cons_tres        0.1.0        ACTIVE             12");
  }

  @Test
  void hostileWordsAreRefused() throws Exception {
    run(1, "update", "=x");
    run(1, "update", "JobId=1", "NumNodes=99999999999999999999");
    run(1, "update", "JobId=1", "Nice=abc");
    run(1, "update", "NodeName=n[1-", "State=DOWN", "Reason=x");
    run(1, "show", "job", "1_[0-99999999999]");
    run(1, "show", "hostnames", "n[1-999999999]");
    run(1, "hold", "1,,2_,[");
    assertThat(control.commands).allMatch(command -> command instanceof Command.HoldJob);
    assertThat(run(0, "show", "job", "1", "--json").outText())
        .contains("\"job_id\" : 1", "\"tres_alloc_str\" : \"cpu=8,mem=1000M,node=1,billing=8\"");
  }
}
