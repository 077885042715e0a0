package org.headrace.controller.internal.log;

import io.aeron.Aeron;
import io.aeron.cluster.ClusterControl;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
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
  private static final int NOBODY = -1;
  private static final Outcome NOT_LEADING =
      new Outcome.Rejected(ErrorCode.NOT_LEADER, "this controller doesn't lead");
  private static final Outcome UNDECIDED =
      new Outcome.Rejected(
          ErrorCode.OUTCOME_UNKNOWN,
          "the controller lost its lead or stopped while the command was under way; it may have"
              + " been carried out: look before you give it again");
  private static final long UNDECIDED_SECONDS = 10;

  /**
   * A snapshot is taken after so many entries, and in a larger state after a tenth of what it has
   * pieces: then what a start replays costs it less than what it reads.
   */
  private static final long SNAPSHOT_ENTRIES = 10_000;

  private static final long CLOSING_SNAPSHOT_ENTRIES = 1_000;
  private static final long CLOSING_SNAPSHOT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final int TRIM_SECONDS = 60;
  private static final int MAX_WAITING = 100_000;

  private final StateDirectory directory;
  private final LogMembers members;
  private final CoreListener listener;
  private final Doorbell doorbell = new Doorbell();
  private final CoreService service;
  private final LogMember member;
  private final Aeron aeron;
  private final LogTrimmer trimmer;
  private final Upkeep upkeep;
  private volatile Ingress ingress;
  private volatile int leader = NOBODY;
  private volatile String spaceProblem;
  private volatile boolean closed;
  private long openTerm = -1;
  private int toldLeader = NOBODY;

  /** Whether all that this member had has been read; only the upkeep's thread looks. */
  private boolean begun;

  private ReplicatedLog(
      StateDirectory directory, LogMembers members, ClusterMachine machine, CoreListener listener)
      throws IOException {
    this.directory = directory;
    this.members = members;
    this.listener = listener;
    upkeep = new Upkeep(listener::ended);
    LeftOutEntries leftOut = new LeftOutEntries(directory.leftOut(), members.single());
    service = new CoreService(machine, listener, new Leaders(), leftOut);
    member = LogMember.launch(directory, Wiring.of(members, doorbell), doorbell, service);
    try {
      aeron =
          Aeron.connect(
              new Aeron.Context()
                  .aeronDirectoryName(member.driverDirectory())
                  .errorHandler(error -> LOG.warn("Log client: {}", error.toString())));
    } catch (RuntimeException e) {
      CloseHelper.quietClose(member);
      throw e;
    }
    trimmer = new LogTrimmer(directory.cluster().toFile(), member.archiveClient());
    upkeep.every(1, this::upkeep);
    upkeep.every(TRIM_SECONDS, this::trim);
  }

  /**
   * Opens the log and begins to replay it into the machine. What comes of that, the listener is
   * told: a member that doesn't lead goes on applying what the leader sends.
   *
   * @param directory where it is; belongs to the log from now on, also if it can't be opened
   * @param members who keeps it
   * @param machine the core, new
   * @param listener is told once this member leads, and of all that is applied from then on
   * @throws IOException if the log can't be used
   */
  public static ReplicatedLog open(
      StateDirectory directory, LogMembers members, ClusterMachine machine, CoreListener listener)
      throws IOException {
    String problem = directory.spaceProblem();
    if (problem != null) {
      directory.close();
      throw new IOException(problem);
    }
    try {
      return new ReplicatedLog(directory, members, machine, listener);
    } catch (IOException e) {
      CloseHelper.quietClose(directory);
      throw e;
    } catch (RuntimeException e) {
      CloseHelper.quietClose(directory);
      throw new IOException("The log in " + directory.root() + " can't be used: " + e, e);
    }
  }

  /** What the core's thread sees of terms, handed on to the thread that connects. */
  private final class Leaders implements Terms {
    @Override
    public void begun(long term, int memberId) {
      leader = memberId;
      if (service.leads(term)) {
        upkeep.after(0, () -> connect(term));
      }
    }

    @Override
    public void ended(long term) {
      leader = NOBODY;
      upkeep.after(0, () -> disconnect(term));
    }
  }

  private void connect(long term) {
    Ingress now = ingress;
    if (now != null && now.callers().term() == term) {
      return;
    }
    try {
      Ingress opened =
          Ingress.open(
              aeron,
              doorbell,
              term,
              () -> !closed && service.leads(term) && member.leads(),
              service::standsStill);
      if (opened == null) {
        return;
      }
      service.answer(opened.callers());
      ingress = opened;
      if (!service.leads(term)) {
        disconnect(term);
        return;
      }
      doorbell.rest();
      if (openTerm != term) {
        openTerm = term;
        listener.open();
      }
    } catch (RuntimeException e) {
      LOG.warn("This member leads and can't reach its own log; it is tried again in a second", e);
    }
  }

  private void disconnect(long term) {
    Ingress over = ingress;
    if (over != null && over.callers().term() <= term) {
      ingress = null;
      end(over);
    }
  }

  /** What it offered is decided by the next term's beginning; callers don't wait for that long. */
  private void end(Ingress over) {
    over.close();
    upkeep.after(UNDECIDED_SECONDS, () -> over.callers().settle(UNDECIDED));
  }

  /**
   * Appends a command. The answer comes once it has been applied, on the core's thread.
   *
   * @return completes with the core's answer, or with a rejection when the log takes nothing; never
   *     exceptionally. Rejected as {@link ErrorCode#NOT_LEADER}, {@link ErrorCode#QUEUE_FULL} or
   *     {@link ErrorCode#DISK_FULL} it was not carried out; as {@link ErrorCode#OUTCOME_UNKNOWN} it
   *     may have been
   */
  public CompletableFuture<Outcome> append(Command command, Actor actor) {
    Ingress now = ingress;
    if (now == null || !service.leads(now.callers().term())) {
      return CompletableFuture.completedFuture(NOT_LEADING);
    }
    Outcome.Rejected refusal = refusal(now);
    if (refusal != null) {
      return CompletableFuture.completedFuture(refusal);
    }
    byte[] entry = CODEC.encode(new LoggedCommand(actor, command));
    CompletableFuture<Outcome> future = new CompletableFuture<>();
    Callers callers = now.callers();
    long number = callers.add(future);
    boolean[] complete = {true};
    Parts.cut(
        callers.incarnation(), number, entry, part -> complete[0] = complete[0] && now.offer(part));
    doorbell.ring();
    if (!complete[0] && callers.take(number) != null) {
      future.complete(
          new Outcome.Rejected(ErrorCode.NOT_LEADER, "the log takes no entries; try again"));
    }
    return future;
  }

  private Outcome.Rejected refusal(Ingress now) {
    if (closed) {
      return new Outcome.Rejected(ErrorCode.QUEUE_FULL, "the controller is stopping");
    }
    if (spaceProblem != null) {
      return new Outcome.Rejected(ErrorCode.DISK_FULL, spaceProblem);
    }
    return now.callers().count() >= MAX_WAITING
        ? new Outcome.Rejected(
            ErrorCode.QUEUE_FULL, MAX_WAITING + " commands are under way already; try again later")
        : null;
  }

  /** Keeps the client's session alive, looks at the disk, and takes a snapshot when it is time. */
  private void upkeep() {
    if (!closed && (member.ended() || aeron.isClosed() || !begun && member.faults().damaged())) {
      upkeep.end(whyEnded());
      return;
    }
    if (service.leads() && !member.leads()) {
      service.over(service.leadingTerm());
    }
    tellLeader();
    keepAlive();
    doorbell.ring();
    spaceProblem = directory.spaceProblem();
    if (service.leads()
        && service.sinceSnapshot() >= Math.max(SNAPSHOT_ENTRIES, service.snapshotItems() / 10)) {
      snapshot();
    }
  }

  private String whyEnded() {
    String space = directory.spaceProblem();
    if (space != null) {
      return "the log has ended: " + space;
    }
    String damage = member.faults().damage();
    if (damage == null || begun) {
      return "the log has ended; the messages before this one say why";
    }
    return "the log in "
        + directory.root()
        + " is damaged ("
        + damage
        + "); "
        + (members.single()
            ? "put a copy of the directory in its place, or move it away to begin without jobs"
            : "move the directory away: this member then takes over what the others have");
  }

  private void tellLeader() {
    int now = member.agrees() ? leader : NOBODY;
    if (now != NOBODY) {
      begun = true;
      doorbell.rest();
    }
    if (now != toldLeader && !service.leads()) {
      listener.following(now);
    }
    toldLeader = now;
  }

  private void keepAlive() {
    Ingress now = ingress;
    if (now != null && !now.keepAlive()) {
      LOG.warn("The log has ended our session with it; another is opened");
      ingress = null;
      end(now);
      now = null;
    }
    if (now == null && service.leads()) {
      connect(service.leadingTerm());
    }
  }

  /** Asks for a snapshot, so that the next start has less to replay. */
  public void snapshot() {
    if (ClusterControl.ToggleState.SNAPSHOT.toggle(member.controlToggle())) {
      doorbell.ring();
    }
  }

  /** Position of the last snapshot, or −1. */
  public long lastSnapshot() {
    return trimmer.lastSnapshot();
  }

  /** Deletes what no start will read again. */
  void trim() {
    trimmer.trim();
  }

  /** With a fresh snapshot the next start has nothing to replay. */
  private void snapshotBeforeClosing() {
    if (!members.single() || member.ended() || service.sinceSnapshot() < CLOSING_SNAPSHOT_ENTRIES) {
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
    upkeep.close();
    try {
      snapshotBeforeClosing();
    } catch (RuntimeException e) {
      LOG.warn("No snapshot before closing; the next start replays more", e);
    }
    Ingress last = ingress;
    ingress = null;
    CloseHelper.quietCloseAll(last, aeron, member);
    service.settle(UNDECIDED);
    CloseHelper.quietClose(directory);
  }
}
