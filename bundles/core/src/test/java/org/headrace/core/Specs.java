package org.headrace.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Association;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.job.StepSpec;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;

/** Values for tests. */
public final class Specs {
  public static final long MINUTE = 60_000;
  public static final Actor ANNA = new Actor(1000, 1000, "anna", "users", false);
  public static final Actor BERT = new Actor(1001, 1001, "bert", "users", false);
  public static final Actor ROOT = new Actor(0, 0, "root", "root", false);
  public static final NodeHardware HARDWARE = new NodeHardware(1, 2, 4, 1, 16_000, 1000);

  private Specs() {}

  static Limits limits() {
    return new Limits(
        10_000,
        1,
        1_000_000,
        1001,
        100,
        2,
        128,
        5 * MINUTE,
        30_000,
        0,
        5 * MINUTE,
        1,
        MemoryRequest.NONE,
        true);
  }

  /** What each node has. */
  public static final GresInventory GPUS =
      new GresInventory(
          "gpu",
          "a100",
          2,
          List.of(
              new GresDevice(0, "/dev/gpu0", CoreSet.EMPTY, ""),
              new GresDevice(1, "/dev/gpu1", CoreSet.EMPTY, "")));

  public static NodeDefinition node(String name) {
    return node(name, HARDWARE);
  }

  static NodeDefinition node(String name, NodeHardware hardware) {
    return new NodeDefinition(
        name, hardware, List.of("fast"), List.of(GPUS), 1, name, name, 6818, false, "UNKNOWN", "");
  }

  static PartitionDefinition partition(
      String name, List<String> nodes, boolean isDefault, long maxTime) {
    return partition(name, nodes, isDefault, maxTime, 1, 0, Map.of());
  }

  private static PartitionDefinition partition(
      String name,
      List<String> nodes,
      boolean isDefault,
      long maxTime,
      int tier,
      long graceTime,
      Map<String, String> options) {
    return PartitionDefinition.open(name, nodes)
        .withDefault(isDefault)
        .withLimits(1, Integer.MAX_VALUE, maxTime, tier)
        .withSettings(graceTime, options);
  }

  public static ClusterDefinition cluster(int nodes) {
    return cluster(nodes, Map.of());
  }

  static ClusterDefinition cluster(int nodes, Map<String, String> settings) {
    List<String> names = names(nodes);
    return cluster(
        nodes,
        List.of(
            partition("debug", names, true, 60 * MINUTE),
            partition("long", names, false, Long.MAX_VALUE),
            shared(names)),
        settings);
  }

  /** Three of its jobs may be on a core, and they use six cores of a node at most. */
  private static PartitionDefinition shared(List<String> names) {
    Map<String, String> options =
        Map.of("OverSubscribe", "FORCE:3", "MaxCPUsPerNode", "6", "PreemptMode", "OFF");
    return partition("shared", names, false, 60 * MINUTE, 1, 0, options);
  }

  /**
   * The same, but that jobs of partition long preempt those of debug; those of rigid are never
   * preempted, and those of turns take turns, two on each core.
   *
   * @param mode what becomes of those that are preempted
   * @param graceTime in milliseconds
   */
  public static ClusterDefinition preempting(int nodes, String mode, long graceTime) {
    List<String> names = names(nodes);
    return cluster(
        nodes,
        List.of(
            partition("debug", names, true, 60 * MINUTE, 1, graceTime, Map.of()),
            partition("long", names, false, Long.MAX_VALUE, 2, 0, Map.of()),
            partition("rigid", names, false, 60 * MINUTE, 1, 0, Map.of("PreemptMode", "OFF")),
            partition(
                "turns",
                names,
                false,
                60 * MINUTE,
                1,
                0,
                Map.of("PreemptMode", "GANG", "OverSubscribe", "FORCE:2")),
            partition(
                "asked",
                names,
                false,
                60 * MINUTE,
                1,
                0,
                Map.of("PreemptMode", "GANG", "OverSubscribe", "YES:2")),
            shared(names)),
        Map.of("PreemptType", "preempt/partition_prio", "PreemptMode", mode));
  }

  /**
   * One of these, made up from a seed: without preemption, or with one of its modes. Of an even
   * number of nodes the first keeps cores for the system.
   */
  public static ClusterDefinition cluster(int nodes, long seed) {
    ClusterDefinition plain =
        switch ((int) Math.floorMod(seed, 4L)) {
          case 1 -> preempting(nodes, "CANCEL", 20_000);
          case 2 -> preempting(nodes, "REQUEUE", 0);
          case 3 -> preempting(nodes, "SUSPEND,GANG", 0);
          default -> cluster(nodes);
        };
    Map<String, String> settings = new java.util.TreeMap<>(plain.settings());
    if (charges(seed)) {
      settings.put("AccountingStorageEnforce", "limits");
    }
    List<String> flags = List.of("", "Contain,DeferBatch", "", "NoHold", "Contain");
    settings.put("PrologFlags", flags.get((int) Math.floorMod(seed, 5L)));
    List<NodeDefinition> all = new ArrayList<>(plain.nodes());
    if (nodes % 2 == 0) {
      NodeHardware some =
          HARDWARE.withSystem(HARDWARE.lastCores(1 + (int) Math.floorMod(seed, 3L)));
      all.set(0, node(all.get(0).name(), some));
    }
    return new ClusterDefinition(
        plain.name(),
        all,
        plain.partitions(),
        wired(seed) ? switches(nodes) : plain.topology(),
        plain.licenses(),
        plain.limits(),
        plain.administrators(),
        settings);
  }

