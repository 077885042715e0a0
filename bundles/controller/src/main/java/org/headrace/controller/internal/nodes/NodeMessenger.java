package org.headrace.controller.internal.nodes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.control.command.JobFiles;
import org.headrace.control.event.Event;
import org.headrace.core.PublishedState;
import org.headrace.protocol.node.ToNode;

/**
 * Tells agents what should be: what follows from an event, and all that holds when an agent comes
 * (back). Agents treat every message as a statement, so to repeat one does no harm.
 *
 * <p>Lives on the thread of the links.
 */
public final class NodeMessenger {
  private static final byte[] NOTHING = new byte[0];

  private final BiConsumer<String, ToNode> send;
  private final Map<Long, Integer> releasedRuns = new HashMap<>();

  /**
   * @param send sends a message to a node
   */
  public NodeMessenger(BiConsumer<String, ToNode> send) {
    this.send = send;
  }

  /** False for what no node has to know: most of all that a job has come into the queue. */
  public static boolean concernsNodes(Event event) {
    return !(event instanceof Event.JobChanged changed)
        || changed.job().status().allocation() != null;
  }

  public void on(Event event, PublishedState state) {
    if (event instanceof Event.JobChanged changed) {
      jobChanged(changed.job(), state);
    } else if (event instanceof Event.StepChanged changed) {
      if (changed.step().ended() == 0) {
        launch(state.job(changed.step().jobId()), changed.step(), state, null);
      }
    } else if (event instanceof Event.SignalRequested request) {
      signal(request, state);
    } else if (event instanceof Event.NodeLeft left) {
      names(left.job().status().allocation(), state)
          .forEach(node -> release(left.job(), node, state));
    } else if (event instanceof Event.JobNotified notified) {
      tell(notified, state);
    } else if (event instanceof Event.JobForgotten forgotten) {
      releasedRuns.remove(forgotten.jobId());
    }
  }

  private void jobChanged(Job job, PublishedState state) {
    Allocation allocation = job.status().allocation();
    if (allocation == null) {
      return;
    }
    if (job.status().has(JobFlag.COMPLETING)) {
      Integer released = releasedRuns.put(job.id(), job.status().restarts());
      if (released == null || released != job.status().restarts()) {
        names(allocation, state).forEach(node -> release(job, node, state));
      }
    } else if (job.status().state() == JobState.RUNNING && job.status().has(JobFlag.CONFIGURING)) {
      List<String> names = names(allocation, state);
      names.forEach(node -> send.accept(node, new ToNode.Prepare(job, names)));
    }
  }

  private void release(Job job, String node, PublishedState state) {
    send.accept(
        node,
        new ToNode.Release(job, job.status().restarts(), names(job.status().allocation(), state)));
  }

  /** Sends a step to its nodes, or to {@code onlyNode} alone. */
  private void launch(Job job, Step step, PublishedState state, String onlyNode) {
    if (job == null || job.status().allocation() == null) {
      return;
    }
    boolean batch = step.id() == Step.BATCH;
    JobFiles files = batch ? state.files(job.id()) : null;
    byte[] script = files == null ? NOTHING : files.script();
    byte[] environment =
        files == null ? state.stepEnvironment(job.id(), step.id()) : files.environment();
    List<String> stepNodes = new ArrayList<>();
    step.parts().forEach(part -> stepNodes.add(name(part.node(), state)));
    ToNode.Launch launch =
        new ToNode.Launch(
            job,
            names(job.status().allocation(), state),
            step,
            stepNodes,
            script,
            environment == null ? NOTHING : environment,
            components(job, state),
            step.group().nodes().stream().map(node -> name(node, state)).toList(),
            siblings(step, state));
    for (int i = 0; i < stepNodes.size(); i++) {
      String node = stepNodes.get(i);
      if (!step.parts().get(i).done() && (onlyNode == null || onlyNode.equals(node))) {
        send.accept(node, launch);
      }
    }
  }

