package org.headrace.controller.testing;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.ResourceRequest;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.controller.internal.planning.DirectCalls;
import org.headrace.controller.internal.planning.PlanningCycle;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.PublishedState;
import org.headrace.priority.basic.internal.BasicPriority;
import org.headrace.sched.backfill.internal.BackfillScheduler;
import org.headrace.sched.builtin.internal.BuiltinScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.topology.flat.internal.FlatTopology;

/** Two nodes of eight cores, the real core and plugins, and a cycle that plans when it is told. */
public final class PlannedCluster {
  public static final int CORES = 8;

  /** A licence, of which there are {@link #LICENSES}. */
  public static final String LICENSE = "ansys";

  public static final int LICENSES = 4;
  private static final long MINUTE = 60_000;

  public final PluginRegistry registry = new PluginRegistry();
  public long now = System.currentTimeMillis();
  private final MachineLog log = new MachineLog();
  private final PlanningCycle cycle = new PlanningCycle(registry, new DirectCalls());
  private PublishedState state;

  /**
   * A cluster.
   *
   * @param more partitions besides {@code debug}, which has both nodes
   */
  public PlannedCluster(PartitionDefinition... more) throws Exception {
    registry.add("sched", "backfill", "1", new BackfillScheduler());
    registry.add("sched", "builtin", "1", new BuiltinScheduler());
    registry.add("select", "cons_tres", "1", new ConsTresSelector());
    registry.add("topology", "flat", "1", new FlatTopology());
    registry.add("priority", "basic", "1", new BasicPriority());
    Map<String, String> settings = Map.of("PriorityType", "priority/basic");
    log.reader(published -> state = published);
    log.system(
        new Command.Configure(
            licensed(Samples.cluster(CORES, settings, List.of(more), 7001, 7002))));
    registry.configure(settings);
    log.system(new Command.RegisterNode(Samples.report("n1", CORES)));
    log.system(new Command.RegisterNode(Samples.report("n2", CORES)));
  }

  private static ClusterDefinition licensed(ClusterDefinition plain) {
    return new ClusterDefinition(
        plain.name(),
        plain.nodes(),
        plain.partitions(),
        plain.topology(),
        Map.of(LICENSE, LICENSES),
        plain.limits(),
        plain.administrators(),
        plain.settings());
  }

  public PublishedState state() {
    return state;
  }

  /** Submits a job of so many tasks of one CPU each. */
  public long submit(int tasks, int minutes) {
    return submit(tasks, minutes, JobArray.NONE);
  }

  /** Submits a job that may run in any of the partitions. */
  public long submitTo(List<String> partitions, int tasks, int minutes) {
    return submit(job(tasks, minutes, JobArray.NONE).withPartitions(partitions));
  }

  /** Submits a job of one CPU that needs so many licences. */
  public long submitLicensed(int licenses, int minutes) {
    JobSpec plain = job(1, minutes, JobArray.NONE);
    return submit(plain.withRequest(plain.request().withLicenses(Map.of(LICENSE, licenses))));
  }

  /** Submits a job, or an array. */
  public long submit(int tasks, int minutes, JobArray array) {
    return submit(job(tasks, minutes, array));
  }

  private long submit(JobSpec job) {
    Outcome outcome = log.append(new Command.SubmitJob(job, Samples.FILES, 0), Samples.ANNA).join();
    return ((Outcome.JobAccepted) outcome).jobId();
  }

  private static JobSpec job(int tasks, int minutes, JobArray array) {
    ResourceRequest one = ResourceRequest.singleCpu();
    JobSpec plain = Samples.job();
    return new JobSpec(
        plain.name(),
        plain.owner(),
        plain.charge(),
        plain.partitions(),
        plain.reservation(),
        one.withLayout(one.layout().withTasks(tasks)),
        plain.timing().withTimeLimit(minutes * MINUTE),
        array,
        plain.dependency(),
        plain.execution(),
        plain.attributes());
  }

  /** Cancels a job. */
  public void cancel(long id) {
    log.system(
        new Command.SignalJob(
            JobTarget.of(id), 0, Command.SignalScope.FULL, false, ExitStatus.SUCCESS));
  }

  /** Makes a whole plan, compares it with what is in shadow, and carries it out. */
  public PlanningCycle.Turn plan() throws Exception {
    PlanningCycle.Turn turn = cycle.plan(state, now, true);
    cycle.shadow(turn);
    turn.commands().forEach(command -> log.append(command, Actor.SYSTEM).join());
    return turn;
  }
}
