package org.headrace.sim.internal.gpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.event.Event;
import org.headrace.sim.internal.Cluster;
import org.headrace.sim.internal.Plugins;
import org.headrace.sim.internal.SimulatedMachine;

/**
 * Tasks arrive at an empty cluster one by one and never end; what doesn't fit at once is dropped.
 * How much of the GPUs is allocated then says how well they were packed. The procedure of
 * <em>Beware of Fragmentation</em> (USENIX ATC 2023): the tasks in random order, then further ones
 * drawn from them.
 */
final class PackingRun {
  private static final long EPOCH_MILLIS = 1_000_000_000_000L;
  private static final int TAKE_RECORDS_EVERY = 1_000;

  private final GpuCluster machine;
  private final Cluster cluster;
  private final Random random;
  private final double capacity;

  /**
   * @param parameters {@code SelectTypeParameters}
   */
  PackingRun(GpuCluster machine, String parameters, long seed) {
    this.machine = machine;
    random = new Random(seed);
    capacity = machine.gpus() * (double) GpuCluster.UNITS;
    Map<String, String> settings =
        Map.of(
            "SelectType", "select/cons_tres",
            "SelectTypeParameters", parameters,
            "SchedulerType", "sched/backfill",
            "PriorityType", "priority/basic",
            "TopologyPlugin", "topology/flat");
    cluster = new Cluster(Plugins.all(), settings);
    cluster.advance(EPOCH_MILLIS);
    cluster.system(new Command.Configure(SimulatedMachine.cluster(machine.nodes(), 512, settings)));
    for (NodeDefinition node : machine.nodes()) {
      cluster.system(new Command.RegisterNode(SimulatedMachine.report(node, cluster.now())));
    }
  }

  /**
   * Runs until so much has arrived.
   *
   * @param arrived shares of the capacity, ascending
   * @return for each of them, the share of the GPUs that was allocated when it had arrived
   */
  double[] run(double... arrived) {
    double[] result = new double[arrived.length];
    List<GpuTask> order = new ArrayList<>(machine.tasks());
    Collections.shuffle(order, random);
    double load = 0;
    double allocated = 0;
    int reached = 0;
    for (int i = 0; reached < arrived.length; i++) {
      GpuTask task = i < order.size() ? order.get(i) : order.get(random.nextInt(order.size()));
      allocated += place(task, i) ? task.load() : 0;
      load += task.load();
      while (reached < arrived.length && load >= arrived[reached] * capacity) {
        result[reached++] = allocated / capacity;
      }
    }
    return result;
  }

  private boolean place(GpuTask task, int number) {
    Outcome outcome =
        cluster.apply(
            new Command.SubmitJob(
                SimulatedMachine.job("task" + number, task.request()), JobFiles.EMPTY, 0),
            SimulatedMachine.USER);
    if (!(outcome instanceof Outcome.JobAccepted accepted)) {
      throw new IllegalStateException(task + " was refused: " + outcome);
    }
    boolean started = false;
    for (Event event : cluster.plan(false).events()) {
      if (event instanceof Event.JobChanged changed && changed.job().id() == accepted.jobId()) {
        started |= holdsNodes(changed.job());
      }
    }
    if (!started) {
      cluster.system(
          new Command.SignalJob(
              JobTarget.of(accepted.jobId()),
              0,
              Command.SignalScope.FULL,
              false,
              ExitStatus.SUCCESS));
    }
    if (number % TAKE_RECORDS_EVERY == 0) {
      cluster.takeRecords();
    }
    return started;
  }

  private static boolean holdsNodes(Job job) {
    return job.status().allocation() != null;
  }
}
