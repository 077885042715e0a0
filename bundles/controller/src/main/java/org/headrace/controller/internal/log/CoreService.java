package org.headrace.controller.internal.log;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.core.ClusterMachine;
import org.headrace.core.PublishedState;
import org.headrace.protocol.codec.CodecException;
import org.headrace.protocol.codec.RecordCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the log to the core: the only code that changes the cluster's state.
 *
 * <p>After a start it replays silently; once this member leads, what has been applied is published
 * and answered in batches, a batch being what the log had to offer at one time. Everything runs on
 * the service's thread.
 */
final class CoreService implements ClusteredService {
  private static final Logger LOG = LoggerFactory.getLogger(CoreService.class);
  private static final RecordCodec<LoggedCommand> CODEC = RecordCodec.of(LoggedCommand.class);
  private static final long TICK_TIMER = 1;
  private static final int MAX_BATCH = 512;
  private static final int MAX_RECORDS = 100_000;

  private final ClusterMachine machine;
  private final CoreListener listener;
  private final ConcurrentMap<Long, CompletableFuture<Outcome>> waiting;
  private final long incarnation;
  private final Parts parts = new Parts();
  private final List<Answer> answers = new ArrayList<>();
  private Cluster cluster;
  private boolean leading;
  private boolean changed;
  private long timerDeadline = Long.MAX_VALUE;
  private long lastRecord;
  private long startNanos;
  private long loadedNanos;
  private volatile long applied;

  private record Answer(CompletableFuture<Outcome> future, Outcome outcome) {}

  CoreService(
      ClusterMachine machine,
      CoreListener listener,
      ConcurrentMap<Long, CompletableFuture<Outcome>> waiting,
      long incarnation) {
    this.machine = machine;
    this.listener = listener;
    this.waiting = waiting;
    this.incarnation = incarnation;
  }

  /** How many entries have been applied since the start, replayed ones included. */
  long applied() {
    return applied;
  }

  @Override
  public void onStart(Cluster startedCluster, Image snapshot) {
    cluster = startedCluster;
    startNanos = System.nanoTime();
    if (snapshot != null) {
      SnapshotReader reader = new SnapshotReader(snapshot, cluster.idleStrategy());
      machine.load(reader.items());
      reader.incomplete().forEach(parts::load);
      // The timer itself is part of Aeron's own snapshot.
      timerDeadline = machine.nextDeadline();
    }
    loadedNanos = System.nanoTime();
  }

  @Override
  public void onSessionMessage(
      ClientSession session,
      long timestamp,
      DirectBuffer buffer,
      int offset,
      int length,
      Header header) {
    if (length < Parts.HEADER) {
      return;
    }
    Parts.Key key = Parts.keyOf(buffer, offset);
    byte[] entry = parts.take(key, buffer, offset, length);
    if (entry == null) {
      return;
    }
    Outcome outcome = apply(entry, timestamp);
    if (key.incarnation() == incarnation) {
      CompletableFuture<Outcome> future = waiting.remove(key.number());
      if (future != null) {
        answers.add(new Answer(future, outcome));
      }
    }
    if (answers.size() >= MAX_BATCH || (!leading && applied % MAX_BATCH == 0)) {
      publish();
    }
  }

  private Outcome apply(byte[] entry, long timestamp) {
    try {
      LoggedCommand logged = CODEC.decode(entry);
      return apply(logged.command(), logged.actor(), timestamp);
    } catch (CodecException e) {
      LOG.error("An entry of the log can't be read; it is skipped", e);
      return new Outcome.Rejected(ErrorCode.INTERNAL, "entry can't be read: " + e.getMessage());
    }
  }

  /** A fault of the core is the same in every replay, so it costs the command and nothing else. */
  private Outcome apply(Command command, Actor actor, long timestamp) {
    Outcome outcome;
    try {
      outcome = machine.apply(command, actor, timestamp);
    } catch (RuntimeException e) {
      LOG.error("{} failed in the core", command.getClass().getSimpleName(), e);
      outcome = new Outcome.Rejected(ErrorCode.INTERNAL, "internal error: " + e);
    }
    changed = true;
    applied++;
    scheduleTick();
    return outcome;
  }

  private void scheduleTick() {
    long deadline = machine.nextDeadline();
    if (deadline == timerDeadline) {
      return;
    }
    timerDeadline = deadline;
    if (deadline == Long.MAX_VALUE) {
      return;
    }
    while (!cluster.scheduleTimer(TICK_TIMER, deadline)) {
      cluster.idleStrategy().idle();
    }
  }

  @Override
  public void onTimerEvent(long correlationId, long timestamp) {
    if (correlationId == TICK_TIMER) {
      timerDeadline = Long.MAX_VALUE;
      apply(new Command.Tick(), Actor.SYSTEM, timestamp);
    }
  }

  @Override
  public int doBackgroundWork(long nowNs) {
    return leading && changed ? publish() : 0;
  }

  private int publish() {
    if (!leading) {
      machine.drainEvents();
      changed = false;
      return 0;
    }
    changed = false;
    PublishedState state = machine.publish();
    listener.applied(state, machine.drainEvents(), newRecords(), machine.counters());
    for (Answer answer : answers) {
      answer.future().complete(answer.outcome());
    }
    int work = 1 + answers.size();
    answers.clear();
    return work;
  }

  private List<AccountingRecord> newRecords() {
    List<AccountingRecord> records = machine.accountingBacklog(lastRecord, MAX_RECORDS);
    if (!records.isEmpty()) {
      lastRecord = records.get(records.size() - 1).number();
    }
    return records;
  }

  @Override
  public void onRoleChange(Cluster.Role role) {
    boolean lead = role == Cluster.Role.LEADER;
    if (lead && !leading) {
      leading = true;
      changed = false;
      machine.drainEvents();
      lastRecord = 0;
      LOG.info(
          "Snapshot read in {} ms, {} entries after it replayed in {} ms",
          millis(startNanos, loadedNanos),
          applied,
          millis(loadedNanos, System.nanoTime()));
      listener.leading(machine.publish(), newRecords(), machine.counters());
    }
    leading = lead;
  }

  private static long millis(long from, long to) {
    return TimeUnit.NANOSECONDS.toMillis(to - from);
  }

  @Override
  public void onTakeSnapshot(ExclusivePublication publication) {
    long start = System.nanoTime();
    SnapshotWriter writer = new SnapshotWriter(publication, cluster.idleStrategy());
    machine.save(writer::item);
    parts.save(writer::incomplete);
    writer.end();
    LOG.info(
        "Snapshot of {} items taken in {} ms",
        writer.count(),
        (System.nanoTime() - start) / 1_000_000);
  }

  @Override
  public void onSessionOpen(ClientSession session, long timestamp) {
    // Sessions carry no state of ours.
  }

  @Override
  public void onSessionClose(ClientSession session, long timestamp, CloseReason closeReason) {
    // Sessions carry no state of ours.
  }

  @Override
  public void onTerminate(Cluster terminated) {
    LOG.info("The log has ended");
  }
}
