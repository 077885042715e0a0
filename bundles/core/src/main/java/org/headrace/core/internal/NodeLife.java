package org.headrace.core.internal;

import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeState.Flag;
import org.headrace.api.model.Reason;

/**
 * The condition of nodes.
 *
 * <pre>
 * UNKNOWN --registers--> UP --silent--> UP+NOT_RESPONDING --node timeout--> DOWN
 *                         ^                |                                 |
 *                         +---answers------+                                 |
 *                         +---registers, as far as returnToService lets it---+
 * </pre>
 *
 * <p>DRAIN, FAIL and INVALID_REGISTRATION are independent of that. Invariant: no run is alive on a
 * node that is DOWN.
 */
final class NodeLife {
  private final Machine machine;
  private final ClusterState state;

  NodeLife(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /** True for a node of which nothing is to be expected any more. */
  static boolean lost(NodeEntry node) {
    return node == null
        || node.state().base() == NodeState.Base.DOWN
        || node.state().base() == NodeState.Base.FUTURE;
  }

  /** Writes a node's condition, and tells of it if it is another one. */
  void put(NodeEntry node, NodeState condition, String user) {
    NodeState before = node.state();
    NodeEntry changed = before.equals(condition) ? node : node.withState(condition);
    state.nodes.put(changed);
    if (!before.equals(condition)) {
      state.restructured();
      state.events.node(node.name());
      if (before.acceptsJobs() && !condition.acceptsJobs()) {
        machine.reservations.replace(node.name());
      }
      boolean service = before.acceptsJobs() != condition.acceptsJobs();
      if (service || before.base() != condition.base()) {
        state.outbox.node(changed, user);
      }
    }
  }

  /** Takes a node down, and with it what runs there. */
  void down(NodeEntry node, String reason, String user, boolean bySilence) {
    NodeState condition = NodeWords.withBase(node.state(), NodeState.Base.DOWN);
    boolean hasReason = !condition.reason().isEmpty() && bySilence;
    if (!hasReason) {
      condition = NodeWords.because(condition, reason, user, state.time);
    }
    put(node.withSilence(node.silentSince(), bySilence), condition, user);
    failJobs(node.id());
  }

  /** Takes a node out of service for new jobs; what runs there goes on. */
  void drain(NodeEntry node, String reason, String user) {
    NodeState condition = NodeWords.with(node.state(), Flag.DRAIN);
    put(node, NodeWords.because(condition, reason, user, state.time), user);
  }

  /** Ends, or puts back in the queue, what runs on a node that is lost. */
  void failJobs(int node) {
    NodeEntry entry = state.nodes.get(node);
    for (long id : entry.jobs()) {
      Run run = state.runs.get(id);
      if (run == null) {
        continue;
      }
      if (run.alive() && machine.shrinking.goesOnWithout(run, node)) {
        machine.shrinking.leave(run, node);
      } else if (run.alive()) {
        fail(run);
      } else {
        machine.end.release(run, node);
      }
    }
  }

  /** A run has lost a node, or what ran there. */
  void fail(Run run) {
    Job job = run.job();
    if (JobEnd.mayRequeue(job)) {
      machine.end.requeue(run, JobState.NODE_FAIL, Reason.NODE_DOWN, false);
    } else {
      machine.end.end(
          run, JobState.NODE_FAIL, Reason.NODE_DOWN, ExitStatus.SUCCESS, -1, JobEnd.Processes.ASK);
    }
  }
}
