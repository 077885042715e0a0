package org.headrace.core.internal;

import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.NodeMask;
import org.headrace.core.SnapshotItem.StepEntry;

/**
 * Takes lost nodes away from jobs that were made to outlive them. The job then holds what it has on
 * its other nodes; what is given back is counted, charged and published like what any job leaves.
 */
final class Shrinking {
  private final Machine machine;
  private final ClusterState state;

  Shrinking(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /**
   * True when a run that is alive goes on without that node: it was made to, has others, has begun,
   * and its script isn't there.
   */
  boolean goesOnWithout(Run run, int node) {
    Job job = run.job();
    StepEntry script = machine.steps.find(job.id(), Step.BATCH);
    return job.spec().execution().outlivesNodes()
        && !job.status().has(JobFlag.CONFIGURING)
        && run.unreleased().size() > 1
        && run.unreleased().contains(node)
        && (script == null || !Steps.open(script.step(), node));
  }

  /** The node leaves the run, and what ran there is over. */
  void leave(Run run, int node) {
    long id = run.job().id();
    Job before = run.job();
    Allocation left = before.status().allocation().withoutNode(node);
    Job smaller =
        before.withStatus(
            new StatusEdit(before.status()).allocation(left).resized(state.time).done());
    NodeMask still = run.unreleased().minus(NodeMask.of(node));
    Run after = run.withJob(smaller).withUnreleased(still);
    state.ledger.release(Allocations.held(run));
    Allocations.allocate(state.ledger, after);
    state.nodes.put(state.nodes.get(node).withoutJob(id, state.time));
    state.runs.put(id, after);
    machine.jobs.put(smaller);
    machine.steps.nodeLost(smaller, node);
    Job now = machine.jobs.get(id);
    state.events.job(now);
    state.events.left(asSeenThere(before, node));
    state.outbox.job(now, state.nodes.names(left));
    state.freed();
  }

  private static Job asSeenThere(Job job, int node) {
    Allocation there = new Allocation(List.of(Allocations.part(job, node)), false);
    return job.withStatus(
        new StatusEdit(job.status()).state(JobState.NODE_FAIL).allocation(there).done());
  }
}
