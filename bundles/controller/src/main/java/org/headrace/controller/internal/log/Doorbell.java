package org.headrace.controller.internal.log;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * Lets the agents of the log sleep long and still answer at once. Those of one member live in one
 * JVM and hand work to each other through shared memory, which wakes nobody; so whoever has done
 * something rings, and those who sleep look whether it concerns them.
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
  private volatile long rings;
  private volatile long longestPark = ATTENTIVE_PARK_NANOS;

  /** Wakes all agents. Cheap when they are awake. */
  @SuppressWarnings("NonAtomicOperationOnVolatileField")
  public void ring() {
    // A lost increment is as good as one that happened: the value has changed either way.
    rings++;
    for (Sleeper sleeper : sleepers) {
      sleeper.wake();
    }
  }

  /** The start is over: agents sleep until somebody rings. */
  public void rest() {
    longestPark = LONGEST_PARK_NANOS;
  }

  /** A strategy for one agent. */
  public IdleStrategy idleStrategy() {
    return new Sleeper(LONGEST_PARK_NANOS);
  }

  /**
   * A strategy for an agent that also waits for what rings nobody.
   *
   * @param longestParkNanos how long it sleeps at most
   */
  IdleStrategy idleStrategy(long longestParkNanos) {
    return new Sleeper(longestParkNanos);
  }

  /** Strategies for an agent runner that asks for a supplier. */
  public Supplier<IdleStrategy> supplier() {
    return this::idleStrategy;
  }

  private final class Sleeper implements IdleStrategy {
    private final long ownLongestPark;
    private volatile Thread thread;
    private volatile boolean parked;
    private long seen;
    private int idleTurns;

    Sleeper(long ownLongestPark) {
      this.ownLongestPark = ownLongestPark;
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void idle(int workCount) {
      if (workCount > 0) {
        idleTurns = 0;
        ring();
      } else {
        idle();
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
