package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresKind;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobState;
import org.headrace.api.launcher.SignalScope;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepOutcome;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.StepUsage;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallPartsTest {
  @TempDir Path directory;

  @Test
  void equalNeighboursAreJoined() {
    assertThat(RunLengths.of(List.of())).isEmpty();
    assertThat(RunLengths.of(List.of(72, 72, 36, 72))).isEqualTo("72(x2),36,72");
  }

  @Test
  void timesMayHaveUnitsAndNoLimit() {
    NodeRules rules =
        new NodeRules(
            Map.of(
                "KillWait", "5 sec",
                "PrologEpilogTimeout", "65534",
                "EpilogTimeout", "7",
                "UnkillableStepTimeout", "nonsense",
                "Prolog", "/a, /b/*",
                "Epilog", "(null)",
                "TaskPlugin", "task/none"));
    assertThat(rules.killWait()).isEqualTo(5000);
    assertThat(rules.prologTimeout()).isEqualTo(NodeRules.FOREVER);
    assertThat(rules.epilogTimeout()).isEqualTo(7000);
    assertThat(rules.unkillableTimeout()).isEqualTo(60_000);
    assertThat(rules.prolog()).containsExactly("/a", "/b/*");
    assertThat(rules.epilog()).isEmpty();
    assertThat(rules.bindsTasks()).isFalse();
    assertThat(new NodeRules(Map.of()).killWait()).isEqualTo(30_000);
  }

  @Test
  void usersReadWhyTheirJobWasEnded() {
    assertThat(EndNotice.of(StepKey.batch(7), "n1", JobState.TIMEOUT, 0))
        .matches(
            "slurmstepd: error: \\*\\*\\* JOB 7 ON n1 CANCELLED AT \\d{4}-\\d\\d-\\d\\dT"
                + "\\d\\d:\\d\\d:\\d\\d DUE TO TIME LIMIT \\*\\*\\*\n");
    assertThat(EndNotice.of(new StepKey(7, 0), "n1", JobState.CANCELLED, 0))
        .contains("*** STEP 7.0 ON n1 ");
  }

  @Test
  void tasksHaveTheDevicesThatWereAskedForByTheTask() throws Exception {
    Orders orders = new Orders();
    GresAllocation share = new GresAllocation("gpu", "", CoreSet.of(2, 3, 5, 7), 4);
    orders.gres = List.of(share);
    orders.wishes = List.of(new GresRequest("gpu", "", 2, GresRequest.Scope.TASK));
    ToNode.Launch launch = orders.launch(0, List.of(List.of(0, 1)), "true");
    TaskGres bound = bound(launch, share, Map.of());
    CoreSet any = CoreSet.EMPTY;
    assertThat(bound.of(0, any))
        .containsExactly(new GresAllocation("gpu", "", CoreSet.of(2, 3), 2));
    assertThat(bound.of(1, any))
        .containsExactly(new GresAllocation("gpu", "", CoreSet.of(5, 7), 2));
    assertThat(bound.of(2, any)).isEmpty();
    Map<String, String> free = Map.of("SLURM_GPU_BIND", "none");
    assertThat(bound(launch, share, free).of(0, any)).isEmpty();
  }

  private static TaskGres bound(
      ToNode.Launch launch, GresAllocation share, Map<String, String> variables) {
    return TaskGres.of(
        launch.job(), launch.step(), List.of(share), variables, gpu -> CoreSet.EMPTY);
  }

  private void cpu(int number, int socket, int core) throws Exception {
    Path topology = directory.resolve("sys/devices/system/cpu/cpu" + number + "/topology");
    Files.createDirectories(topology);
    Files.writeString(topology.resolve("physical_package_id"), socket + "\n");
    Files.writeString(topology.resolve("core_id"), core + "\n");
  }

  @Test
  void theMachineIsReadFromTheKernel() throws Exception {
    for (int i = 0; i < 8; i++) {
      cpu(i, i % 2, i / 2 % 2);
    }
    Files.createDirectories(directory.resolve("sys/devices/system/cpu/cpufreq"));
    Files.writeString(directory.resolve("sys/devices/system/cpu/cpu7/online"), "0\n");
    Files.createDirectories(directory.resolve("proc"));
    Files.writeString(
        directory.resolve("proc/meminfo"), "MemTotal:  2048000 kB\nMemFree: 1024000 kB\n");
    Files.writeString(directory.resolve("proc/loadavg"), "1.25 0.5 0.1 1/2 3\n");
    Files.writeString(directory.resolve("proc/stat"), "cpu 1\nbtime 1700000000\n");
    Machine machine = new Machine(directory);
    Machine.Topology topology = machine.topology();
    assertThat(topology.sockets()).isEqualTo(2);
    assertThat(topology.cores())
        .containsExactly(List.of(0, 4), List.of(2, 6), List.of(1, 5), List.of(3));
    NodeHardware hardware = machine.hardware(directory.toString());
    assertThat(hardware.cpus()).isEqualTo(8);
    assertThat(hardware.memory()).isEqualTo(2000);
    assertThat(hardware.tmpDisk()).isPositive();
    assertThat(machine.freeMemoryMib()).isEqualTo(1000);
    assertThat(machine.load()).isEqualTo(125);
    assertThat(machine.bootTime()).isEqualTo(1_700_000_000_000L);
  }

  @Test
  void anUnreadableKernelStillMakesAMachine() {
    Machine machine = new Machine(directory.resolve("absent"));
    assertThat(machine.topology().cores()).isNotEmpty();
    assertThat(machine.load()).isZero();
    assertThat(machine.bootTime()).isZero();
    assertThat(machine.hardware("/nonexistent").tmpDisk()).isZero();
  }

  @Test
  void resourcesWithoutAPluginAreCounted() {
    NodeGres gres =
        new NodeGres(
            List.of(
                new AgentSettings.GresLine(
                    "disk",
                    "",
                    List.of(
                        new ConfiguredGres("ssd", List.of(), 2, "", List.of()),
                        new ConfiguredGres("ssd", List.of(), 3, "", List.of()),
                        new ConfiguredGres("hdd", List.of("/d0", "/d1"), 2, "", List.of())))),
            name -> null);
    gres.discover();
    assertThat(gres.inventory()).hasSize(2);
    assertThat(gres.inventory().get(0).count()).isEqualTo(5);
    assertThat(gres.inventory().get(0).devices()).isEmpty();
    assertThat(gres.inventory().get(1).devices()).hasSize(2);
  }

  /** Tells programs the numbers of their GPUs. */
  private static class NumberingKind implements GresKind {
    @Override
    public String name() {
      return "gpu";
    }

    @Override
    public List<GresInventory> discover(List<ConfiguredGres> lines, String autoDetect) {
      return List.of(
          new GresInventory(
              "gpu",
              "",
              2,
              List.of(
                  new GresDevice(0, "/card0", CoreSet.EMPTY, ""),
                  new GresDevice(1, "/card1", CoreSet.EMPTY, ""))));
    }

    @Override
    public CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, String> environment(
        List<GresAllocation> allocations, List<GresDevice> devices) {
      return Map.of("GPUS", allocations.stream().map(GresAllocation::devices).toList().toString());
    }
  }

  @Test
  void portionsOfAGpuShowTheGpu() {
    NodeGres gres =
        new NodeGres(
            List.of(
                new AgentSettings.GresLine("gpu", "", List.of()),
                new AgentSettings.GresLine(
                    "shard", "", List.of(new ConfiguredGres("", List.of(), 8, "", List.of())))),
            name -> name.equals("gpu") ? new NumberingKind() : null);
    gres.discover();
    List<GresAllocation> share =
        List.of(new GresAllocation("shard", "", CoreSet.of(1), 2, List.of(2L)));
    assertThat(gres.environment(share, share))
        .containsEntry("GPUS", List.of(CoreSet.of(1)).toString());
    assertThat(gres.withheldFiles(share)).containsExactly("/card0");
  }

  /** Its driver counts them the other way round. */
  private static final class ReversedKind extends NumberingKind {
    @Override
    public int index(GresDevice device) {
      return 1 - device.number();
    }
  }

  @Test
  void programsAreToldTheDriversNumbers() {
    GresAllocation first = new GresAllocation("gpu", "", CoreSet.of(0), 1);
    GresAllocation both = new GresAllocation("gpu", "", CoreSet.of(0, 1), 2);
    for (boolean constrained : new boolean[] {false, true}) {
      NodeGres gres =
          new NodeGres(
              List.of(new AgentSettings.GresLine("gpu", "", List.of())),
              List.of(),
              constrained,
              name -> name.equals("gpu") ? new ReversedKind() : null);
      gres.discover();
      assertThat(gres.environment(List.of(first), List.of(both)))
          .as("among both, it is the driver's second")
          .containsEntry("GPUS", List.of(CoreSet.of(1)).toString());
      assertThat(gres.environment(List.of(first), List.of(first)))
          .containsEntry("GPUS", List.of(CoreSet.of(constrained ? 0 : 1)).toString());
      assertThat(gres.hookEnvironment(List.of(first)))
          .containsEntry("GPUS", List.of(CoreSet.of(1)).toString());
    }
  }

  @Test
  void programsThatSeeTheirStepsDevicesAloneCountThemFromZero() {
    NodeGres gres =
        new NodeGres(
            List.of(new AgentSettings.GresLine("gpu", "", List.of())),
            List.of(),
            true,
            name -> name.equals("gpu") ? new NumberingKind() : null);
    gres.discover();
    GresAllocation second = new GresAllocation("gpu", "", CoreSet.of(1), 1);
    GresAllocation both = new GresAllocation("gpu", "", CoreSet.of(0, 1), 2);
    assertThat(gres.environment(List.of(second), List.of(second)))
        .containsEntry("GPUS", List.of(CoreSet.of(0)).toString());
    assertThat(gres.environment(List.of(second), List.of(both)))
        .as("a task of a step that has both")
        .containsEntry("GPUS", List.of(CoreSet.of(1)).toString());
    assertThat(gres.hookEnvironment(List.of(second)))
        .as("hooks see all")
        .containsEntry("GPUS", List.of(CoreSet.of(1)).toString());
    GresAllocation shard = new GresAllocation("shard", "", CoreSet.of(1), 2, List.of(2L));
    assertThat(gres.environment(List.of(shard), List.of(shard)))
        .containsEntry("GPUS", List.of(CoreSet.of(0)).toString());
  }

  /** A kind that has words of its own for portions, as MPS has. */
  private record SharingKind(String name) implements GresKind {
    @Override
    public List<GresInventory> discover(List<ConfiguredGres> lines, String autoDetect) {
      return List.of(new GresInventory(name, "", lines.get(0).count(), List.of()));
    }

    @Override
    public CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, String> environment(
        List<GresAllocation> allocations, List<GresDevice> devices) {
      int device = allocations.get(0).devices().toArray()[0];
      return Map.of(
          "GPUS", "0", "PART", allocations.get(0).count() + "/" + devices.get(device).units());
    }
  }

  @Test
  void aKindOfPortionsSaysWhatProgramsAreToldAndHooksKnowTheDeviceToo() {
    List<GresDevice> divided =
        List.of(
            new GresDevice(0, "/card0", CoreSet.EMPTY, "", 100),
            new GresDevice(1, "/card1", CoreSet.EMPTY, "", 200));
    NodeGres gres =
        new NodeGres(
            List.of(
                new AgentSettings.GresLine("gpu", "", List.of()),
                new AgentSettings.GresLine(
                    "mps", "", List.of(new ConfiguredGres("", List.of(), 300, "", List.of())))),
            List.of(new GresInventory("mps", "", 300, divided, "gpu", true)),
            false,
            name -> name.equals("gpu") ? new NumberingKind() : new SharingKind(name));
    gres.discover();
    List<GresAllocation> share =
        List.of(new GresAllocation("mps", "", CoreSet.of(1), 50, List.of(50L)));
    assertThat(gres.environment(share, share)).isEqualTo(Map.of("GPUS", "0", "PART", "50/200"));
    assertThat(gres.hookEnvironment(share))
        .isEqualTo(Map.of("GPUS", List.of(CoreSet.of(1)).toString(), "PART", "50/200"));
    assertThat(gres.withheldFiles(share)).containsExactly("/card0");
  }

  private static StepResult result(StepOutcome outcome, int... codesAndSignals) {
    List<org.headrace.api.launcher.ExitStatus> tasks = new ArrayList<>();
    for (int i = 0; i < codesAndSignals.length; i += 2) {
      tasks.add(
          new org.headrace.api.launcher.ExitStatus(codesAndSignals[i], codesAndSignals[i + 1]));
    }
    return new StepResult(0, outcome, "", tasks, StepUsage.NONE, 0, 0);
  }

  private static final StepKey STEP = new StepKey(7, 0);

  @Test
  void whoWaitsForAStepIsToldThatItsSupervisorDied() {
    String lost = "the step's supervisor disappeared; its processes were killed";
    StepResult of = result(StepOutcome.LOST);
    StepResult result =
        new StepResult(
            of.attempt(), of.outcome(), lost, of.tasks(), of.usage(), of.startMillis(), 0);
    assertThat(EndNotice.problem("n1", STEP, result))
        .isEqualTo("slurmstepd: error: n1: " + lost + "\n");
    assertThat(EndNotice.problem("n1", STEP, result(StepOutcome.COMPLETED, 1, 0))).isEmpty();
    StepResult full =
        new StepResult(
            0, StepOutcome.COMPLETED, "", of.tasks(), new StepUsage(1, 1, 1, true), 0, 0);
    assertThat(EndNotice.problem("n1", STEP, full))
        .startsWith("slurmstepd: error: Detected oom-kill event(s) in StepId=7.0. Some of");
  }

  @Test
  void aStepEndsAsItsWorstTask() {
    assertThat(Results.exit(STEP, result(StepOutcome.COMPLETED, 0, 0, 2, 0, 0, 9)))
        .isEqualTo(new ExitStatus(2, 0));
    assertThat(Results.exit(STEP, result(StepOutcome.COMPLETED, 0, 0, 0, 9, 0, 2)))
        .isEqualTo(new ExitStatus(0, 9));
    assertThat(Results.exit(STEP, result(StepOutcome.COMPLETED, 0, 0)))
        .isEqualTo(ExitStatus.SUCCESS);
    assertThat(Results.exit(STEP, result(StepOutcome.LOST))).isEqualTo(new ExitStatus(1, 0));
    StepKey batch = new StepKey(7, StepKey.BATCH);
    assertThat(Results.exit(batch, result(StepOutcome.FAILED_TO_START, 1, 0)))
        .as("a script that could not be started")
        .isEqualTo(ExitStatus.NOT_STARTED);
    assertThat(Results.exit(batch, result(StepOutcome.COMPLETED, 1, 0)))
        .isEqualTo(new ExitStatus(1, 0));
  }

  private static SignalScope scope(
      int step, int signal, boolean shell, boolean steps, boolean batch) {
    return SignalScopes.of(
        new ToNode.Signal(1, 0, step, signal, shell, steps), batch ? StepKey.BATCH : 0);
  }

  @Test
  void signalsMeanWhatTheirFlagsSay() {
    int all = ToNode.Signal.ALL_STEPS;
    assertThat(scope(all, 10, true, false, true)).isEqualTo(SignalScope.BATCH_SHELL);
    assertThat(scope(all, 10, true, false, false)).isNull();
    assertThat(scope(all, 10, false, true, true)).isNull();
    assertThat(scope(all, 10, false, true, false)).isEqualTo(SignalScope.TASKS);
    assertThat(scope(all, 9, true, true, false)).isEqualTo(SignalScope.ALL_PROCESSES);
    assertThat(scope(all, 15, true, true, true)).isEqualTo(SignalScope.ALL_PROCESSES);
    assertThat(scope(3, 2, false, true, false)).isEqualTo(SignalScope.TASKS);
    ToNode.Signal user = new ToNode.Signal(1, 0, all, 10, true, true);
    assertThat(SignalScopes.of(user, StepKey.EXTERN)).isNull();
    ToNode.Signal stop = new ToNode.Signal(1, 0, all, 19, true, true);
    assertThat(SignalScopes.of(stop, StepKey.EXTERN)).isEqualTo(SignalScope.ALL_PROCESSES);
    assertThat(scope(all, 19, true, true, false)).isEqualTo(SignalScope.ALL_PROCESSES);
  }

  private final List<FromNode> sent = new ArrayList<>();
  private int resumed;

  private StepStream stream(boolean connected) {
    return new StepStream(1, 0, sent::add, () -> resumed++, connected);
  }

  @Test
  void outputWaitsForAListenerAndForCredit() {
    StepStream stream = stream(true);
    assertThat(stream.output(0, false, new byte[10])).isFalse();
    stream.after(new FromNode.OutputClosed(1, 0));
    stream.credit(100, 0);
    assertThat(sent).isEmpty();
    assertThat(stream.waitsForListener()).isTrue();
    stream.attached(true, ToNode.Attach.UNCOUNTED);
    assertThat(sent).isEmpty();
    stream.credit(11, 0);
    assertThat(sent).hasSize(2);
    assertThat(resumed).isEqualTo(1);
    assertThat(stream.output(0, false, new byte[5])).isFalse();
    assertThat(sent).hasSize(3);
    stream.credit(3, 0);
    assertThat(resumed).isEqualTo(1);
    stream.credit(3, 0);
    assertThat(resumed).isEqualTo(2);
  }

  @Test
  void aBrokenConnectionTakesTheCreditWithItAndKeepsTheOutput() {
    StepStream stream = stream(true);
    stream.attached(true, ToNode.Attach.UNCOUNTED);
    stream.credit(1000, 0);
    stream.connected(false);
    assertThat(stream.output(0, false, new byte[10])).isFalse();
    List<String> ended = new ArrayList<>();
    stream.after(() -> ended.add("ended"));
    stream.connected(true);
    assertThat(sent).isEmpty();
    assertThat(ended).isEmpty();
    stream.attached(true, ToNode.Attach.UNCOUNTED);
    stream.credit(1000, 0);
    assertThat(sent).hasSize(1);
    assertThat(ended).containsExactly("ended");
  }

  @Test
  void whatAListenerDoesNotHaveSafeIsSentAgainAndTheEndWaitsForIt() {
    StepStream stream = stream(true);
    stream.attached(true, 0);
    stream.credit(1000, 0);
    stream.output(0, false, new byte[10]);
    stream.output(0, false, new byte[20]);
    stream.output(0, false, new byte[30]);
    List<String> ended = new ArrayList<>();
    stream.after(() -> ended.add("ended"));
    stream.credit(10, 10);
    stream.connected(false);
    stream.connected(true);
    sent.clear();
    stream.attached(true, 30);
    stream.credit(1000, 0);
    assertThat(sent).hasSize(1);
    assertThat(((FromNode.Output) sent.get(0)).data()).hasSize(30);
    assertThat(ended).isEmpty();
    stream.credit(30, 60);
    assertThat(ended).containsExactly("ended");
  }

  @Test
  void outputSaysItsPlaceAndAnOldWordOfTheListenerCountsForNothing() {
    StepStream stream = stream(true);
    stream.attached(true, 0);
    stream.credit(1000, 0);
    stream.output(0, false, new byte[10]);
    stream.output(0, false, new byte[20]);
    stream.credit(10, 10);
    stream.attached(true, 0);
    stream.output(0, false, new byte[30]);
    assertThat(positions()).containsExactly(0L, 10L, 30L);
    stream.connected(false);
    stream.connected(true);
    sent.clear();
    stream.attached(true, 5);
    stream.credit(1000, 0);
    assertThat(sent).isEmpty();
    stream.attached(true, 10);
    stream.credit(1000, 0);
    assertThat(positions()).containsExactly(10L, 30L);
  }

  private List<Long> positions() {
    return sent.stream().map(message -> ((FromNode.Output) message).position()).toList();
  }

  @Test
  void aListenerThatHasMoreThanANewAgentKnowsOfCountsOn() {
    StepStream stream = stream(true);
    stream.attached(true, 500);
    stream.credit(1000, 0);
    stream.output(0, false, new byte[10]);
    List<String> ended = new ArrayList<>();
    stream.after(() -> ended.add("ended"));
    stream.credit(10, 509);
    assertThat(ended).isEmpty();
    stream.credit(1, 510);
    assertThat(ended).containsExactly("ended");
  }

  @Test
  void outputThatNobodyWantsIsDropped() {
    StepStream stream = stream(true);
    stream.output(0, false, new byte[10]);
    stream.after(new FromNode.OutputClosed(1, 0));
    stream.attached(false, ToNode.Attach.UNCOUNTED);
    assertThat(sent).containsExactly(new FromNode.OutputClosed(1, 0));
    assertThat(resumed).isEqualTo(1);
    assertThat(stream.output(0, true, new byte[10])).isTrue();
    assertThat(sent).hasSize(1);
  }

  @Test
  void reportsComeAgainUntilEachIsSafe() {
    java.util.concurrent.ScheduledThreadPoolExecutor threads =
        new java.util.concurrent.ScheduledThreadPoolExecutor(1);
    try {
      ReportBook book = new ReportBook(new Turn(threads), 5, sent::add);
      book.add(new FromNode.Ready(1, 0));
      book.add(new FromNode.Ready(1, 0));
      assertThat(sent).isEmpty();
      book.connected();
      book.add(new FromNode.Ready(2, 0));
      assertThat(sent).hasSize(2);
      long second = ((FromNode.Report) sent.get(1)).number();
      assertThat(((FromNode.Report) sent.get(0)).number()).isLessThan(second).isGreaterThan(5000);
      assertThat(book.safe(second)).isEqualTo(new FromNode.Ready(2, 0));
      assertThat(book.safe(second)).isNull();
      assertThat(book.safe(1)).isNull();
      book.disconnected();
      sent.clear();
      book.connected();
      assertThat(sent).hasSize(1);
      assertThat(book.open()).containsExactly(new FromNode.Ready(1, 0));
    } finally {
      threads.shutdownNow();
    }
  }
}
