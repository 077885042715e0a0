package org.headrace.agent.internal;

import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the site's program look after the node: once when the agent has found its controller, then at
 * intervals. What is to follow from what it finds, such as a drained node, the program does itself.
 * Lives on the agent's turn.
 */
final class HealthCheck {
  private static final Logger LOG = LoggerFactory.getLogger(HealthCheck.class);

  private final String node;
  private final Turn turn;
  private final Hooks hooks;
  private final Supplier<NodeRules> rules;
  private final Supplier<Map<String, String>> variables;
  private final BooleanSupplier busy;
  private Turn.Timer timer = () -> {};
  private boolean begun;
  private boolean running;
  private boolean placed;

  /**
   * @param node own name, by which nodes take different moments where that is asked for
   * @param variables what the program sees
   * @param busy whether a job has the node
   */
  HealthCheck(
      String node,
      Turn turn,
      Hooks hooks,
      Supplier<NodeRules> rules,
      Supplier<Map<String, String>> variables,
      BooleanSupplier busy) {
    this.node = node;
    this.turn = turn;
    this.hooks = hooks;
    this.rules = rules;
    this.variables = variables;
    this.busy = busy;
  }

  /** The configuration has come, or a new one. */
  void configured() {
    if (begun) {
      later(rules.get().healthCheckInterval());
    } else if (!rules.get().healthCheck().isEmpty()) {
      begun = true;
      check();
    }
  }

  private void later(long millis) {
    timer.cancel();
    NodeRules now = rules.get();
    if (millis > 0
        && !now.healthCheck().isEmpty()
        && !now.healthCheckStates().contains("START_ONLY")) {
      timer = turn.schedule(millis, this::due);
    }
  }

  private void due() {
    if (wanted(rules.get().healthCheckStates(), busy.getAsBoolean())) {
      check();
    } else {
      later(rules.get().healthCheckInterval());
    }
  }

  /** A node can't tell whether jobs have all of it or a part: ALLOC and MIXED are the same here. */
  private static boolean wanted(Set<String> states, boolean busy) {
    boolean named =
        states.contains("ALLOC")
            || states.contains("MIXED")
            || states.contains("IDLE")
            || states.contains("NONDRAINED_IDLE");
    if (states.contains("ANY") || !named) {
      return true;
    }
    return busy
        ? states.contains("ALLOC") || states.contains("MIXED")
        : states.contains("IDLE") || states.contains("NONDRAINED_IDLE");
  }

  private void check() {
    if (running) {
      return;
    }
    running = true;
    NodeRules now = rules.get();
    hooks.run(
        "health check",
        now.healthCheck(),
        variables.get(),
        now.healthCheckTimeout(),
        problem -> turn.execute(() -> done(problem)));
  }

  private void done(String problem) {
    running = false;
    if (!problem.isEmpty()) {
      LOG.warn("{}", problem);
    }
    long interval = rules.get().healthCheckInterval();
    boolean spread = !placed && rules.get().healthCheckStates().contains("CYCLE");
    placed = true;
    later(spread && interval > 0 ? 1 + Math.floorMod(node.hashCode(), interval) : interval);
  }
}
