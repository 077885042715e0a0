package org.headrace.controller.internal.log;

import io.aeron.Publication;
import io.aeron.cluster.ClusterControl;
import io.aeron.cluster.client.AeronCluster;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.core.ClusterMachine;
import org.headrace.protocol.codec.RecordCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log that every command goes through. A command is on disk before it is applied, and applied
 * before it is answered.
 *
 * <p>Safe for any thread.
 */
public final class ReplicatedLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicatedLog.class);
  private static final RecordCodec<LoggedCommand> CODEC = RecordCodec.of(LoggedCommand.class);
  private static final long OFFER_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long SNAPSHOT_ENTRIES = 25_000;
  private static final long CLOSING_SNAPSHOT_ENTRIES = 1_000;
  private static final long CLOSING_SNAPSHOT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final int TRIM_SECONDS = 60;
  private static final int MAX_WAITING = 100_000;

  private final StateDirectory directory;
  private final Doorbell doorbell;
  private final LogMember member;
  private final CoreService service;
  private final AeronCluster client;
  private final ConcurrentMap<Long, CompletableFuture<Outcome>> waiting;
  private final long incarnation;
  private final AtomicLong numbers = new AtomicLong();
  private final ScheduledExecutorService upkeep;
  private final LogTrimmer trimmer;
  private final CoreListener listener;
  private volatile String spaceProblem;
  private volatile long lastSnapshotAt;
  private volatile boolean closed;

  private ReplicatedLog(
      StateDirectory directory,
      Doorbell doorbell,
      LogMember member,
      CoreService service,
      AeronCluster client,
      ConcurrentMap<Long, CompletableFuture<Outcome>> waiting,
      long incarnation,
      CoreListener listener) {
    this.listener = listener;
    this.directory = directory;
    this.doorbell = doorbell;
    this.member = member;
    this.service = service;
    this.client = client;
    this.waiting = waiting;
    this.incarnation = incarnation;
    upkeep =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "log-upkeep");
              thread.setDaemon(true);
              return thread;
            });
    trimmer = new LogTrimmer(directory.cluster().toFile(), member.archiveClient());
    upkeep.scheduleWithFixedDelay(this::upkeep, 1, 1, TimeUnit.SECONDS);
    upkeep.scheduleWithFixedDelay(this::trim, TRIM_SECONDS, TRIM_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Opens the log and replays it into the machine.
   *
   * @param directory where it is; belongs to the log from now on, also if it can't be opened
   * @param machine the core, new
   * @param listener is told once everything is replayed, and of all that is applied from then on
   * @throws IOException if the log can't be used
   */
  public static ReplicatedLog open(
      StateDirectory directory, ClusterMachine machine, CoreListener listener) throws IOException {
    String problem = directory.spaceProblem();
    if (problem != null) {
      directory.close();
      throw new IOException(problem);
    }
    ConcurrentMap<Long, CompletableFuture<Outcome>> waiting = new ConcurrentHashMap<>();
    long incarnation = new SecureRandom().nextLong();
    CoreService service = new CoreService(machine, listener, waiting, incarnation);
    Doorbell doorbell = new Doorbell();
    LogMember member = null;
    try {
      member = LogMember.launch(directory, doorbell, service);
      AeronCluster client =
          AeronCluster.connect(
              new AeronCluster.Context()
                  .aeronDirectoryName(member.driverDirectory())
                  .ingressChannel("aeron:ipc?term-length=" + LogMember.TERM_LENGTH)
                  .egressChannel("aeron:ipc?term-length=64k")
                  .isIngressExclusive(false)
                  .messageTimeoutNs(TimeUnit.MINUTES.toNanos(5))
                  .idleStrategy(doorbell.idleStrategy())
                  .errorHandler(error -> LOG.warn("Log client: {}", error.toString())));
      doorbell.rest();
      return new ReplicatedLog(
          directory, doorbell, member, service, client, waiting, incarnation, listener);
    } catch (RuntimeException e) {
      CloseHelper.quietCloseAll(member, directory);
      throw new IOException("The log in " + directory.root() + " can't be used: " + e, e);
    }
  }

  /**
   * Appends a command. The answer comes once it has been applied, on the core's thread.
   *
   * @return completes with the core's answer, or with a rejection when the log takes nothing; never
   *     exceptionally
   */
  public CompletableFuture<Outcome> append(Command command, Actor actor) {
    String refusal = refusal();
    if (refusal != null) {
      return CompletableFuture.completedFuture(new Outcome.Rejected(ErrorCode.QUEUE_FULL, refusal));
    }
    byte[] entry = CODEC.encode(new LoggedCommand(actor, command));
    long number = numbers.incrementAndGet();
    CompletableFuture<Outcome> future = new CompletableFuture<>();
    waiting.put(number, future);
    boolean[] complete = {true};
    Parts.cut(incarnation, number, entry, part -> complete[0] = complete[0] && offer(part));
    doorbell.ring();
    if (!complete[0] && waiting.remove(number) != null) {
      future.complete(
          new Outcome.Rejected(ErrorCode.NOT_LEADER, "the log takes no entries; try again"));
    }
    return future;
  }

  private String refusal() {
    if (closed) {
      return "the controller is stopping";
    }
    if (spaceProblem != null) {
      return spaceProblem;
    }
    return waiting.size() >= MAX_WAITING
        ? MAX_WAITING + " commands are under way already; try again later"
        : null;
  }

  private boolean offer(DirectBuffer part) {
    long deadline = System.nanoTime() + OFFER_TIMEOUT_NANOS;
    while (!closed) {
      long position = client.offer(part, 0, part.capacity());
      if (position > 0) {
        return true;
      }
      if (position == Publication.CLOSED
          || position == Publication.MAX_POSITION_EXCEEDED
          || System.nanoTime() > deadline) {
        return false;
      }
      doorbell.ring();
      LockSupport.parkNanos(20_000);
    }
    return false;
  }

  /** Keeps the client's session alive, looks at the disk, and takes a snapshot when it is time. */
  private void upkeep() {
    if (!closed && (member.ended() || client.context().aeron().isClosed())) {
      upkeep.shutdown();
      listener.ended("the log has ended; the messages before this one say why");
      return;
    }
    try {
      client.sendKeepAlive();
      client.pollEgress();
      doorbell.ring();
      spaceProblem = directory.spaceProblem();
      if (service.applied() - lastSnapshotAt >= SNAPSHOT_ENTRIES) {
        snapshot();
      }
    } catch (RuntimeException e) {
      LOG.warn("Upkeep of the log failed; it is tried again in a second", e);
    }
  }

  /** Asks for a snapshot, so that the next start has less to replay. */
  public void snapshot() {
    if (ClusterControl.ToggleState.SNAPSHOT.toggle(member.controlToggle())) {
      lastSnapshotAt = service.applied();
      doorbell.ring();
    }
  }

  /** Position of the last snapshot, or −1. */
  public long lastSnapshot() {
    return trimmer.lastSnapshot();
  }

  /** Deletes what no start will read again. */
  void trim() {
    try {
      trimmer.trim();
    } catch (RuntimeException e) {
      LOG.warn("The log could not be trimmed; it is tried again in a minute", e);
    }
  }

  /** With a fresh snapshot the next start has nothing to replay. */
  private void snapshotBeforeClosing() {
    if (service.applied() - lastSnapshotAt < CLOSING_SNAPSHOT_ENTRIES) {
      return;
    }
    long before = trimmer.lastSnapshot();
    long deadline = System.nanoTime() + CLOSING_SNAPSHOT_NANOS;
    snapshot();
    while (trimmer.lastSnapshot() == before && System.nanoTime() < deadline) {
      doorbell.ring();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  @Override
  public void close() {
    closed = true;
    upkeep.shutdownNow();
    try {
      snapshotBeforeClosing();
    } catch (RuntimeException e) {
      LOG.warn("No snapshot before closing; the next start replays more", e);
    }
    CloseHelper.quietClose(client);
    CloseHelper.quietClose(member);
    waiting.forEach(
        (number, future) ->
            future.complete(
                new Outcome.Rejected(ErrorCode.NOT_LEADER, "the controller is stopping")));
    waiting.clear();
    CloseHelper.quietClose(directory);
  }
}
