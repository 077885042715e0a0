package org.headrace.agent.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.headrace.api.launcher.Launcher;
import org.headrace.protocol.node.FromNode;

/**
 * The fences of parallel programs: what this node's tasks bring goes to the controller, and what
 * all nodes brought comes back. What was brought to the last fence is kept, since nodes that still
 * wait in it may have to be told by another controller than the one that knew. Lives on the agent's
 * turn.
 */
final class StepFences {
  /** What is kept for all steps of a node, in bytes. */
  static final int MAX_BYTES = 16 << 20;

  private static final int KEPT_ROUNDS = 2;

  private final Launcher launcher;
  private final Consumer<FromNode> send;
  private final Map<HeldStep, Kept> steps = new HashMap<>();
  private long bytes;

  private static final class Kept {
    final TreeMap<Integer, FromNode.Share> shares = new TreeMap<>();
    int passed;
  }

  StepFences(Launcher launcher, Consumer<FromNode> send) {
    this.launcher = launcher;
    this.send = send;
  }

  /** The step's tasks here wait in a fence. */
  void share(HeldStep step, int round, byte[] pairs) {
    Kept kept = steps.computeIfAbsent(step, any -> new Kept());
    FromNode.Share share =
        new FromNode.Share(step.key.jobId(), step.attempt, step.key.stepId(), round, pairs);
    bytes += pairs.length - size(kept.shares.put(round, share));
    while (kept.shares.size() > KEPT_ROUNDS) {
      bytes -= size(kept.shares.pollFirstEntry().getValue());
    }
    if (bytes > MAX_BYTES) {
      launcher.fail(
          step.key,
          "the steps of this node have more than " + MAX_BYTES + " bytes of keys and values");
    } else if (round > kept.passed) {
      send.accept(share);
    }
  }

  private static int size(FromNode.Share share) {
    return share == null ? 0 : share.pairs().length;
  }

  /** The step's tasks here have what all nodes brought. */
  void passed(HeldStep step, int round) {
    Kept kept = steps.computeIfAbsent(step, any -> new Kept());
    kept.passed = Math.max(kept.passed, round);
    send.accept(passed(step, kept));
  }

  private static FromNode.FencePassed passed(HeldStep step, Kept kept) {
    return new FromNode.FencePassed(step.key.jobId(), step.attempt, step.key.stepId(), kept.passed);
  }

  /** There is a controller, perhaps a new one: tells it where the steps are. */
  void connected() {
    steps.forEach(
        (step, kept) -> {
          if (kept.passed > 0) {
            send.accept(passed(step, kept));
          }
          kept.shares.tailMap(kept.passed, false).values().forEach(send);
        });
  }

  /** Another node has still to be told what was brought here. */
  void ask(HeldStep step, int round) {
    Kept kept = steps.get(step);
    if (kept != null && kept.shares.containsKey(round)) {
      send.accept(kept.shares.get(round));
    }
  }

  void ended(HeldStep step) {
    Kept kept = steps.remove(step);
    if (kept != null) {
      kept.shares.values().forEach(share -> bytes -= size(share));
    }
  }
}
