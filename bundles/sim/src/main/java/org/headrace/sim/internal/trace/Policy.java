package org.headrace.sim.internal.trace;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.headrace.sim.internal.SimException;

/** A published scheduling policy, as a configuration of the real plugins. */
public enum Policy {
  EASY("easy", "sched/backfill", "", false),
  EASY_CLAIRVOYANT("easy-clairvoyant", "sched/backfill", "", true),
  EASY_SJBF_CLAIRVOYANT("easy-sjbf-clairvoyant", "sched/backfill", "bf_shortest_first", true),
  FCFS("fcfs", "sched/builtin", "", false),
  CONSERVATIVE("conservative", "sched/backfill", "bf_conservative", false);

  private final String label;
  private final String scheduler;
  private final String parameters;
  private final boolean clairvoyant;

  Policy(String label, String scheduler, String parameters, boolean clairvoyant) {
    this.label = label;
    this.scheduler = scheduler;
    this.parameters = parameters;
    this.clairvoyant = clairvoyant;
  }

  /**
   * The policy of that name.
   *
   * @throws SimException if there is none
   */
  public static Policy of(String name) throws SimException {
    for (Policy policy : values()) {
      if (policy.label.equals(name)) {
        return policy;
      }
    }
    throw new SimException(
        "no policy '"
            + name
            + "'; there are "
            + Arrays.stream(values()).map(Policy::toString).collect(Collectors.joining(", ")));
  }

  /** The settings of {@code slurm.conf} that make it. */
  public Map<String, String> settings() {
    return Map.of("SchedulerType", scheduler, "SchedulerParameters", parameters);
  }

  /** True when estimates are the true run times. */
  public boolean clairvoyant() {
    return clairvoyant;
  }

  /** True when every job is promised a start at its submission. */
  public boolean promises() {
    return this == CONSERVATIVE;
  }

  @Override
  public String toString() {
    return label;
  }
}