  /** True for a seed whose nodes are on two switches; else each is by itself. */
  static boolean wired(long seed) {
    return Math.floorMod(seed, 5L) > 2;
  }

  private static TopologySpec switches(int nodes) {
    List<String> names = names(nodes);
    int half = nodes / 2;
    return new TopologySpec(
        List.of(
            new TopologySpec.Switch("s1", names.subList(0, half), List.of()),
            new TopologySpec.Switch("s2", names.subList(half, nodes), List.of()),
            new TopologySpec.Switch("top", List.of(), List.of("s1", "s2"))),
        List.of(),
        List.of());
  }

  /** True for a seed whose cluster charges jobs, and has limits: {@link #accounts} goes with it. */
  public static boolean charges(long seed) {
    return Math.floorMod(seed, 3L) == 0;
  }

  /** An account in which few jobs run at a time, and fewer of Anna's. */
  public static Command.ChangeAccounts accounts() {
    Association physics = Association.of("physics", Account.ROOT);
    Association anna = Association.of("physics", "anna", "");
    return new Command.ChangeAccounts(
        0,
        List.of(
            new AccountChange.PutAccount(new Account("physics", "", "", List.of())),
            new AccountChange.PutAssociation(
                physics.withLimits(LimitSet.NONE.with(Limit.GROUP_JOBS, 4))),
            new AccountChange.PutUser(new AccountUser("anna", "physics", AccountUser.Level.NONE)),
            new AccountChange.PutUser(new AccountUser("bert", "physics", AccountUser.Level.NONE)),
            new AccountChange.PutAssociation(
                anna.withLimits(LimitSet.NONE.with(Limit.MAX_JOBS, 2))),
            new AccountChange.PutAssociation(Association.of("physics", "bert", ""))));
  }

  private static List<String> names(int nodes) {
    return IntStream.rangeClosed(1, nodes).mapToObj(i -> "n" + i).toList();
  }

  private static ClusterDefinition cluster(
      int nodes, List<PartitionDefinition> partitions, Map<String, String> settings) {
    return new ClusterDefinition(
        "test",
        names(nodes).stream().map(Specs::node).toList(),
        partitions,
        TopologySpec.FLAT,
        Map.of("matlab", 2),
        limits(),
        List.of("slurm"),
        settings);
  }

  public static JobSpec job(Actor owner) {
    return JobSpec.of(
        "job",
        new Owner(owner.uid(), owner.gid(), owner.user(), owner.group()),
        Execution.plain(true, "/tmp", 022, true));
  }

  static JobSpec allocationOnly(Actor owner) {
    JobSpec spec = job(owner);
    Execution with = spec.execution();
    return spec.withExecution(
        new Execution(
            false,
            with.arguments(),
            with.workDirectory(),
            "",
            "",
            "",
            false,
            022,
            Map.of(),
            List.of(),
            false,
            with.warning()));
  }

  static Execution inGroups(Execution with, Integer... groups) {
    return new Execution(
        with.batch(),
        with.arguments(),
        with.workDirectory(),
        with.input(),
        with.output(),
        with.error(),
        with.append(),
        with.umask(),
        with.limits(),
        List.of(groups),
        with.requeue(),
        with.warning());
  }

  static Execution memberOf(Execution with, String... groups) {
    return new Execution(
        with.batch(),
        with.arguments(),
        with.workDirectory(),
        with.input(),
        with.output(),
        with.error(),
        with.append(),
        with.umask(),
        with.limits(),
        with.groups(),
        with.requeue(),
        with.warning(),
        with.outlivesNodes(),
        List.of(groups));
  }

  static JobSpec array(Actor owner, int first, int last, int maxRunning) {
    return job(owner)
        .withArray(new JobArray(List.of(new JobArray.Range(first, last, 1)), maxRunning));
  }

  static JobSpec after(JobSpec spec, Dependency.Kind kind, long parent) {
    return spec.withDependency(
        new Dependency(
            List.of(new Dependency.Condition(kind, parent, Dependency.Condition.ALL_TASKS, 0)),
            false));
  }

  static StepSpec step(int nodes, int tasks, int cpusPerTask, StepSpec.StepSharing sharing) {
    return step(nodes, List.of(), tasks, cpusPerTask, sharing);
  }

  static StepSpec step(
      int nodes, List<String> nodeNames, int tasks, int cpusPerTask, StepSpec.StepSharing sharing) {
    return step(nodes, nodeNames, new TaskLayout(tasks, cpusPerTask, 0, 0, 0, false, ""), sharing);
  }

  static StepSpec step(int nodes, List<GresRequest> gres) {
    return step(nodes, List.of(), TaskLayout.SINGLE, gres, StepSpec.StepSharing.EXACT);
  }

  static StepSpec step(
      int nodes, List<String> nodeNames, TaskLayout layout, StepSpec.StepSharing sharing) {
    return step(nodes, nodeNames, layout, List.of(), sharing);
  }

  private static StepSpec step(
      int nodes,
      List<String> nodeNames,
      TaskLayout layout,
      List<GresRequest> gres,
      StepSpec.StepSharing sharing) {
    return new StepSpec(
        "step",
        nodes,
        nodeNames,
        List.of(),
        0,
        layout,
        MemoryRequest.NONE,
        gres,
        sharing,
        List.of("/bin/true"),
        "/tmp",
        "",
        "",
        "",
        false,
        false,
        022,
        Map.of(),
        false,
        0,
        Map.of());
  }
}
