package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.headrace.controller.internal.log.Doorbell.Agent;
import org.junit.jupiter.api.Test;

/** All on one thread: who isn't woken parks in the fifth turn, who is woken doesn't. */
class DoorbellTest {
  private static final int TURNS = 5;
  private static final long PARKED_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
  private static final int TRIES = 1_000;

  private final Doorbell doorbell = new Doorbell();
  private final IdleStrategy log = doorbell.idleStrategy(Agent.LOG);
  private boolean concerns;
  private final IdleStrategy core = doorbell.idleStrategy(Agent.CORE, () -> concerns);

  DoorbellTest() {
    doorbell.rest();
    log.idle();
    core.idle();
  }

  /** A busy machine makes any turn long; so once is enough to show that it needn't be. */
  private static boolean isWoken(IdleStrategy agent, Runnable ring) {
    for (int i = 0; i < TRIES; i++) {
      agent.reset();
      ring.run();
      if (!parks(agent)) {
        return true;
      }
    }
    return false;
  }

  private static boolean staysAsleep(IdleStrategy agent, Runnable ring) {
    agent.reset();
    ring.run();
    return parks(agent);
  }

  private static boolean parks(IdleStrategy agent) {
    long start = System.nanoTime();
    for (int i = 0; i < TURNS; i++) {
      agent.idle();
    }
    return System.nanoTime() - start > PARKED_NANOS;
  }

  @Test
  void everyoneHearsARingForAll() {
    assertThat(isWoken(log, doorbell::ring)).isTrue();
    assertThat(isWoken(core, doorbell::ring)).isTrue();
  }

  @Test
  void aRingForOneIsHeardByThatOne() {
    assertThat(isWoken(log, () -> doorbell.ring(Agent.LOG))).isTrue();
    assertThat(staysAsleep(core, () -> doorbell.ring(Agent.LOG))).isTrue();
  }

  @Test
  void whoHasDoneSomethingWakesTheOthersIfItConcernsThem() {
    assertThat(isWoken(core, () -> log.idle(1))).isTrue();
    assertThat(staysAsleep(log, () -> core.idle(1))).isTrue();
    concerns = true;
    assertThat(isWoken(log, () -> core.idle(1))).isTrue();
  }

  @Test
  void nobodyWakesItself() {
    concerns = true;
    assertThat(staysAsleep(core, () -> core.idle(1))).isTrue();
  }
}
