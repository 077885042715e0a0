package org.headrace.slurmconf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.headrace.slurmconf.text.SlurmDuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlurmConfTest {
  private static final String HEAD = "ClusterName=c\nSlurmctldHost=h(127.0.0.1)\n";
  private static final String NODE = "NodeName=n1 CPUs=4 RealMemory=1000\n";
  private static final String PARTITION = "PartitionName=p Nodes=ALL Default=YES\n";

  private static ClusterConfiguration accepted(String text) {
    ConfigurationResult result = SlurmConf.parse(text, "slurm.conf");
    if (result instanceof ConfigurationResult.Refused refused) {
      throw new AssertionError(refused.errors());
    }
    return ((ConfigurationResult.Accepted) result).configuration();
  }

  private static List<String> errors(String text) {
    ConfigurationResult result = SlurmConf.parse(text, "slurm.conf");
    assertThat(result).isInstanceOf(ConfigurationResult.Refused.class);
    return ((ConfigurationResult.Refused) result).errors().stream().map(Problem::toString).toList();
  }

  private static List<String> warnings(String text) {
    ConfigurationResult result = SlurmConf.parse(text, "slurm.conf");
    assertThat(result).isInstanceOf(ConfigurationResult.Accepted.class);
    return result.warnings().stream().map(Problem::toString).toList();
  }

  @Test
  void aKindOfMpiThatIsNotServedIsNamed() {
    String conf = "ClusterName=c\nSlurmctldHost=h\nNodeName=n1\nPartitionName=p Nodes=n1\n";
    assertThat(warnings(conf + "MpiDefault=pmi2\n")).isEmpty();
    assertThat(warnings(conf + "MpiDefault=pmix_v4\n")).isEmpty();
    assertThat(warnings(conf + "MpiDefault=lam\n"))
        .containsExactly(
            "slurm.conf:5: warning: MpiDefault: 'lam' is not served; without --mpi=pmi2 steps run"
                + " as with none");
  }

  @Test
  void keysThatChangeNothingYetAreNamed() {
    String conf = "ClusterName=c\nSlurmctldHost=h\nNodeName=n1\nPartitionName=p Nodes=n1\n";
    assertThat(warnings(conf + "PrologSlurmctld=/etc/slurm/start\nRequeueExit=3\nWaitTime=30\n"))
        .containsExactly(
            "slurm.conf:5: warning: PrologSlurmctld has no effect yet",
            "slurm.conf:6: warning: RequeueExit has no effect yet",
            "slurm.conf:7: warning: WaitTime has no effect yet");
    assertThat(
            warnings(
                conf
                    + "WaitTime=0\nMailProg=/bin/mail\nJobCompType=jobcomp/none\nUsePAM=no\n"
                    + "AcctGatherProfileType=acct_gather_profile/none\n"))
        .isEmpty();
  }

  @Test
  void wordsOfSchedulerParametersThatChangeNothingAreNamed() {
    String conf = "ClusterName=c\nSlurmctldHost=h\nNodeName=n1\nPartitionName=p Nodes=n1\n";
    String words = "SchedulerParameters=bf_window=60,defer,bf_window_linear,bf_max_job_usr=3\n";
    assertThat(warnings(conf + words))
        .containsExactly(
            "slurm.conf:5: warning: SchedulerParameters: bf_window_linear has no effect",
            "slurm.conf:5: warning: SchedulerParameters: 'bf_max_job_usr' isn't known and has no"
                + " effect; did you mean bf_max_job_user?");
    assertThat(warnings(conf + words + "SchedulerType=sched/of_others\n")).hasSize(1);
  }

  @Test
  void wordsOfPrologFlagsThatChangeNothingAreNamed() {
    String conf = "ClusterName=c\nSlurmctldHost=h\nNodeName=n1\nPartitionName=p Nodes=n1\n";
    assertThat(warnings(conf + "PrologFlags=alloc,Contain,DeferBatch,Serial\n")).isEmpty();
    assertThat(warnings(conf + "PrologFlags=NoHold,ForceRequeueOnFail\n"))
        .containsExactly(
            "slurm.conf:5: warning: PrologFlags: 'ForceRequeueOnFail' has no effect; those that have one"
                + " are Alloc, Contain, DeferBatch, NoHold, Serial, X11");
    assertThat(errors(conf + "PrologFlags=NoHold,Contain\n"))
        .containsExactly("slurm.conf:5: error: PrologFlags: NoHold and Contain exclude each other");
  }

  @Test
  void readsWhatThePeerReads(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("slurm.conf");
    Files.copy(SlurmConfTest.class.getResourceAsStream("peer-slurm.conf"), file);
    Files.writeString(folder.resolve("gres.conf"), "NodeName=n[1-2] Name=gpu File=/dev/gpu[0-7]\n");
    Files.writeString(
        folder.resolve("topology.conf"), "SwitchName=sn Nodes=n[1-2]\nSwitchName=top Switches=sn");
    ConfigurationResult result = SlurmConf.load(file, "h");
    assertThat(result).isInstanceOf(ConfigurationResult.Accepted.class);
    ClusterConfiguration conf = ((ConfigurationResult.Accepted) result).configuration();
    assertThat(conf.identity().clusterName()).isEqualTo("peer");
    assertThat(conf.identity().controllers().get(0).address()).isEqualTo("127.0.0.1");
    assertThat(conf.nodes()).hasSize(2);
    NodeConfiguration second = conf.nodes().get(1);
    assertThat(second.name()).isEqualTo("n2");
    assertThat(second.port()).isEqualTo(conf.nodes().get(0).port() + 1);
    assertThat(second.gres()).containsExactly(new GresCount("gpu", "", 8, false));
    assertThat(second.cpus()).isEqualTo(8);
    assertThat(conf.gres().entries().get(0).files()).hasSize(8).contains("/dev/gpu7");
    assertThat(conf.partitions().get(0).nodes()).containsExactly("n1", "n2");
    assertThat(conf.topologies().get(0)).isInstanceOf(Topology.Tree.class);
    assertThat(conf.timers().killWait()).isEqualTo(5);
  }

  /** The peer's own plugins differ from ours; these keys are left out of the comparison. */
  @Test
  void showsTheConfigurationAsThePeerDoes() throws IOException {
    String text =
        new String(SlurmConfTest.class.getResourceAsStream("peer-slurm.conf").readAllBytes());
    List<String> expected =
        new String(SlurmConfTest.class.getResourceAsStream("peer-show-config.txt").readAllBytes())
            .lines()
            .toList();
    Map<String, String> runtime =
        Map.of(
            "SlurmUser",
            "root(0)",
            "SlurmdUser",
            "root(0)",
            "MaxNodeCount",
            "2",
            "BOOT_TIME",
            "x",
            "HASH_VAL",
            "x",
            "NEXT_JOB_ID",
            "x",
            "SLURM_CONF",
            "x",
            "SLURM_VERSION",
            "x",
            "MULTIPLE_SLURMD",
            "x");
    Map<String, String> shown = accepted(text).settings().shown(runtime);
    List<String> ours =
        List.of(
            "AccountingStorageType",
            "AuthType",
            "CredType",
            "JobContainerType",
            "JobCompLoc",
            "PluginDir",
            "TreeWidth",
            "HealthCheckTimeout");
    List<String> keys = expected.stream().map(line -> line.split("\\s+= ?")[0]).toList();
    assertThat(shown.keySet().stream().filter(keys::contains).toList())
        .containsExactlyElementsOf(
            keys.stream().filter(key -> !key.equals("JobContainerType")).toList());
    for (String line : expected) {
      String[] cells = line.split("\\s+= ?", 2);
      if (!ours.contains(cells[0]) && !"x".equals(runtime.get(cells[0]))) {
        assertThat(shown.get(cells[0])).as(cells[0]).isEqualTo(cells[1]);
      }
    }
  }

  @Test
  void findsEveryMistakeInOnePass() {
    String text =
        "ClusterName=c\n"
            + "SlurmctldPort=99999\n"
            + "KillWait=soon\n"
            + "StateSaveLocation=relative/path\n"
            + "EnforcePartLimits=MAYBE\n"
            + "NodeName=n[1-3 CPUs=2\n"
            + "NodeName=m1 CPUs=x RealMemory=1Q State=SLEEPING\n"
            + "PartitionName=a Nodes=m1,ghost Default=YES MaxTime=forever\n"
            + "PartitionName=b Nodes=m1 Default=YES\n"
            + "just words\n"
            + "Key=\"open\n";
    List<String> errors = errors(text);
    assertThat(errors)
        .anyMatch(e -> e.startsWith("slurm.conf: error: SlurmctldHost is missing"))
        .anyMatch(e -> e.startsWith("slurm.conf:2: error: SlurmctldPort: '99999'"))
        .anyMatch(e -> e.startsWith("slurm.conf:3: error: KillWait: 'soon'"))
        .anyMatch(e -> e.startsWith("slurm.conf:4: error: StateSaveLocation"))
        .anyMatch(e -> e.startsWith("slurm.conf:5: error: EnforcePartLimits: 'MAYBE'"))
        .anyMatch(e -> e.startsWith("slurm.conf:6: error: NodeName: hostlist"))
        .anyMatch(e -> e.startsWith("slurm.conf:7: error: CPUs: 'x'"))
        .anyMatch(e -> e.startsWith("slurm.conf:7: error: RealMemory"))
        .anyMatch(e -> e.startsWith("slurm.conf:7: error: State: 'SLEEPING'"))
        .anyMatch(e -> e.startsWith("slurm.conf:8: error: Nodes names ghost"))
        .anyMatch(e -> e.startsWith("slurm.conf:8: error: MaxTime"))
        .anyMatch(e -> e.startsWith("slurm.conf:9: error: partition b and a (slurm.conf:8)"))
        .anyMatch(e -> e.startsWith("slurm.conf:10: error: expected Key=Value at 'just"))
        .anyMatch(e -> e.startsWith("slurm.conf:11: error: the value of Key has an opening"));
  }

  @Test
  void unknownAndOldKeysWarn() {
    List<String> warnings =
        warnings(
            HEAD
                + "SlurmUzer=root\nCryptoType=crypto/munge\nCacheGroups=1\nKillWait=1\nkillwait=2\n"
                + "NodeName=n1 CPUz=4\nFrontendName=x\n"
                + PARTITION);
    assertThat(warnings)
        .contains(
            "slurm.conf:3: warning: unknown key 'SlurmUzer' is ignored; did you mean SlurmUser?",
            "slurm.conf:4: warning: CryptoType is deprecated; use CredType",
            "slurm.conf:5: warning: CacheGroups is obsolete and has no effect; remove it",
            "slurm.conf:7: warning: KillWait is already given at slurm.conf:6; the value here"
                + " counts",
            "slurm.conf:8: warning: unknown key 'CPUz' on a NodeName line is ignored; did you mean"
                + " CPUs?",
            "slurm.conf:9: warning: FrontendName is obsolete and has no effect; remove it");
  }

  @Test
  void oldControllerKeysStillWork() {
    ClusterConfiguration conf =
        accepted("ClusterName=C\nControlMachine=a\nControlAddr=1.2.3.4\n" + NODE + PARTITION);
    assertThat(conf.identity().controllers()).containsExactly(new ControllerHost("a", "1.2.3.4"));
    assertThat(conf.identity().clusterName()).isEqualTo("c");
  }

  @Test
  void threeControllersAreMembersInTheOrderOfTheLines() {
    ClusterConfiguration conf =
        accepted(
            "ClusterName=c\nSlurmctldHost=b(10.0.0.2)\nSlurmctldHost=a\nSlurmctldHost=c(10.0.0.3)\n"
                + NODE
                + PARTITION);
    assertThat(conf.identity().controllers())
        .containsExactly(
            new ControllerHost("b", "10.0.0.2"),
            new ControllerHost("a", "a"),
            new ControllerHost("c", "10.0.0.3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SlurmctldHost=b|slurm.conf:3: error: two SlurmctldHost lines|take one, or three",
        "SlurmctldHost=b SlurmctldHost=d SlurmctldHost=e|slurm.conf:5: error: 4 SlurmctldHost"
            + " lines|take an odd number",
        "SlurmctldHost=b SlurmctldHost=h|slurm.conf:4: error: SlurmctldHost: two|the same name",
        "SlurmctldHost=b SlurmctldHost=d(127.0.0.1)|slurm.conf:4: error:|the same address",
        "BackupController=b|slurm.conf:3: error: two SlurmctldHost lines|take one, or three",
      })
  void membersThatCouldNotAgreeAreRefused(String lines, String where, String advice) {
    assertThat(errors(HEAD + lines.replace(' ', '\n') + "\n" + NODE + PARTITION))
        .anyMatch(error -> error.startsWith(where) && error.contains(advice));
  }

  @Test
  void defaultsContinuationsCommentsAndQuotes() {
    ClusterConfiguration conf =
        accepted(
            HEAD
                + "# comment\nPriorityWeightTRES=CPU=1,Mem=2G # rest\n"
                + "nodename=DEFAULT cpus=8 RealMemory=2000 \\\n   Sockets=2 CoresPerSocket=4\n"
                + "NodeName=n[1-2] Reason=\"a # b\" Feature=x,y State=DOWN\n"
                + "NodeName=DEFAULT RealMemory=4G\n"
                + "NodeName=m1 Weight = 7\n"
                + "NodeSet=fast Feature=x\n"
                + "PartitionName=DEFAULT MaxTime=60 State=DRAIN\n"
                + "PartitionName=p Nodes=fast,m1 DefaultTime=5 OverSubscribe=FORCE Priority=9\n"
                + "PartitionName=q Nodes=ALL MaxTime=1-0 Shared=YES:3 TRESBillingWeights=Mem=1G\n"
                + "DownNodes=m1 State=FAIL Reason=\"fan\"\n");
    assertThat(conf.nodes().get(0).reason()).isEqualTo("a # b");
    assertThat(conf.nodes().get(0).sockets()).isEqualTo(2);
    NodeConfiguration m1 = conf.nodes().get(2);
    assertThat(m1.realMemory()).isEqualTo(4096);
    assertThat(m1.cpus()).isEqualTo(8);
    assertThat(m1.weight()).isEqualTo(7);
    assertThat(m1.state()).isEqualTo(NodeState.FAIL);
    assertThat(m1.reason()).isEqualTo("fan");
    PartitionConfiguration p = conf.partitions().get(0);
    assertThat(p.nodes()).containsExactly("n1", "n2", "m1");
    assertThat(p.limits().maxTimeMinutes()).isEqualTo(60);
    assertThat(p.scheduling().overSubscribe()).isEqualTo(OverSubscribe.FORCE);
    assertThat(p.scheduling().maxShare()).isEqualTo(4);
    assertThat(p.scheduling().priorityTier()).isEqualTo(9);
    assertThat(p.state()).isEqualTo(PartitionState.DRAIN);
    PartitionConfiguration q = conf.partitions().get(1);
    assertThat(q.limits().maxTimeMinutes()).isEqualTo(1440);
    assertThat(q.scheduling().maxShare()).isEqualTo(3);
    assertThat(q.scheduling().tresBillingWeights()).isEqualTo("Mem=1G");
    assertThat(conf.priority().weightTres()).containsEntry("cpu", 1.0).containsKey("mem");
    assertThat(conf.timers().slurmdTimeout()).isEqualTo(300);
    assertThat(conf.power().suspendTime()).isEqualTo(SlurmDuration.INFINITE);
  }

  @Test
  void aLongListGoesOnInTheNextLine() {
    ClusterConfiguration conf =
        accepted(
            HEAD
                + NODE
                + "PartitionName=p \\\n  Nodes=ALL \\\nDefault=YES\n"
                + "SchedulerParameters=bf_window=4320,\\\nbf_continue,\\ \nbf_max_job_test=77\n");
    assertThat(conf.scheduling().schedulerParameters())
        .containsEntry("bf_window", "4320")
        .containsEntry("bf_continue", "")
        .containsEntry("bf_max_job_test", "77");
    assertThat(conf.partitions().get(0).nodes()).containsExactly("n1");
  }

  /** As files of older releases have it. */
  @Test
  void noTimeIsAnInfiniteOne() {
    for (String time : List.of("NONE", "INFINITE", "-1")) {
      ClusterConfiguration conf = accepted(HEAD + NODE + PARTITION + "SuspendTime=" + time + "\n");
      assertThat(conf.power().suspendTime()).as(time).isEqualTo(SlurmDuration.INFINITE);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CPUs=5|5|5|1|1|no",
        "CPUs=5 Sockets=2 CoresPerSocket=2 ThreadsPerCore=2|8|2|2|2|yes",
        "CPUs=4 Sockets=2 CoresPerSocket=2 ThreadsPerCore=2|4|2|2|2|no",
        "Sockets=2 CoresPerSocket=2 ThreadsPerCore=2|8|2|2|2|no",
        "Boards=2 SocketsPerBoard=2 CoresPerSocket=2|8|4|2|1|no",
        "CPUs=16 Sockets=2|2|2|1|1|yes",
        "CPUs=16 CoresPerSocket=8|16|2|8|1|no",
        "CPUs=2 Sockets=2 CoresPerSocket=2 ThreadsPerCore=2|2|2|2|2|no",
        "CPUs=8 ThreadsPerCore=2|8|4|1|2|no",
        "Procs=4|4|4|1|1|no",
        "Weight=1|1|1|1|1|no"
      })
  void processorsAsSlurmCountsThem(
      String line, int cpus, int sockets, int cores, int threads, String warns) {
    String text = HEAD + "NodeName=n1 RealMemory=1 " + line + "\n" + PARTITION;
    NodeConfiguration node = accepted(text).nodes().get(0);
    assertThat(List.of(node.cpus(), node.sockets(), node.coresPerSocket(), node.threadsPerCore()))
        .containsExactly(cpus, sockets, cores, threads);
    assertThat(warnings(text).isEmpty()).isEqualTo(warns.equals("no"));
  }

  @Test
  void addressesAndPortsRunAlongWithNames() {
    ClusterConfiguration conf =
        accepted(
            HEAD
                + "NodeName=n[1-3] NodeHostname=h NodeAddr=10.0.0.[1-3] Port=[7001-7003]\n"
                + "NodeName=m[1-2]\n"
                + PARTITION);
    assertThat(conf.nodes().get(2).address()).isEqualTo("10.0.0.3");
    assertThat(conf.nodes().get(2).port()).isEqualTo(7003);
    assertThat(conf.nodes().get(2).hostName()).isEqualTo("h");
    assertThat(conf.nodes().get(4).address()).isEqualTo("m2");
    assertThat(conf.nodes().get(4).port()).isEqualTo(6818);
    assertThat(errors(HEAD + "NodeName=n[1-3] Port=[7001-7002]\n" + PARTITION))
        .containsExactly(
            "slurm.conf:3: error: Port stands for 2 values; it must be 1 or 3, the number of names"
                + " in NodeName");
    assertThat(warnings(HEAD + "NodeName=n[1-3] NodeAddr=127.0.0.1\n" + PARTITION))
        .singleElement()
        .asString()
        .contains("same address and port, 127.0.0.1:6818");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DefMemPerCPU=1 DefMemPerNode=2|exclude each other",
        "SlurmdPort=6817|is also SlurmctldPort",
        "SlurmctldPort=7000-6000|is not a port",
        "DefMemPerCPU=10 MaxMemPerCPU=5|more than MaxMemPerCPU",
        "NodeName=n1|already defined at slurm.conf:3",
        "NodeName=x Gres=gpu:1|not in GresTypes",
        "NodeName=x Gres=gpu::1|no generic resource",
        "NodeName=x Sockets=2 SocketsPerBoard=3|is not Boards*SocketsPerBoard",
        "NodeName=x CPUs=2 CoreSpecCount=2|no core for jobs",
        "NodeName=../../etc|may hold letters",
        "NodeName=n[0-999999999]|at most 1000000",
        "PartitionName=z Nodes=n1 MinNodes=3 MaxNodes=2|less than MinNodes",
        "PartitionName=z Nodes=n1 DefMemPerCPU=1 DefMemPerNode=2|exclude each other",
        "PartitionName=z Nodes=n1 Alternate=y|not defined",
        "PartitionName=z Nodes=n1 PreemptMode=KILL|is not one of OFF",
        "PreemptMode=KILL|is not one of OFF",
        "PreemptMode=SUSPEND|write SUSPEND,GANG",
        "PreemptType=preempt/qos|preempt/qos needs a way",
        "PreemptParameters=reorder_count=many|reorder_count=many is not a whole number",
        "PartitionName=p|already defined at slurm.conf:4",
        "PartitionName=z Topology=none|topology.yaml does not define",
        "MaxArraySize=5000000|from 1 to 4000001",
        "KillWait=99999999999999999999|not a number of seconds",
        "Licenses=a:b|write name:count",
        "SlurmUser=a b|expected Key=Value",
        "SlurmctldDebug=loud|is not one of quiet",
      })
  void refused(String line, String what) {
    assertThat(errors(HEAD + NODE + PARTITION + line + "\n"))
        .anySatisfy(error -> assertThat(error).contains(what))
        .anySatisfy(error -> assertThat(error).startsWith("slurm.conf:"));
  }

  @Test
  void defaultTimeIsCutToMaxTime() {
    String text = HEAD + NODE + PARTITION + "PartitionName=z Nodes=n1 DefaultTime=10 MaxTime=5\n";
    assertThat(accepted(text).partitions().get(1).limits().defaultTimeMinutes()).isEqualTo(5);
    assertThat(warnings(text)).singleElement().asString().contains("longer than MaxTime");
  }

  @Test
  void largeClustersAreReadQuickly() {
    StringBuilder text = new StringBuilder(HEAD);
    text.append("NodeName=n[00001-50000] CPUs=64 RealMemory=256000 Gres=none\n");
    for (int i = 0; i < 50; i++) {
      text.append("PartitionName=p").append(i).append(" Nodes=n[00001-50000]\n");
    }
    long start = System.nanoTime();
    ClusterConfiguration conf = accepted(text.toString());
    assertThat(conf.nodes()).hasSize(50_000);
    assertThat(conf.partitions().get(49).nodes()).hasSize(50_000);
    assertThat((System.nanoTime() - start) / 1_000_000_000).isLessThan(30);
  }
}
