package org.headrace.transport.internal;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.headrace.transport.DriverDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that does everything of one end of the links: media driver, client and our own work.
 * That way a message needs no wake-ups between threads, and an idle end costs one thread that
 * mostly sleeps.
 *
 * <p>Sleep grows from {@link #SHORTEST_PARK_NANOS} to {@link #LONGEST_PARK_NANOS} while nothing
 * happens, and to {@link #QUIET_PARK_NANOS} once nothing has for a second; a call of {@link
 * #execute} ends it at once. Only messages count as something happening: Aeron's own heartbeats
 * would otherwise keep it awake for ever.
 */
public final class DutyThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DutyThread.class);
  private static final long SHORTEST_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
  private static final long QUIET_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long QUIET_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ATTENTIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /**
   * Bytes that the driver moves in one round and that are more than heartbeats: it sends one packet
   * a round, so that the next round must not wait.
   */
  private static final int BULK_BYTES = 1024;

  private static final int TERM_LENGTH = 256 * 1024;

  /**
   * How long the process may stand still (a stopped machine, a debugger, a full disk) before driver
   * and client take each other for dead, which would be for ever. They share the thread, so neither
   * can be gone without the other.
   */
  private static final long STANDSTILL_NANOS = TimeUnit.DAYS.toNanos(1);

  /**
   * Counters for some thousands of peers, a dozen to each and 128 bytes to a counter. Aeron keeps
   * four times as much for their labels, and all of it is touched.
   */
  public static final int MANY_PEERS = 8 << 20;

  /** Counters for some hundreds of peers. */
  public static final int FEW_PEERS = 1 << 20;

  private final ConcurrentLinkedQueue<Runnable> actions = new ConcurrentLinkedQueue<>();
  private final MediaDriver driver;
  private final Aeron aeron;
  private final Path place;
  private final Thread thread;
  private volatile Work work;
  private volatile boolean closed;
  private volatile boolean parked;

  /** What the thread does besides moving bytes. */
  public interface Work {
    /** Does what there is to do; returns how much was done. */
    int doWork();

    /** Called last, on the thread. */
    void close();
  }

  private DutyThread(String name, Path place, MediaDriver driver, Aeron aeron) {
    this.place = place;
    this.driver = driver;
    this.aeron = aeron;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /**
   * Starts a media driver that is driven by the thread once it is started.
   *
   * @param place its {@link DriverDirectory}
   * @param countersLength bytes for the driver's counters, {@link #MANY_PEERS} or {@link
   *     #FEW_PEERS}
   * @throws IllegalStateException if that can't be used
   */
  public static DutyThread open(String name, Path place, int countersLength) {
    String directory = DriverDirectory.prepare(place);
    MediaDriver driver =
        MediaDriver.launch(
            new MediaDriver.Context()
                .aeronDirectoryName(directory)
                .counterValuesBufferLength(countersLength)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.INVOKER)
                .publicationTermBufferLength(TERM_LENGTH)
                .ipcTermBufferLength(TERM_LENGTH)
                .initialWindowLength(TERM_LENGTH / 2)
                .clientLivenessTimeoutNs(STANDSTILL_NANOS)
                .publicationUnblockTimeoutNs(2 * STANDSTILL_NANOS)
                .asyncExecutorIdleStrategy(new SleepingMillisIdleStrategy(50))
                .errorHandler(e -> LOG.debug("{}: media driver: {}", name, e.toString())));
    try {
      Aeron aeron =
          Aeron.connect(
              new Aeron.Context()
                  .aeronDirectoryName(directory)
                  .useConductorAgentInvoker(true)
                  .driverAgentInvoker(driver.sharedAgentInvoker())
                  .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(STANDSTILL_NANOS))
                  .errorHandler(e -> LOG.warn("{}: {}", name, e.toString())));
      return new DutyThread(name, place, driver, aeron);
    } catch (RuntimeException e) {
      driver.close();
      throw e;
    }
  }

  /** For use by the {@link Work} alone, on the thread, and before it is started. */
  Aeron aeron() {
    return aeron;
  }

  public void start(Work toDo) {
    work = toDo;
    thread.start();
  }

  /** Runs an action on the thread, soon. */
  public void execute(Runnable action) {
    actions.add(action);
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    AgentInvoker driverAgent = driver.sharedAgentInvoker();
    AgentInvoker clientAgent = aeron.conductorAgentInvoker();
    long lastWork = System.nanoTime();
    long park = SHORTEST_PARK_NANOS;
    while (!closed) {
      int moved = driverAgent.invoke();
      clientAgent.invoke();
      int done = runActions() + guarded(work::doWork);
      if (done > 0) {
        driverAgent.invoke();
        lastWork = System.nanoTime();
        park = SHORTEST_PARK_NANOS;
      } else if (moved < BULK_BYTES) {
        park(park);
        park = longer(park, System.nanoTime() - lastWork);
      }
    }
    runActions();
    driverAgent.invoke();
    work.close();
    closeDriver();
  }

  private void closeDriver() {
    aeron.close();
    driver.close();
    DriverDirectory.remove(place);
  }

  private static long longer(long park, long quiet) {
    if (quiet <= ATTENTIVE_NANOS) {
      return park;
    }
    return Math.min(park * 2, quiet > QUIET_AFTER_NANOS ? QUIET_PARK_NANOS : LONGEST_PARK_NANOS);
  }

  private void park(long nanos) {
    parked = true;
    if (actions.isEmpty() && !closed) {
      LockSupport.parkNanos(nanos);
    }
    parked = false;
  }

  private int runActions() {
    int done = 0;
    for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
      Runnable next = action;
      guarded(
          () -> {
            next.run();
            return 0;
          });
      done++;
    }
    return done;
  }

  private interface Step {
    int run();
  }

  /** A fault in one message must not end the link for all others. */
  private static int guarded(Step step) {
    try {
      return step.run();
    } catch (RuntimeException e) {
      LOG.error("A message could not be handled; going on", e);
      return 1;
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      closeDriver();
      return;
    }
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive() && Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
