package org.headrace.sim.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.Step;
import org.headrace.api.job.Usage;
import org.headrace.api.model.NodeAllocation;
import org.headrace.control.command.Command;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.event.Event;

/** Nodes that answer at once, whatever they are told: a job has them for as long as it runs. */
public final class InstantNodes {
  private final Cluster cluster;
  private final List<String> names;
  private final Consumer<Job> started;
  private final Consumer<Job> completing;
  private final Deque<Event> events = new ArrayDeque<>();

  /**
   * Registers the nodes.
   *
   * @param cluster a cluster that is configured with them
   * @param nodes its nodes
   * @param started is told of each job that starts, and says {@link #ready}
   * @param completing is told of each job that ends, and says {@link #released}
   */
  public InstantNodes(
      Cluster cluster,
      List<NodeDefinition> nodes,
      Consumer<Job> started,
      Consumer<Job> completing) {
    this.cluster = cluster;
    this.started = started;
    this.completing = completing;
    names = nodes.stream().map(NodeDefinition::name).toList();
    for (NodeDefinition node : nodes) {
      cluster.system(new Command.RegisterNode(SimulatedMachine.report(node, cluster.now())));
    }
  }

  /** Does what events ask for, and what follows from that. */
  public void take(List<Event> news) {
    events.addAll(news);
    for (Event event = events.poll(); event != null; event = events.poll()) {
      if (event instanceof Event.JobChanged changed) {
        Job job = changed.job();
        if (job.status().has(JobFlag.CONFIGURING)) {
          started.accept(job);
        } else if (job.status().has(JobFlag.COMPLETING)) {
          completing.accept(job);
        }
      }
    }
  }

  /** All nodes of a job are ready for it. */
  public void ready(Job job) {
    for (NodeAllocation part : job.status().allocation().nodes()) {
      events.addAll(
          cluster.system(new Command.NodeReady(job.id(), job.status().restarts(), node(part))));
    }
  }

  /** All nodes of a job are rid of it. */
  public void released(Job job) {
    for (NodeAllocation part : job.status().allocation().nodes()) {
      events.addAll(
          cluster.system(
              new Command.NodeReleased(job.id(), job.status().restarts(), node(part), "")));
    }
  }

  /** A job's script has ended. */
  public void batchEnded(Job job) {
    NodeAllocation first = job.status().allocation().nodes().get(0);
    take(
        cluster.system(
            new Command.StepEnded(
                job.id(),
                job.status().restarts(),
                Step.BATCH,
                node(first),
                ExitStatus.SUCCESS,
                Usage.NONE,
                false,
                "")));
  }

  private String node(NodeAllocation part) {
    return names.get(part.node());
  }
}
