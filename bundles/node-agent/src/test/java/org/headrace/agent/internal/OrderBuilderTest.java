package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresKind;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepGroup;
import org.headrace.api.job.StepSpec;
import org.headrace.api.launcher.LaunchOrder;
import org.headrace.api.launcher.ParallelWorld;
import org.headrace.api.launcher.Program;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.protocol.node.ToNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderBuilderTest {
  private static final NodeRules RULES = new NodeRules(Map.of("ClusterName", "peer"));
  @TempDir Path etc;
  private ConfiguredGres configured = new ConfiguredGres("", List.of(), 8, "", List.of());

  private List<ConfiguredGres> others = List.of();
  private GresKind kind;

  private LaunchOrder build(org.headrace.protocol.node.ToNode.Launch launch) throws Exception {
    List<ConfiguredGres> lines = new ArrayList<>(List.of(configured));
    lines.addAll(others);
    NodeGres gres =
        new NodeGres(List.of(new AgentSettings.GresLine("gpu", "", lines)), name -> kind);
    gres.discover();
    CpuPlan cpus =
        CpuPlan.of(
            new NodeHardware(1, 1, 4, 2, 100, 0),
            new Machine.Topology(
                1, List.of(List.of(0, 4), List.of(1, 5), List.of(2, 6), List.of(3, 7))),
            false);
    JobVariables variables =
        new JobVariables(
            "n1",
            names -> String.join("+", names),
            new HomeCluster("/etc/slurm.conf", ""),
            TopologyAddress.flat("n1"));
    return new OrderBuilder(variables, gres, cpus, new UserDatabase(etc), "n1", List.of(0, 2))
        .order(launch, RULES, 24, 80);
  }

  private static Map<String, String> slurm(Map<String, String> environment) {
    Map<String, String> own = new LinkedHashMap<>(environment);
    own.keySet().removeIf(name -> !name.startsWith("SLURM"));
    return own;
  }

  @Test
  void whoHasPortionsOfAGpuIsToldWhichAndHowMany() throws Exception {
    Orders orders = new Orders();
    orders.gres = List.of(new GresAllocation("shard", "", CoreSet.of(1), 2, List.of(2L)));
    assertThat(build(orders.batch("true")).environment())
        .containsEntry("SLURM_JOB_GPUS", "1")
        .containsEntry("SLURM_SHARDS_ON_NODE", "2")
        .doesNotContainKey("SLURM_GPUS_ON_NODE");
  }

  @Test
  void aScriptFindsWhatSlurmWouldTellIt() throws Exception {
    Orders orders = new Orders();
    orders.nodes = List.of("n1", "n3");
    orders.cpusPerNode = 2;
    orders.memory = MemoryRequest.perNode(50);
    orders.gres = List.of(new GresAllocation("gpu", "", CoreSet.of(2, 3), 2));
    LaunchOrder order = build(orders.batch("true"));
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("SLURMD_NODENAME", "n1");
    expected.put("SLURM_CLUSTER_NAME", "peer");
    expected.put("SLURM_CONF", "/etc/slurm.conf");
    expected.put("SLURM_CPUS_ON_NODE", "2");
    expected.put("SLURM_GPUS_ON_NODE", "2");
    expected.put("SLURM_GTIDS", "0");
    expected.put("SLURM_JOBID", "7");
    expected.put("SLURM_JOB_ACCOUNT", "acct");
    expected.put("SLURM_JOB_CPUS_PER_NODE", "2(x2)");
    expected.put("SLURM_JOB_END_TIME", "4600");
    expected.put("SLURM_JOB_GID", "" + Orders.id("gid"));
    expected.put("SLURM_JOB_GPUS", "2,3");
    expected.put("SLURM_JOB_GROUP", "root");
    expected.put("SLURM_JOB_ID", "7");
    expected.put("SLURM_JOB_NAME", "name");
    expected.put("SLURM_JOB_NODELIST", "n1+n3");
    expected.put("SLURM_JOB_NUM_NODES", "2");
    expected.put("SLURM_JOB_PARTITION", "main");
    expected.put("SLURM_JOB_QOS", "normal");
    expected.put("SLURM_JOB_START_TIME", "1000");
    expected.put("SLURM_JOB_UID", "" + Orders.id("uid"));
    expected.put("SLURM_JOB_USER", "root");
    expected.put("SLURM_MEM_PER_NODE", "50");
    expected.put("SLURM_NNODES", "2");
    expected.put("SLURM_NODEID", "0");
    expected.put("SLURM_NODELIST", "n1+n3");
    expected.put("SLURM_NODE_ALIASES", "(null)");
    expected.put("SLURM_TASKS_PER_NODE", "2(x2)");
    expected.put("SLURM_TOPOLOGY_ADDR", "n1");
    expected.put("SLURM_TOPOLOGY_ADDR_PATTERN", "node");
    assertThat(slurm(order.environment())).containsExactlyInAnyOrderEntriesOf(expected);
    assertThat(order.tasks().get(0).environment())
        .isEqualTo(Map.of("SLURM_PROCID", "0", "SLURM_LOCALID", "0"));
    assertThat(order.environment())
        .containsEntry("ENVIRONMENT", "BATCH")
        .containsEntry("HOSTNAME", "n1")
        .containsEntry("TMPDIR", "/tmp");
    assertThat(order.options().pidVariable()).isEqualTo("SLURM_TASK_PID");
  }

  /** As seen on a Slurm 22.05. */
  @Test
  void aStepIsToldOfItselfAndOfItsJob() throws Exception {
    Orders orders = new Orders();
    orders.nodes = List.of("n1", "n3");
    orders.environment = Map.of("PATH", "/bin", "SLURM_JOB_NAME", "of-the-step");
    assertThat(build(orders.launch(0, List.of(List.of(0)), "true")).environment())
        .containsEntry("SLURM_JOB_NAME", "of-the-step")
        .containsEntry("SLURM_NODELIST", "n1+n3")
        .containsEntry("SLURM_JOB_NODELIST", "n1+n3")
        .containsEntry("SLURM_NNODES", "1")
        .containsEntry("SLURM_STEP_NODELIST", "n1");
  }

  /** Its script has told it of what the job has. */
  @Test
  void aStepWithoutDevicesIsToldOfNone() throws Exception {
    Orders orders = new Orders();
    orders.environment = Map.of("CUDA_VISIBLE_DEVICES", "0,1", "ZE_AFFINITY_MASK", "0,1");
    ToNode.Launch launch = orders.launch(0, List.of(List.of(0)), "true");
    assertThat(build(launch).environment()).containsEntry("CUDA_VISIBLE_DEVICES", "0,1");
    orders.stepAttributes = Map.of(StepSpec.NO_GRES, "1");
    launch = orders.launch(0, List.of(List.of(0)), "true");
    assertThat(build(launch).environment())
        .doesNotContainKeys("CUDA_VISIBLE_DEVICES", "ZE_AFFINITY_MASK");
  }

  /** The supervisor asks a shell for it. */
  @Test
  void aScriptThatWantsALoginHasItsPath() throws Exception {
    Orders orders = new Orders();
    orders.environment = Map.of("SLURM_GET_USER_ENV", "1");
    assertThat(build(orders.batch("true")).environment())
        .doesNotContainKey("PATH")
        .containsKey("USER");
    orders.environment = Map.of("SLURM_GET_USER_ENV", "1", "PATH", "/mine");
    assertThat(build(orders.batch("true")).environment()).containsEntry("PATH", "/mine");
  }

  /** There, somebody else may listen at its number. */
  @Test
  void tasksOnNodesWithoutTheForwardedDisplayAreNotToldOfIt() throws Exception {
    Orders orders = new Orders();
    for (String node : List.of("n1", "n3")) {
      orders.environment =
          Map.of("DISPLAY", "127.0.0.1:20.0", "XAUTHORITY", "/tmp/file", "HEADRACE_X11_NODE", node);
      Map<String, String> seen = build(orders.launch(0, List.of(List.of(0)), "true")).environment();
      if (node.equals("n1")) {
        assertThat(seen).containsEntry("DISPLAY", "127.0.0.1:20.0");
      } else {
        assertThat(seen).doesNotContainKeys("DISPLAY", "XAUTHORITY");
      }
    }
  }

  @Test
  void devicesThatAStepWasNotGivenAreWithheld() throws Exception {
    Orders orders = new Orders();
    orders.gres = List.of(new GresAllocation("gpu", "", CoreSet.of(1), 1));
    List<String> files = List.of("/dev/g0", "/dev/g1", "/dev/g2");
    configured = new ConfiguredGres("", files, 3, "", List.of());
    assertThat(build(orders.batch("true")).containment().deniedDevices())
        .containsExactly("/dev/g0", "/dev/g2");
    orders.gres = List.of();
    assertThat(build(orders.batch("true")).containment().deniedDevices()).isEqualTo(files);
  }

  @Test
  void allFilesOfADeviceAreWithheldButThoseThatItsNeighbourHasToo() throws Exception {
    Orders orders = new Orders();
    orders.gres = List.of(new GresAllocation("gpu", "", CoreSet.of(0), 1));
    configured = part("/dev/g0", "/dev/cap1", "/dev/cap2");
    others = List.of(part("/dev/g0", "/dev/cap3", "/dev/cap4"), part("/dev/g1", "/dev/cap5"));
    assertThat(build(orders.batch("true")).containment().deniedDevices())
        .containsExactly("/dev/cap3", "/dev/cap4", "/dev/g1", "/dev/cap5");
  }

  private static ConfiguredGres part(String... files) {
    return new ConfiguredGres("", List.of(files), 1, "", List.of(), true, List.of());
  }

  /** Four GPUs: the first two are close to cores 0 and 1, the others to cores 2 and 3. */
  private record NearKind(String name) implements GresKind {
    @Override
    public List<GresInventory> discover(List<ConfiguredGres> lines, String autoDetect) {
      List<GresDevice> gpus = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        CoreSet near = i < 2 ? CoreSet.of(0, 1) : CoreSet.of(2, 3);
        gpus.add(new GresDevice(i, "/dev/g" + i, near, ""));
      }
      return List.of(new GresInventory(name, "", 4, gpus));
    }

    @Override
    public CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, String> environment(
        List<GresAllocation> allocations, List<GresDevice> devices) {
      return Map.of();
    }
  }

  private List<String> gpusOfTasks(String bind, int tasks) throws Exception {
    kind = new NearKind("gpu");
    Orders orders = new Orders();
    orders.cpusPerNode = 4;
    orders.gres = List.of(new GresAllocation("gpu", "", CoreSet.of(0, 1, 2, 3), 4));
    orders.environment = Map.of("SLURM_GPU_BIND", bind);
    List<Integer> ranks = IntStream.range(0, tasks).boxed().toList();
    return build(orders.launch(0, List.of(ranks), "true")).tasks().stream()
        .map(task -> task.environment().getOrDefault("SLURM_STEP_GPUS", "-"))
        .toList();
  }

  @Test
  void tasksAreBoundToGpusThatAreCloseToTheirCores() throws Exception {
    assertThat(gpusOfTasks("closest", 8))
        .containsExactly("0,1", "0,1", "0,1", "0,1", "2,3", "2,3", "2,3", "2,3");
    assertThat(gpusOfTasks("single:1", 8)).containsExactly("0", "1", "0", "1", "2", "3", "2", "3");
    assertThat(gpusOfTasks("single:2", 8)).containsExactly("0", "0", "1", "1", "2", "2", "3", "3");
    assertThat(gpusOfTasks("map_gpu:3,0", 2)).containsExactly("3", "0");
    assertThat(gpusOfTasks("closest", 1)).as("not looked at").containsExactly("-");
  }

  @Test
  void eachTaskIsToldOfTheGpuThatItsShardsAreOf() throws Exception {
    Orders orders = new Orders();
    orders.gres = List.of(new GresAllocation("shard", "", CoreSet.of(1, 3), 6, List.of(4L, 2L)));
    orders.wishes = List.of(new GresRequest("shard", "", 2, GresRequest.Scope.TASK));
    LaunchOrder order = build(orders.launch(0, List.of(List.of(0, 1, 2)), "true"));
    assertThat(order.environment()).containsEntry("SLURM_STEP_GPUS", "1,3");
    assertThat(order.tasks())
        .extracting(task -> task.environment().get("SLURM_STEP_GPUS"))
        .containsExactly("1", "1", "3");
  }

  @Test
  void aFileThatStandsForSeveralDevicesIsWithheldOnlyFromWhoHasNone() throws Exception {
    Orders orders = new Orders();
    orders.gres = List.of(new GresAllocation("gpu", "", CoreSet.of(0), 1));
    configured = new ConfiguredGres("", List.of("/dev/g", "/dev/g"), 2, "", List.of());
    assertThat(build(orders.batch("true")).containment().deniedDevices()).isEmpty();
  }

  @Test
  void countsOfTheGivenEnvironmentStayOnRequest() throws Exception {
    Orders orders = new Orders();
    orders.nodes = List.of("n1", "n2");
    orders.environment = Map.of("SLURM_NTASKS", "4", "SLURM_TASKS_PER_NODE", "3,1");
    ToNode.Launch plain = orders.launch(0, List.of(List.of(0)), "true");
    assertThat(build(plain).environment())
        .containsEntry("SLURM_NTASKS", "1")
        .containsEntry("SLURM_TASKS_PER_NODE", "1");
    orders.stepAttributes = Map.of(StepSpec.PRESERVE_ENV, "1");
    assertThat(build(orders.launch(0, List.of(List.of(0)), "true")).environment())
        .containsEntry("SLURM_NTASKS", "4")
        .containsEntry("SLURM_TASKS_PER_NODE", "3,1")
        .containsEntry("SLURM_NNODES", "1")
        .containsEntry("SLURM_STEP_NUM_TASKS", "1");
  }

  @Test
  void aTaskOfAnArrayKnowsTheArray() throws Exception {
    Orders orders = new Orders();
    orders.arrayId = 5;
    orders.arrayTask = 3;
    orders.restarts = 2;
    orders.array = new JobArray(List.of(new JobArray.Range(3, 5, 2)), 0);
    assertThat(build(orders.batch("true")).environment())
        .containsEntry("SLURM_ARRAY_JOB_ID", "5")
        .containsEntry("SLURM_ARRAY_TASK_ID", "3")
        .containsEntry("SLURM_ARRAY_TASK_COUNT", "2")
        .containsEntry("SLURM_ARRAY_TASK_MIN", "3")
        .containsEntry("SLURM_ARRAY_TASK_MAX", "5")
        .containsEntry("SLURM_ARRAY_TASK_STEP", "2")
        .containsEntry("SLURM_RESTART_COUNT", "2");
  }

  @Test
  void variablesOfAnOuterArrayAreNotInherited() throws Exception {
    Orders orders = new Orders();
    orders.environment = Map.of("SLURM_ARRAY_TASK_ID", "9", "SLURM_JOB_ID", "1", "MINE", "a=b");
    assertThat(build(orders.batch("true")).environment())
        .doesNotContainKey("SLURM_ARRAY_TASK_ID")
        .containsEntry("SLURM_JOB_ID", "7")
        .containsEntry("MINE", "a=b");
  }

  @Test
  void tasksOfAStepOverSeveralNodes() throws Exception {
    Orders orders = new Orders();
    orders.nodes = List.of("n0", "n1");
    orders.cpusPerNode = 2;
    LaunchOrder order = build(orders.launch(4, List.of(List.of(0), List.of(1, 2)), "prog", "arg"));
    assertThat(order.program()).isEqualTo(new Program.Command(List.of("prog", "arg")));
    assertThat(order.environment())
        .containsEntry("SLURM_STEP_ID", "4")
        .containsEntry("SLURM_STEPID", "4")
        .containsEntry("SLURM_STEP_NODELIST", "n0+n1")
        .containsEntry("SLURM_STEP_NUM_NODES", "2")
        .containsEntry("SLURM_STEP_NUM_TASKS", "3")
        .containsEntry("SLURM_STEP_TASKS_PER_NODE", "1,2")
        .containsEntry("SLURM_NTASKS", "3")
        .containsEntry("SLURM_NPROCS", "3")
        .containsEntry("SLURM_NODEID", "1")
        .containsEntry("SLURM_GTIDS", "1,2")
        .containsEntry("SLURM_DISTRIBUTION", "block")
        .doesNotContainKey("ENVIRONMENT");
    LaunchOrder spread = build(orders.launch(4, List.of(List.of(0), List.of(1)), "prog"));
    assertThat(spread.environment()).containsEntry("SLURM_DISTRIBUTION", "cyclic");
    assertThat(order.tasks().get(1).globalRank()).isEqualTo(2);
    assertThat(order.tasks().get(1).localRank()).isEqualTo(1);
    assertThat(order.tasks().get(1).environment())
        .containsEntry("SLURM_PROCID", "2")
        .containsEntry("SLURM_LOCALID", "1");
  }

  @Test
  void stepsAreHeldToTheirCores() throws Exception {
    Orders orders = new Orders();
    orders.cpusPerNode = 2;
    LaunchOrder order = build(orders.launch(0, List.of(List.of(0, 1, 2, 3)), "x"));
    assertThat(order.containment().cpus()).containsExactly(0b110011);
    assertThat(order.tasks().get(0).cpus()).containsExactly(0b000001);
    assertThat(order.tasks().get(1).cpus()).containsExactly(0b010000);
    assertThat(order.tasks().get(3).environment())
        .containsEntry("SLURM_CPU_BIND_LIST", "0x1,0x10,0x2,0x20");
    assertThat(build(orders.launch(0, List.of(List.of(0, 1)), "x")).tasks().get(0).cpus())
        .isEmpty();
  }

  @Test
  void aNodeWithMoreCoresThanTheMachineIsNotBound() {
    NodeHardware large = new NodeHardware(1, 2, 32, 1, 100, 0);
    Machine.Topology small = new Machine.Topology(1, List.of(List.of(0), List.of(1)));
    assertThat(CpuPlan.of(large, small, false).mask(CoreSet.of(0))).isEmpty();
    NodeHardware part = new NodeHardware(1, 1, 1, 1, 100, 0);
    assertThat(CpuPlan.of(part, small, false).mask(CoreSet.of(0))).containsExactly(1);
    assertThat(CpuPlan.of(part, small, true).mask(CoreSet.of(0))).isEmpty();
  }

  @Test
  void homeShellAndGroupsComeFromTheNodeWhereNoneWereSent() throws Exception {
    Files.writeString(
        etc.resolve("passwd"),
        "broken line\nroot:x:" + Orders.id("uid") + ":0:root:/home/r:/bin/zsh\n");
    Files.writeString(etc.resolve("group"), "a:x:5:x,root\nb:x:6:roots\nc:x:bad:root\n\n");
    Orders orders = new Orders();
    orders.environment = Map.of("HOME", "/mine");
    LaunchOrder order = build(orders.batch("true"));
    assertThat(order.environment())
        .containsEntry("HOME", "/mine")
        .containsEntry("SHELL", "/bin/zsh")
        .containsEntry("USER", "root")
        .containsKey("PATH");
    assertThat(order.user().supplementaryGids()).containsExactly(Orders.id("gid"), 5);
    orders.groups = List.of(0, 44);
    assertThat(build(orders.batch("true")).user().supplementaryGids()).containsExactly(0, 44);
  }

  @Test
  void whatCannotBeRunIsSaid() {
    Orders orders = new Orders();
    assertThatThrownBy(() -> build(orders.launch(0, List.of(List.of(0)))))
        .hasMessageContaining("no program");
    assertThatThrownBy(() -> build(orders.launch(0, List.of(List.of()), "x")))
        .hasMessageContaining("no task on this node");
    orders.nodes = List.of("n2");
    assertThatThrownBy(() -> build(orders.batch("true"))).hasMessageContaining("node n1 is not");
  }

  /** A step over two components, of one and two tasks. */
  private static ToNode.Launch ofTheSecondComponent() {
    return ofTheSecondComponent(StepSpec.PMI);
  }

  private static ToNode.Launch ofTheSecondComponent(String mpi) {
    Orders orders = new Orders();
    orders.output = "o.%t.%n";
    orders.stepAttributes = Map.of(StepSpec.MPI, mpi);
    ToNode.Launch own = orders.launch(0, List.of(List.of(0, 1)), "true");
    Job second = orders.job();
    Job first =
        new Job(6, 0, Job.NO_TASK, second.spec().withComponent(new JobComponent(6, 0, 2)), null);
    first = first.withStatus(second.status());
    second = second.withSpec(second.spec().withComponent(new JobComponent(6, 1, 2)));
    Step alone = own.step();
    StepGroup group =
        new StepGroup(List.of(6L, 7L), 1, 1, List.of(1, 0), List.of(1, 2), List.of(1, 2));
    Step step = ofGroup(7, alone, group);
    orders.jobId = 6;
    ToNode.Launch other = orders.launch(0, List.of(List.of(0)), "true");
    return new ToNode.Launch(
        second,
        List.of("n1"),
        step,
        List.of("n1"),
        new byte[0],
        new byte[0],
        List.of(
            new ToNode.Component(first, List.of("n2")),
            new ToNode.Component(second, List.of("n1"))),
        List.of("n2", "n1"),
        List.of(ofGroup(6, other.step(), group), step));
  }

  private static Step ofGroup(long job, Step alone, StepGroup group) {
    return new Step(
        job,
        0,
        alone.spec(),
        alone.parts(),
        alone.state(),
        1_000_000,
        0,
        alone.exit(),
        alone.usage(),
        group);
  }

  /** A Slurm of two components of one and two tasks told this to the second one's tasks. */
  @Test
  void aStepOverComponentsIsOneStepOfOneJobToItsTasks() throws Exception {
    LaunchOrder order = build(ofTheSecondComponent());
    assertThat(order.environment())
        .containsEntry("SLURM_HET_SIZE", "2")
        .containsEntry("SLURM_JOB_ID", "6")
        .containsEntry("SLURM_JOBID", "6")
        .containsEntry("SLURM_JOB_ID_HET_GROUP_0", "6")
        .containsEntry("SLURM_JOB_ID_HET_GROUP_1", "7")
        .containsEntry("SLURM_JOB_NODELIST_HET_GROUP_0", "n2")
        .containsEntry("SLURM_JOB_NODELIST", "n2+n1")
        .containsEntry("SLURM_JOB_NUM_NODES", "2")
        .containsEntry("SLURM_JOB_CPUS_PER_NODE", "1,2")
        .containsEntry("SLURM_NODEID", "1")
        .containsEntry("SLURM_NNODES", "2")
        .containsEntry("SLURM_NTASKS", "3")
        .containsEntry("SLURM_NPROCS", "3")
        .containsEntry("SLURM_STEP_NODELIST", "n2+n1")
        .containsEntry("SLURM_STEP_NUM_NODES", "2")
        .containsEntry("SLURM_STEP_NUM_TASKS", "3")
        .containsEntry("SLURM_STEP_TASKS_PER_NODE", "1,2")
        .containsEntry("SLURM_TASKS_PER_NODE", "1,2")
        .containsEntry("SLURM_GTIDS", "1,2");
    assertThat(order.tasks())
        .extracting(task -> task.environment().get("SLURM_PROCID"))
        .containsExactly("1", "2");
    assertThat(order.tasks())
        .extracting(task -> task.environment().get("SLURM_LOCALID"))
        .containsExactly("0", "1");
    assertThat(order.tasks().get(1).stdout().toString()).contains("o.2.1");
    assertThat(order.tasks().get(1).globalRank()).as("among its own step's").isEqualTo(1);
  }

  @Test
  void aStepOverComponentsIsOneParallelProgram() throws Exception {
    assertThat(build(ofTheSecondComponent()).world())
        .isEqualTo(new ParallelWorld("6.0", 3, 1, 2, "(vector,(0,1,1),(1,1,2))", 30_000));
  }

  /** Names of nodes and the ranks that each has, first the number of this one. */
  @Test
  void tasksThatSpeakPmixAreToldWhereAllAre() throws Exception {
    Orders orders = new Orders();
    orders.nodes = List.of("n0", "n1");
    orders.stepAttributes = Map.of(StepSpec.MPI, StepSpec.PMIX);
    ParallelWorld world =
        build(orders.launch(3, List.of(List.of(0, 1, 4), List.of(2, 3, 5)), "true")).world();
    assertThat(world.name()).isEqualTo("slurm.pmix.7.3");
    assertThat(world.placement()).isEqualTo("1\nn0:0-1,4;n1:2-3,5");
    assertThat(world.nodes()).isEqualTo(2);
    ToNode.Launch second = ofTheSecondComponent(StepSpec.PMIX);
    assertThat(build(second).world().placement()).isEqualTo("1\nn2:0;n1:1-2");
  }

  @Test
  void onlyStepsThatAskForItAreParallelPrograms() throws Exception {
    Orders orders = new Orders();
    assertThat(build(orders.launch(0, List.of(List.of(0)), "true")).world())
        .isEqualTo(ParallelWorld.NONE);
    orders.stepAttributes = Map.of(StepSpec.MPI, StepSpec.PMI);
    assertThat(build(orders.launch(3, List.of(List.of(0, 1)), "true")).world())
        .isEqualTo(new ParallelWorld("7.3", 2, 0, 1, "(vector,(0,1,2))", 30_000));
    assertThat(build(orders.batch("true")).world()).isEqualTo(ParallelWorld.NONE);
  }
}
