package org.headrace.transport.internal;

import io.aeron.Aeron;
import io.aeron.driver.Configuration;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentInvoker;
import org.headrace.transport.DriverDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that does everything of one end of the links: media driver, client and our own work.
 * That way a message needs no wake-ups between threads, and an idle end costs one thread that
 * mostly sleeps.
 *
 * <p>It sleeps until a datagram arrives, somebody calls {@link #execute}, or what Aeron does by the
 * clock (heartbeats, sending again what was lost) may be due.
 */
public final class DutyThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DutyThread.class);

  /** How soon Aeron may have to see to what has just come or gone: {@link #RETRY_NANOS}. */
  private static final long PARK_MILLIS = 20;

  /** Where nothing has, what is due next are heartbeats, 100 ms after the last. */
  private static final long QUIET_PARK_MILLIS = 80;

  /**
   * Bytes that the driver moves in one round and that are more than heartbeats: it sends one packet
   * a round, so that the next round must not wait.
   */
  private static final int BULK_BYTES = 1024;

  private static final int SOCKETS_WITHOUT_REST = 64;
  private static final long REST_NANOS = 2_000;
  private static final long LONGEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  /** How often a listener says that it is there; it is given up after 5 s of silence. */
  private static final long STATUS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /**
   * When what was lost is asked for again. Aeron does in each round, of which whoever sends notices
   * one in 10 ms; where something was lost for want of room, that is what fills it.
   */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(PARK_MILLIS);

  private static final int TERM_LENGTH = 256 * 1024;

  /**
   * How long the process may stand still (a stopped machine, a debugger, a full disk) before driver
   * and client take each other for dead, which would be for ever. They share the thread, so neither
   * can be gone without the other.
   */
  private static final long STANDSTILL_NANOS = TimeUnit.DAYS.toNanos(1);

  /** Bytes of counters to a peer: a dozen of 128. */
  private static final int COUNTERS_PER_PEER = 12 * 128;

  /**
   * Counters for some thousands of peers. Aeron keeps four times as much for their labels, and all
   * of it is touched.
   */
  public static final int MANY_PEERS = 8 << 20;

  /** Counters for some hundreds of peers. */
  public static final int FEW_PEERS = 1 << 20;

  private final ConcurrentLinkedQueue<Runnable> actions = new ConcurrentLinkedQueue<>();
  private final Lookups lookups;
  private final Arrivals arrivals;
  private final MediaDriver driver;
  private final Aeron aeron;
  private final Path place;
  private final Thread thread;
  private volatile Work work;
  private volatile boolean closed;
  private volatile boolean parked;

  /** Nothing came during the last park, and nothing was done since. */
  private boolean quiet;

  /** Who knows the addresses of names; asked by several threads at a time. */
  public interface Names {
    /** May take long. */
    InetAddress address(String host) throws UnknownHostException;
  }

  /** What the thread does besides moving bytes. */
  public interface Work {
    /** Does what there is to do; returns how much was done. */
    int doWork();

    /** Called last, on the thread. */
    void close();
  }

  private DutyThread(
      String name, Path place, Arrivals arrivals, MediaDriver driver, Aeron aeron, Names names) {
    lookups = new Lookups(names, this::execute);
    this.arrivals = arrivals;
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
    return open(name, place, countersLength, InetAddress::getByName);
  }

  /** As above, with another knowledge of names. */
  public static DutyThread open(String name, Path place, int countersLength, Names names) {
    String directory = DriverDirectory.prepare(place);
    Arrivals arrivals = Arrivals.open(countersLength / COUNTERS_PER_PEER, TERM_LENGTH);
    MediaDriver driver = null;
    try {
      driver = MediaDriver.launch(arrivals.watch(driverContext(name, directory, countersLength)));
      return new DutyThread(name, place, arrivals, driver, client(name, directory, driver), names);
    } catch (RuntimeException e) {
      CloseHelper.quietCloseAll(driver, arrivals);
      throw e;
    }
  }

  /**
   * Aeron has a thread of its own for opening streams and asking for names, which looks for work
   * now and then. Whoever opens a stream waits for it in any case, so that it would only be waited
   * for longer: with thousands of nodes, minutes of a whole core. It is given no names to ask for
   * ({@link Lookups}), and so there are none to be asked for again.
   */
  private static MediaDriver.Context driverContext(
      String name, String directory, int countersLength) {
    return new MediaDriver.Context()
        .aeronDirectoryName(directory)
        .counterValuesBufferLength(countersLength)
        .dirDeleteOnStart(true)
        .dirDeleteOnShutdown(true)
        .threadingMode(ThreadingMode.INVOKER)
        .publicationTermBufferLength(TERM_LENGTH)
        .ipcTermBufferLength(TERM_LENGTH)
        .socketRcvbufLength(Arrivals.bufferLength(countersLength / COUNTERS_PER_PEER))
        .initialWindowLength(TERM_LENGTH / 2)
        .clientLivenessTimeoutNs(STANDSTILL_NANOS)
        .publicationUnblockTimeoutNs(2 * STANDSTILL_NANOS)
        .asyncExecutorEnabled(false)
        .reResolutionCheckIntervalNs(0)
        .statusMessageTimeoutNs(STATUS_NANOS)
        .nakUnicastRetryDelayRatio(RETRY_NANOS / Configuration.NAK_UNICAST_DELAY_DEFAULT_NS)
        .errorHandler(e -> LOG.debug("{}: media driver: {}", name, e.toString()));
  }

  private static Aeron client(String name, String directory, MediaDriver driver) {
    return Aeron.connect(
        new Aeron.Context()
            .aeronDirectoryName(directory)
            .useConductorAgentInvoker(true)
            .driverAgentInvoker(driver.sharedAgentInvoker())
            .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(STANDSTILL_NANOS))
            .errorHandler(e -> LOG.warn("{}: {}", name, e.toString())));
  }

  /** For use by the {@link Work} alone, on the thread, and before it is started. */
  Aeron aeron() {
    return aeron;
  }

  /** For use by the {@link Work} alone, on the thread, and before it is started. */
  Lookups lookups() {
    return lookups;
  }

  public void start(Work toDo) {
    work = toDo;
    thread.start();
  }

  /** Runs an action on the thread, soon. */
  public void execute(Runnable action) {
    actions.add(action);
    if (parked) {
      wake();
    }
  }

  private void wake() {
    arrivals.wake();
    LockSupport.unpark(thread);
  }

  private void run() {
    AgentInvoker driverAgent = driver.sharedAgentInvoker();
    AgentInvoker clientAgent = aeron.conductorAgentInvoker();
    while (!closed) {
      int moved = driverAgent.invoke();
      if (moved > 0) {
        arrivals.readOn();
      }
      clientAgent.invoke();
      int done = runActions() + guarded(work::doWork);
      if (done > 0) {
        quiet = false;
        driverAgent.invoke();
      } else if (moved < BULK_BYTES) {
        rest();
        park();
      }
    }
    runActions();
    driverAgent.invoke();
    work.close();
    closeDriver();
  }

  private void closeDriver() {
    lookups.close();
    aeron.close();
    driver.close();
    arrivals.close();
    DriverDirectory.remove(place);
  }

  /**
   * Each round looks at all ways, and of hundreds of peers a heartbeat comes in each fraction of a
   * millisecond: it may wait for the next ones.
   */
  private void rest() {
    int sockets = arrivals.sockets();
    if (sockets > SOCKETS_WITHOUT_REST) {
      parked = true;
      if (actions.isEmpty() && !closed) {
        LockSupport.parkNanos(this, Math.min(sockets * REST_NANOS, LONGEST_REST_NANOS));
      }
      parked = false;
    }
  }

  private void park() {
    parked = true;
    if (actions.isEmpty() && !closed) {
      quiet = !arrivals.await(quiet ? QUIET_PARK_MILLIS : PARK_MILLIS);
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

  /**
   * A fault in one message must not end the link for all others, and neither must a stack that one
   * has used up or a class that it lacks: the daemon would live on without any link.
   */
  private static int guarded(Step step) {
    try {
      return step.run();
    } catch (RuntimeException | Error e) {
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
    wake();
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
