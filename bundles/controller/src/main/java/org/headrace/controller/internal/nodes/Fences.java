package org.headrace.controller.internal.nodes;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.control.event.Event;
import org.headrace.core.PublishedState;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;

/**
 * Where the nodes of parallel programs meet: gathers what each brings to a fence, and gives all of
 * it to each. Nothing of this is in the log. A controller that takes over is told by the nodes
 * where they are, and asks for what it needs. Between fences it keeps nothing but their number.
 * Lives on the thread of the links.
 */
final class Fences {
  /** What the nodes of a step may bring to one fence, in bytes. */
  static final int MAX_STEP_BYTES = 16 << 20;

  /** What may be kept for all steps together, in bytes. Who has most of it has to make room. */
  static final int MAX_BYTES = 32 << 20;

  private final BiConsumer<String, ToNode> send;
  private final Handout handout;
  private final Map<Key, FencedStep> steps = new HashMap<>();
  private volatile PublishedState state;
  private long bytes;

  /** A program: a step, or the steps of several components, by the first of these. */
  private record Key(long jobId, int stepId) {}

  /**
   * @param send sends a message to a node
   */
  Fences(BiConsumer<String, ToNode> send) {
    this.send = send;
    handout = new Handout(send);
  }

  void published(PublishedState newState) {
    state = newState;
  }

  /** A node's tasks wait in a fence. */
  void share(String node, FromNode.Share share) {
    FencedStep step = step(share.jobId(), share.restarts(), share.stepId());
    if (step == null) {
      return;
    }
    FencedStep.Place place = new FencedStep.Place(share.jobId(), node);
    long before = step.bytes();
    step.share(place, share.round(), share.pairs());
    account(step, before);
    if (step.largest() > MAX_STEP_BYTES) {
      fail(step, "its tasks put more than " + MAX_STEP_BYTES + " bytes of keys and values");
      return;
    }
    if (bytes > MAX_BYTES) {
      fail(
          greediest(),
          "the steps that start now have more than "
              + MAX_BYTES
              + " bytes of keys and values together, and those of this user most of it; try again"
              + " later");
    }
    checkMissing(step, find(share.jobId(), share.stepId()));
  }

  /** The largest step of the user who has most: what others start doesn't suffer by it. */
  private FencedStep greediest() {
    Map<Integer, Long> ofUsers = new HashMap<>();
    steps.values().forEach(step -> ofUsers.merge(step.owner(), step.bytes(), Long::sum));
    return Collections.max(
        steps.values(),
        Comparator.<FencedStep>comparingLong(step -> ofUsers.get(step.owner()))
            .thenComparingLong(FencedStep::bytes));
  }

  /** A node's tasks have passed a fence. */
  void passed(String node, FromNode.FencePassed passed) {
    FencedStep step = step(passed.jobId(), passed.restarts(), passed.stepId());
    if (step != null) {
      long before = step.bytes();
      step.passed(new FencedStep.Place(passed.jobId(), node), passed.round());
      account(step, before);
    }
  }

  /** A node's tasks have ended; those of others may go on. */
  void partEnded(String node, long jobId, int restarts, int stepId) {
    FencedStep step = step(jobId, restarts, stepId);
    if (step != null) {
      step.ended(new FencedStep.Place(jobId, node));
      checkMissing(step, find(jobId, stepId));
    }
  }

  /** The way to a node is broken: what was on its way there is said again when it is back. */
  void disconnected(String node) {
    handout.gone(node);
    steps.values().forEach(step -> step.lostSight(node));
  }

  /** A step may have ended, or lost a node. */
  void on(Event event) {
    if (event instanceof Event.StepChanged changed) {
      look(changed.step());
    } else if (event instanceof Event.NodeLeft left && state != null) {
      state.steps(left.job().id()).forEach(this::look);
    }
  }

