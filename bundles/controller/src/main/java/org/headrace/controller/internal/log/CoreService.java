package org.headrace.controller.internal.log;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentTerminationException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.headrace.core.ClusterMachine;
import org.headrace.core.PublishedState;
import org.headrace.protocol.codec.CodecException;
import org.headrace.protocol.codec.RecordCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the log to the core: the only code that changes the cluster's state.
 *
 * <p>While another member leads, and while the log is replayed after a start, it applies silently;
 * while this member leads, what has been applied is published and answered in batches, a batch
 * being what the log had to offer at one time. A term of leading begins with its entry in the log,
 * which more than half of the members have: whatever older terms left undecided is decided then.
 * Everything runs on the service's thread.
 */
final class CoreService implements ClusteredService {
  private static final Logger LOG = LoggerFactory.getLogger(CoreService.class);
  private static final RecordCodec<LoggedCommand> CODEC = RecordCodec.of(LoggedCommand.class);
  private static final long NONE = -1;
  private static final Outcome NEVER =
      new Outcome.Rejected(
          ErrorCode.NOT_LEADER, "another controller leads now; the command was not carried out");
  private static final long TICK_TIMER = 1;
  private static final int MAX_BATCH = 512;
  private static final int MAX_RECORDS = 100_000;

  private final ClusterMachine machine;
  private final CoreListener listener;
  private final Terms terms;
  private final LeftOutEntries leftOut;
  private final Map<Long, Callers> callers = new ConcurrentHashMap<>();
  private final Parts parts = new Parts();
  private final List<Answer> answers = new ArrayList<>();
  private Cluster cluster;
  private final AtomicLong leadingTerm = new AtomicLong(NONE);
  private volatile long term = NONE;
  private int leader = (int) NONE;
  private boolean changed;

  /** After an Error the state is half changed: nobody may see it, and nothing may build on it. */
  private boolean broken;

  private long timerDeadline = Long.MAX_VALUE;
  private long lastRecord;
  private long startNanos;
  private long loadedNanos;
  private boolean reported;
  private volatile long applied;
  private volatile long appliedAtSnapshot;
  private volatile long snapshotItems;
  private volatile boolean standsStill;

  private record Answer(CompletableFuture<Outcome> future, Outcome outcome) {}

  CoreService(ClusterMachine machine, CoreListener listener, Terms terms, LeftOutEntries leftOut) {
    this.machine = machine;
    this.listener = listener;
    this.terms = terms;
    this.leftOut = leftOut;
  }

  /** Whether this member leads in a term. Safe for any thread. */
  boolean leads(long asked) {
    return leadingTerm.get() == asked;
  }

  /** Whether this member leads. Safe for any thread. */
  boolean leads() {
    return leadingTerm.get() != NONE;
  }

  /** The term in which this member leads, or −1. Safe for any thread. */
  long leadingTerm() {
    return leadingTerm.get();
  }

  /** Answers all who wait. Safe for any thread. */
  void settle(Outcome outcome) {
    callers.values().forEach(session -> session.settle(outcome));
  }

  /** Has the callers of a session answered. Safe for any thread. */
  void answer(Callers session) {
    callers.put(session.incarnation(), session);
    if (session.term() < term) {
      settle(session);
    }
  }

  private void settle(Callers session) {
    callers.remove(session.incarnation());
    session.settle(NEVER);
  }

  /** How many entries have been applied since the last snapshot or the start. */
  long sinceSnapshot() {
    return applied - appliedAtSnapshot;
  }

  /** Whether a snapshot is being written, while which the log takes nothing. */
  boolean standsStill() {
    return standsStill;
  }

  /** How many pieces of state the last snapshot had. */
  long snapshotItems() {
    return snapshotItems;
  }

