package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.headrace.controller.testing.Await;
import org.junit.jupiter.api.Test;

class LogFaultsTest {
  private final LogFaults faults = new LogFaults();

  /** As a write to a mapped file does on a full disk. */
  private static final class Failing implements Agent {
    @Override
    public int doWork() {
      throw new InternalError("a fault occurred in an unsafe memory access operation");
    }

    @Override
    public String roleName() {
      return "failing";
    }
  }

  private void run(ErrorHandler handler) {
    try (AgentRunner runner =
        new AgentRunner(new SleepingMillisIdleStrategy(1), handler, null, new Failing())) {
      AgentRunner.startOnThread(runner, faults.threads());
      Await.until("the log has ended", faults::ended);
    }
  }

  @Test
  void anErrorOfAnAgentEndsTheLog() {
    run(faults);
  }

  @Test
  void soDoesOneThatCannotBeReported() {
    run(
        error -> {
          throw new InternalError("the file for errors has no room either");
        });
  }

  @Test
  void anAgentThatGaveUpEndsItAndAnExceptionDoesNot() {
    faults.onError(new IllegalStateException("passing"));
    assertThat(faults.ended()).isFalse();
    faults.onError(new AgentTerminationException("for good"));
    assertThat(faults.ended()).isTrue();
  }

  @Test
  void damageIsToldFromWhatPasses() {
    faults.onError(new IllegalStateException("control response publication is not connected"));
    assertThat(faults.damage()).isNull();
    for (int time = 1; time <= 3; time++) {
      assertThat(faults.damaged()).isFalse();
      faults.onError(
          new IllegalStateException(
              "ERROR - CRC checksum mismatch at position=64 (segmentOffset=0): recorded=1"));
    }
    assertThat(faults.damaged()).isTrue();
    assertThat(faults.damage()).isEqualTo("checksum mismatch at position=64");
    assertThat(faults.ended()).isFalse();
  }
}
