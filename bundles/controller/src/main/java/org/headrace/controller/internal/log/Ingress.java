package org.headrace.controller.internal.log;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressAdapter;
import io.aeron.cluster.client.EgressListener;
import io.aeron.cluster.codecs.EventCode;
import io.aeron.logbuffer.Header;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's own way into the log, through memory, for one term of leading. What it offers the
 * log takes in that term only: the term is written on each message, and is never changed. (Which is
 * why {@link AeronCluster} isn't allowed to poll: it would move on to a new term by itself, and
 * what its callers had been told was lost could then be carried out.)
 *
 * <p>{@link #offer} is safe for any thread, the rest for one.
 */
final class Ingress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);
  private static final long OFFER_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long RETRY_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
  private static final long CONNECT_STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** The consensus module may be busy with a snapshot; whoever opens tries again. */
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final int POLL_LIMIT = 10;

  private final AeronCluster client;
  private final Callers callers;
  private final Doorbell doorbell;
  private final BooleanSupplier standsStill;
  private final EgressAdapter events;
  private boolean ended;
  private volatile boolean closed;

  private Ingress(
      AeronCluster client, Callers callers, Doorbell doorbell, BooleanSupplier standsStill) {
    this.client = client;
    this.callers = callers;
    this.doorbell = doorbell;
    this.standsStill = standsStill;
    events =
        new EgressAdapter(
            new Events(), client.clusterSessionId(), client.egressSubscription(), POLL_LIMIT);
  }

  /**
   * Connects to the log.
   *
   * @param term the term in which this member leads
   * @param wanted whether it still does
   * @param standsStill whether the log stands still for a snapshot, which is waited for
   * @return null if it doesn't any more
   */
  static Ingress open(
      Aeron aeron,
      Doorbell doorbell,
      long term,
      BooleanSupplier wanted,
      BooleanSupplier standsStill) {
    AeronCluster.Context context =
        new AeronCluster.Context()
            .aeron(aeron)
            .ownsAeronClient(false)
            .ingressChannel("aeron:ipc?term-length=" + LogMember.TERM_LENGTH)
            .egressChannel("aeron:ipc?term-length=64k")
            .isIngressExclusive(false)
            .messageTimeoutNs(CONNECT_NANOS)
            .idleStrategy(new SleepingMillisIdleStrategy(1))
            .errorHandler(error -> LOG.warn("Log client: {}", error.toString()));
    AeronCluster client = null;
    try (AeronCluster.AsyncConnect connect = AeronCluster.asyncConnect(context)) {
      while (client == null && wanted.getAsBoolean()) {
        client = connect.poll();
        doorbell.ring();
        LockSupport.parkNanos(CONNECT_STEP_NANOS);
      }
    }
    if (client == null) {
      return null;
    }
    if (client.leadershipTermId() != term) {
      CloseHelper.quietClose(client);
      return null;
    }
    return new Ingress(client, new Callers(term), doorbell, standsStill);
  }

  Callers callers() {
    return callers;
  }

  /**
   * Puts a message into the log.
   *
   * @return false if it is not in it, and won't be
   */
  boolean offer(DirectBuffer message) {
    Patience patience = null;
    while (!closed) {
      long position = client.offer(message, 0, message.capacity());
      if (position > 0) {
        return true;
      }
      if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED) {
        return false;
      }
      if (patience == null) {
        patience = new Patience(OFFER_NANOS, System::nanoTime, standsStill);
      }
      if (patience.isOver()) {
        return false;
      }
      doorbell.ring();
      LockSupport.parkNanos(RETRY_NANOS);
    }
    return false;
  }

  /**
   * Keeps the session alive.
   *
   * @return false if the log has ended it, as it does when it hasn't heard from us for long
   */
  boolean keepAlive() {
    client.sendKeepAlive();
    events.poll();
    return !ended && !client.egressSubscription().hasNoImages();
  }

  @Override
  public void close() {
    closed = true;
    CloseHelper.quietClose(client);
  }

  private final class Events implements EgressListener {
    @Override
    public void onMessage(
        long session, long timestamp, DirectBuffer buffer, int offset, int length, Header header) {
      // The core answers its callers itself.
    }

    @Override
    public void onSessionEvent(
        long correlation, long session, long term, int leader, EventCode code, String detail) {
      if (code == EventCode.CLOSED) {
        ended = true;
      }
    }
  }
}