  @Override
  public void onStart(Cluster startedCluster, Image snapshot) {
    cluster = startedCluster;
    startNanos = System.nanoTime();
    if (snapshot != null) {
      try (SnapshotReader reader = new SnapshotReader(snapshot, cluster.idleStrategy())) {
        machine.load(reader.items());
        reader.incomplete().forEach(parts::load);
        snapshotItems = reader.count();
        if (reader.term() != null) {
          term = reader.term().number();
          leader = reader.term().leader();
          terms.begun(term, leader);
        }
      }
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
    if (length < Parts.HEADER || broken) {
      return;
    }
    Parts.Key key = Parts.keyOf(buffer, offset);
    byte[] entry = parts.take(key, buffer, offset, length);
    if (entry == null) {
      return;
    }
    Outcome outcome = apply(key, entry, timestamp);
    Callers sender = callers.get(key.incarnation());
    CompletableFuture<Outcome> future = sender == null ? null : sender.take(key.number());
    if (future != null) {
      answers.add(new Answer(future, outcome));
    }
    if (answers.size() >= MAX_BATCH || (!leads() && applied % MAX_BATCH == 0)) {
      publish();
    }
  }

  private Outcome apply(Parts.Key key, byte[] entry, long timestamp) {
    if (leftOut.has(key)) {
      LOG.warn("Entry {} {} of the log is left out", key.incarnation(), key.number());
      return new Outcome.Rejected(ErrorCode.INTERNAL, "the core failed over it; it was left out");
    }
    Class<?> command = LoggedCommand.class;
    try {
      LoggedCommand logged = CODEC.decode(entry);
      command = logged.command().getClass();
      return apply(logged.command(), logged.actor(), timestamp);
    } catch (CodecException e) {
      LOG.error("An entry of the log can't be read; it is skipped", e);
      return new Outcome.Rejected(ErrorCode.INTERNAL, "entry can't be read: " + e.getMessage());
    } catch (Error e) {
      broken = true;
      leftOut.failed(key, command, e);
      throw e;
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
    if (correlationId == TICK_TIMER && !broken) {
      timerDeadline = Long.MAX_VALUE;
      try {
        apply(new Command.Tick(), Actor.SYSTEM, timestamp);
      } catch (Error e) {
        broken = true;
        throw e;
      }
    }
  }

  @Override
  public int doBackgroundWork(long nowNs) {
    return changed && !broken ? publish() : 0;
  }

  private int publish() {
    changed = false;
    int work = 1 + answers.size();
    if (!leads()) {
      machine.drainEvents();
      answer();
      return work;
    }
    PublishedState state = machine.publish();
    List<Event> events = machine.drainEvents();
    listener.applied(state, events, machine.counters());
    answer();
    listener.answered(state, events, newRecords());
    return work;
  }

  private void answer() {
    for (Answer answer : answers) {
      answer.future().complete(answer.outcome());
    }
    answers.clear();
  }

  private List<AccountingRecord> newRecords() {
    List<AccountingRecord> records = machine.accountingBacklog(lastRecord, MAX_RECORDS);
    if (!records.isEmpty()) {
      lastRecord = records.get(records.size() - 1).number();
    }
    return records;
  }

  @Override
  public void onNewLeadershipTermEvent(
      long leadershipTermId,
      long logPosition,
      long timestamp,
      long termBaseLogPosition,
      int leaderMemberId,
      int logSessionId,
      TimeUnit timeUnit,
      int appVersion) {
    if (broken) {
      return;
    }
    publish();
    over(leadingTerm.get());
    term = leadershipTermId;
    leader = leaderMemberId;
    parts.clear();
    callers.values().stream().filter(session -> session.term() < term).forEach(this::settle);
    if (cluster.role() == Cluster.Role.LEADER) {
      lead();
    }
    terms.begun(leadershipTermId, leaderMemberId);
  }

  /**
   * The term becomes visible last: whoever sees it opens the log to callers and tells the listener,
   * who has to know of the term by then.
   */
  private void lead() {
    try {
      leftOut.leading();
    } catch (IOException e) {
      broken = true;
      throw new AgentTerminationException(
          "this controller can't lead, as that can't be noted: " + e, e);
    }
    lastRecord = 0;
    if (!reported) {
      reported = true;
      LOG.info(
          "Snapshot read in {} ms, {} entries after it applied in {} ms",
          millis(startNanos, loadedNanos),
          applied,
          millis(loadedNanos, System.nanoTime()));
    }
    listener.leading(term, machine.publish(), newRecords(), machine.counters());
    leadingTerm.set(term);
  }

  @Override
  public void onRoleChange(Cluster.Role role) {
    if (role != Cluster.Role.LEADER && leads() && !broken) {
      publish();
      over(leadingTerm.get());
    }
  }

  /**
   * This member's term is over. The service itself may hear of that only with the next one: while
   * too few members are there, the log has entries that are never committed, and so no end.
   *
   * <p>Safe for any thread.
   */
  void over(long ended) {
    if (ended != NONE && leadingTerm.compareAndSet(ended, NONE)) {
      terms.ended(ended);
      listener.closed(ended);
    }
  }

  private static long millis(long from, long to) {
    return TimeUnit.NANOSECONDS.toMillis(to - from);
  }

  @Override
  public void onTakeSnapshot(ExclusivePublication publication) {
    if (broken) {
      throw new IllegalStateException("the state is half changed, and no snapshot is made of it");
    }
    standsStill = true;
    long start = System.nanoTime();
    try (SnapshotWriter writer = new SnapshotWriter(publication, cluster.idleStrategy())) {
      machine.saveAsWritten(writer::item);
      parts.save(writer::incomplete);
      writer.term(new SnapshotEntry.Term(term, leader));
      writer.end();
      appliedAtSnapshot = applied;
      snapshotItems = writer.count();
      LOG.info(
          "Snapshot of {} items taken in {} ms", writer.count(), millis(start, System.nanoTime()));
    } finally {
      standsStill = false;
    }
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
