package org.headrace.controller.internal.log;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * Lets the agents of the log sleep long and still answer at once. Those of one member live in one
 * JVM and hand work to each other through shared memory, which wakes nobody; so whoever has done
 * something rings, and those who sleep look whether it concerns them. Who certainly is not
 * concerned isn't woken: on few cores each thread that looks in vain holds up the one that has the
 * work.
 *
 * <p>Measured on two noisy cores: Aeron's own strategies need 5 to 8 % of a core when idle for an
 * answer within 3 to 10 ms; see {@code docs/adr/0003-one-log-that-sleeps.md}.
 */
public final class Doorbell {
  private static final int SPINS = 4;
  private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** While the log starts, agents wait for steps of each other that ring nobody. */
  private static final long ATTENTIVE_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final CopyOnWriteArrayList<Sleeper> sleepers = new CopyOnWriteArrayList<>();
  private volatile long longestPark = ATTENTIVE_PARK_NANOS;

  /** Who sleeps. */
  enum Agent {
    /** The media driver, if it has a thread of its own. */
    DRIVER,
    /** Consensus module and archive. */
    LOG,
    /** The service. */
    CORE
  }

  /** Wakes all agents. Cheap when they are awake. */
  public void ring() {
    for (Sleeper sleeper : sleepers) {
      sleeper.rung();
    }
  }

  /** Wakes those that something is meant for. */
  void ring(Agent agent) {
    for (Sleeper sleeper : sleepers) {
      if (sleeper.agent == agent) {
        sleeper.rung();
      }
    }
  }

  /** The start is over: agents sleep until somebody rings. */
  public void rest() {
    longestPark = LONGEST_PARK_NANOS;
  }

  /** A strategy for an agent, which wakes the others when it has done something. */
  IdleStrategy idleStrategy(Agent agent) {
    return new Sleeper(agent, LONGEST_PARK_NANOS, () -> true);
  }

  /**
   * A strategy for an agent that also waits for what rings nobody.
   *
   * @param longestParkNanos how long it sleeps at most
   */
  IdleStrategy idleStrategy(Agent agent, long longestParkNanos) {
    return new Sleeper(agent, longestParkNanos, () -> true);
  }

  /**
   * A strategy for an agent that often does what doesn't concern the others.
   *
   * @param concerns asked once for each turn in which it has done something
   */
  IdleStrategy idleStrategy(Agent agent, BooleanSupplier concerns) {
    return new Sleeper(agent, LONGEST_PARK_NANOS, concerns);
  }

  private final class Sleeper implements IdleStrategy {
    private final Agent agent;
    private final long ownLongestPark;
    private final BooleanSupplier concerns;
    private volatile Thread thread;
    private volatile boolean parked;
    private volatile long rings;
    private long seen;
    private int idleTurns;

    Sleeper(Agent agent, long ownLongestPark, BooleanSupplier concerns) {
      this.agent = agent;
      this.ownLongestPark = ownLongestPark;
      this.concerns = concerns;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void rung() {
      // A lost increment is as good as one that happened: the value has changed either way.
      rings++;
      if (parked) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void idle(int workCount) {
      if (workCount > 0) {
        idleTurns = 0;
        tell();
      } else {
        idle();
      }
    }

    private void tell() {
      if (concerns.getAsBoolean()) {
        for (Sleeper sleeper : sleepers) {
          if (sleeper != this) {
            sleeper.rung();
          }
        }
      }
    }

    @Override
    public void idle() {
      if (thread == null) {
        thread = Thread.currentThread();
        sleepers.add(this);
      }
      long now = rings;
      if (now != seen) {
        seen = now;
        idleTurns = 0;
        return;
      }
      if (++idleTurns <= SPINS) {
        Thread.yield();
        return;
      }
      parked = true;
      if (rings == seen) {
        LockSupport.parkNanos(Math.min(longestPark, ownLongestPark));
      }
      parked = false;
    }

    @Override
    public void reset() {
      idleTurns = 0;
    }

    @Override
    public String alias() {
      return "doorbell";
    }
  }
}
