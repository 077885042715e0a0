package org.headrace.controller.internal.planning;

import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceRequest;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.EligibleJobs;
import org.headrace.core.SchedulerInput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans one made-up job before there is a real one, and drops the plan: the first pass of a process
 * over a queue takes a third of a second and more, for it loads all classes of the plugins, and no
 * user should wait for that.
 */
final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  private final Rounds rounds;
  private final Priorities priorities;
  private boolean over;

  Rehearsal(PluginRegistry registry, Calls calls, Rounds rounds) {
    this.rounds = rounds;
    priorities = new Priorities(registry, calls);
  }

  /**
   * Once per process, as soon as there is a node to plan for; never when there are jobs to plan.
   * For the thread that plans, after a cycle that went well.
   */
  void after(PlanningCycle.Turn turn) throws InterruptedException {
    if (over) {
      return;
    }
    over = turn.queue().size() > 0;
    PartitionView partition = over ? null : partition(turn.input());
    if (partition == null) {
      return;
    }
    over = true;
    EligibleJobs queue = new OneJob(partition, turn.now());
    SchedulerInput input = turn.input().withQueue(queue);
    try {
      priorities.compute(input, turn.settings(), turn.now());
      rounds.round(input, queue, turn.settings(), turn.now(), turn.freed());
    } catch (PluginFault e) {
      LOG.warn("Planning was rehearsed in vain: {}", e.getMessage());
    }
  }

  /** One that has a node which takes jobs. */
  private static PartitionView partition(SchedulerInput input) {
    for (PartitionView partition : input.view().partitions()) {
      for (NodeView node : input.view().nodes()) {
        if (partition.startsJobs()
            && node.state().acceptsJobs()
            && partition.nodes().contains(node.id())) {
          return partition;
        }
      }
    }
    return null;
  }

  /** A queue of a job of one CPU that nobody has submitted. */
  private static final class OneJob implements EligibleJobs {
    private static final long NO_ID = Long.MAX_VALUE;

    private final PendingJob job;

    OneJob(PartitionView partition, long now) {
      JobClass plain = new JobClass(0, ResourceRequest.singleCpu(), JobClass.UNLIMITED, 0, "");
      job = new PendingJob(NO_ID, plain, partition.name(), now, now, 0, false, 0, 0, "", "", 1);
    }

    @Override
    public EligibleJobs withPriorities(int[] rows, long[] priorities) {
      return this;
    }

    @Override
    public long jobId(int row) {
      return NO_ID;
    }

    @Override
    public long priority(int row) {
      return 0;
    }

    @Override
    public boolean considered(int row) {
      return false;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public PendingJob get(int row) {
      return job;
    }
  }
}