  private void look(Step now) {
    Key key = key(now);
    FencedStep step = steps.get(key);
    if (step == null) {
      return;
    }
    if (running(now).isEmpty()) {
      bytes -= step.bytes();
      steps.remove(key);
      handout.gone(step);
    } else {
      checkMissing(step, now);
    }
  }

  private void checkMissing(FencedStep step, Step now) {
    if (now != null && anyEnded(step, now) && step.missesForEver(Set.copyOf(running(now)))) {
      fail(step, "tasks wait in a barrier for others, on another node, which have ended");
    }
  }

  /** Mostly not; then there is no need to look at each place. */
  private boolean anyEnded(FencedStep step, Step now) {
    return step.anyEnded()
        || all(now).stream()
            .anyMatch(one -> one.ended() != 0 || one.parts().stream().anyMatch(Step.Part::done));
  }

  /**
   * The steps that an abort ends: those of the whole program, while they run.
   *
   * @return none if that run of the job is over, or has no tasks of that program on the node
   */
  List<Step> endedBy(String node, FromNode.StepAborted aborted) {
    Step step = program(aborted.jobId(), aborted.stepId());
    Job job = step == null ? null : state.job(aborted.jobId());
    return job == null
            || job.status().restarts() != aborted.restarts()
            || !places(step).contains(new FencedStep.Place(aborted.jobId(), node))
        ? List.of()
        : all(step).stream().filter(one -> one.ended() == 0).toList();
  }

  private void fail(FencedStep step, String why) {
    long before = step.bytes();
    step.fail(why);
    account(step, before);
  }

  private void account(FencedStep step, long before) {
    bytes += step.bytes() - before;
  }

  private static Key key(Step step) {
    long first = step.group().grouped() ? step.group().jobs().get(0) : step.jobId();
    return new Key(first, step.id());
  }

  /** What is known of a step's fences; null for a step that doesn't run. */
  private FencedStep step(long jobId, int restarts, int stepId) {
    Step step = program(jobId, stepId);
    Job job = state == null ? null : state.job(jobId);
    if (step == null || step.ended() != 0 || job == null || job.status().restarts() != restarts) {
      return null;
    }
    Key key = key(step);
    FencedStep known = steps.get(key);
    if (known != null && known.restarts() != restarts) {
      bytes -= known.bytes();
      handout.gone(known);
      known = null;
    }
    if (known == null) {
      known =
          new FencedStep(job.spec().owner().uid(), stepId, restarts, places(step), send, handout);
      steps.put(key, known);
      if (step.group().jobs().size() > all(step).size()) {
        known.fail("a component of the job has ended");
      }
    }
    return known;
  }

  /** A step whose tasks are a parallel program, or null. */
  private Step program(long jobId, int stepId) {
    Step step = find(jobId, stepId);
    return step != null && step.spec().attributes().containsKey(StepSpec.MPI) ? step : null;
  }

  private Step find(long jobId, int stepId) {
    PublishedState current = state;
    return current == null
        ? null
        : current.steps(jobId).stream()
            .filter(step -> step.id() == stepId)
            .findFirst()
            .orElse(null);
  }

  /** The steps of a program, as far as they are known. */
  private List<Step> all(Step step) {
    return step.group().grouped() ? NodeMessenger.siblings(step, state) : List.of(step);
  }

  /** Where a program's tasks are, in the order of their nodes. */
  private List<FencedStep.Place> places(Step one) {
    return all(one).stream()
        .flatMap(step -> step.parts().stream().map(part -> place(step, part)))
        .toList();
  }

  /** Where they are still running. */
  private List<FencedStep.Place> running(Step one) {
    return all(one).stream()
        .filter(step -> step.ended() == 0)
        .flatMap(
            step ->
                step.parts().stream().filter(part -> !part.done()).map(part -> place(step, part)))
        .toList();
  }

  private FencedStep.Place place(Step step, Step.Part part) {
    return new FencedStep.Place(step.jobId(), NodeMessenger.name(part.node(), state));
  }
}
