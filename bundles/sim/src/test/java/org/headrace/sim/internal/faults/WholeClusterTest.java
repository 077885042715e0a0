package org.headrace.sim.internal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Whole clusters in bad weather: users, administrators and faults made up from a seed. A failure
 * names the seed; {@code -Dheadrace.sim.seed=N} repeats it, {@code -Dheadrace.sim.seeds=N} runs
 * more of them.
 */
class WholeClusterTest {
  private static final int STEPS = 600;

  /** What has to come up in the course of all seeds, or they prove little. */
  private static final String[] HAPPENS = {
    "NODE_CUT",
    "SESSION_LOST",
    "AGENT_KILLED",
    "NODE_RESTARTED",
    "CONTROLLER_KILLED",
    "SNAPSHOT",
    "CLOCK_JUMP",
    "PLUGIN_SWAP",
    "message lost",
    "message twice",
    "plugin at fault",
    "COMPLETED",
    "FAILED",
    "CANCELLED",
    "TIMEOUT",
    "NODE_FAIL",
    "GOES_ON_WITHOUT_NODE",
    "PREEMPTED",
    "REQUEUED_BY_PREEMPTION",
    "STOPPED_FOR_ANOTHER",
    "TAKES_TURNS",
    "LIMITED",
    "STARTED_TOGETHER",
    "IN_RESERVATION",
    "DRAWN_IN",
    "KEPT_OUT",
    "ALONE_ON_ITS_SWITCH",
    "SHARES_CORES",
    "PENDING"
  };

  @Test
  void invariantsHoldWhateverHappens() {
    Long one = Long.getLong("headrace.sim.seed");
    LongStream seeds =
        one == null
            ? LongStream.rangeClosed(1, Integer.getInteger("headrace.sim.seeds", 200))
            : LongStream.of(one);
    Tally tally = new Tally();
    seeds.forEach(seed -> run(seed, tally));
    System.out.println("over all seeds: " + tally.counts());
    if (one == null) {
      assertThat(tally.counts()).as("what happened").containsKeys(HAPPENS);
    }
  }

  private static void run(long seed, Tally tally) {
    try {
      new Weather(seed, tally).pass(STEPS);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed "
              + seed
              + "; to repeat it: mvn -pl bundles/sim -Dtest=WholeClusterTest"
              + " -Dheadrace.sim.seed="
              + seed
              + " test: "
              + e.getMessage(),
          e);
    }
  }
}