  /** The steps of a group, as far as they are there. */
  static List<Step> siblings(Step step, PublishedState state) {
    return step.group().jobs().stream()
        .flatMap(job -> state.steps(job).stream())
        .filter(one -> one.id() == step.id())
        .toList();
  }

  private List<ToNode.Component> components(Job job, PublishedState state) {
    List<ToNode.Component> components = new ArrayList<>();
    for (int i = 0; job.spec().component().grouped() && i < job.spec().component().count(); i++) {
      Job one = state.job(job.spec().component().group() + i);
      if (one != null && one.status().allocation() != null) {
        components.add(new ToNode.Component(one, names(one.status().allocation(), state)));
      }
    }
    return components;
  }

  private void signal(Event.SignalRequested request, PublishedState state) {
    Allocation allocation = request.job().status().allocation();
    if (allocation == null) {
      return;
    }
    ToNode.Signal signal =
        new ToNode.Signal(
            request.job().id(),
            request.job().status().restarts(),
            request.stepId() == Event.SignalRequested.ALL_STEPS
                ? ToNode.Signal.ALL_STEPS
                : request.stepId(),
            request.signal(),
            request.batchShell(),
            request.steps());
    names(allocation, state).forEach(node -> send.accept(node, signal));
  }

  /** A script's errors are read where it runs: on the first node. */
  private void tell(Event.JobNotified notified, PublishedState state) {
    Job job = notified.job();
    if (job.spec().execution().batch() && job.status().allocation() != null) {
      send.accept(
          names(job.status().allocation(), state).get(0),
          new ToNode.Tell(job.id(), job.status().restarts(), notified.text()));
    }
  }

  /**
   * Says all that holds for a node that has just reported.
   *
   * @param holds says whether the node knows a step
   * @param bootTime when the machine started: what was launched before is lost
   * @param lost is told of steps that the node should run and can't any more
   */
  public void resume(
      String node,
      PublishedState state,
      BiConsumer<Job, Step> lost,
      HeldSteps holds,
      long bootTime) {
    NodeView view = state.node(node);
    if (view == null) {
      return;
    }
    for (long id : state.activeJobs()) {
      Job job = state.job(id);
      if (job == null
          || job.status().allocation() == null
          || job.status().allocation().nodes().stream().noneMatch(n -> n.node() == view.id())) {
        continue;
      }
      if (job.status().has(JobFlag.COMPLETING)) {
        release(job, node, state);
      } else if (!job.status().state().ended()) {
        resume(job, node, state, lost, holds, bootTime);
      }
    }
  }

  private void resume(
      Job job,
      String node,
      PublishedState state,
      BiConsumer<Job, Step> lost,
      HeldSteps holds,
      long bootTime) {
    boolean configuring = job.status().has(JobFlag.CONFIGURING);
    if (configuring) {
      send.accept(node, new ToNode.Prepare(job, names(job.status().allocation(), state)));
    }
    for (Step step : state.steps(job.id())) {
      boolean here =
          step.ended() == 0
              && step.parts().stream()
                  .anyMatch(part -> !part.done() && name(part.node(), state).equals(node));
      if (!here || holds.contains(job.id(), job.status().restarts(), step.id())) {
        continue;
      }
      if (configuring || bootTime < step.started()) {
        launch(job, step, state, node);
      } else {
        lost.accept(job, step);
      }
    }
  }

  /** Which steps a node knows. */
  public interface HeldSteps {
    boolean contains(long jobId, int restarts, int stepId);
  }

  static List<String> names(Allocation allocation, PublishedState state) {
    List<String> names = new ArrayList<>();
    for (NodeAllocation part : allocation.nodes()) {
      names.add(name(part.node(), state));
    }
    return names;
  }

  static String name(int id, PublishedState state) {
    NodeView view = state.node(id);
    return view == null ? "node-" + id : view.name();
  }
}
