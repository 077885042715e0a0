package org.headrace.controller.internal.log;

import io.aeron.archive.Archive;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.driver.MediaDriver;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;

/**
 * One of several members: each has the same ports on its own address, known to all from the
 * configuration, and every datagram between them is signed.
 */
final class GroupWiring implements Wiring {
  /**
   * How long the others wait for a sign of the leader before they elect another. Shorter ones were
   * tried: on a busy machine 300 ms led to elections without a cause.
   */
  private static final long LEADER_SILENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

  private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** How long a member that starts waits for all of the others before more than half will do. */
  private static final long CANVASS_NANOS = TimeUnit.SECONDS.toNanos(4);

  /** What a leader that died had opened is closed after this time. */
  private static final long SESSION_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Members in other processes ring nobody here, so the socket is looked at more often. */
  private static final long SOCKET_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** One for each leader there was within {@link #SESSION_NANOS}. */
  private static final int SESSIONS = 100;

  private final GroupEndpoints endpoints;
  private final Doorbell doorbell;
  private final SignedDatagrams datagrams;

  GroupWiring(LogMembers members, Doorbell doorbell) {
    endpoints = new GroupEndpoints(members);
    this.doorbell = doorbell;
    datagrams = new SignedDatagrams(members.signer());
  }

  @Override
  public MediaDriver.Context driver(MediaDriver.Context context) {
    return context
        .sharedIdleStrategy(doorbell.idleStrategy(SOCKET_PARK_NANOS))
        .sendChannelEndpointSupplier(datagrams::sendEnd)
        .receiveChannelEndpointSupplier(datagrams::receiveEnd);
  }

  @Override
  public Archive.Context archive(Archive.Context context) {
    String anywhere = endpoints.anywhere();
    return context
        .controlChannel(endpoints.ownArchive())
        .archiveClientContext(new AeronArchive.Context().controlResponseChannel(anywhere))
        .replicationChannel(anywhere);
  }

  @Override
  public ConsensusModule.Context consensus(ConsensusModule.Context context) {
    return context
        .clusterMemberId(endpoints.self())
        .clusterMembers(endpoints.description())
        .ingressChannel("aeron:udp?term-length=64k")
        .isIpcIngressAllowed(true)
        .maxConcurrentSessions(SESSIONS)
        .logChannel("aeron:udp?term-length=" + LogMember.TERM_LENGTH)
        .replicationChannel(endpoints.anywhere())
        .leaderHeartbeatIntervalNs(HEARTBEAT_NANOS)
        .leaderHeartbeatTimeoutNs(LEADER_SILENT_NANOS)
        .electionTimeoutNs(LEADER_SILENT_NANOS)
        .startupCanvassTimeoutNs(CANVASS_NANOS)
        .sessionTimeoutNs(SESSION_NANOS);
  }

  @Override
  public Next beforeJoining(
      StateDirectory directory, AeronArchive.Context ownArchive, ErrorHandler errors)
      throws IOException {
    StateTransfer transfer =
        new StateTransfer(endpoints, directory.cluster().toFile(), ownArchive, doorbell, errors);
    if (!directory.setAside().exists()) {
      return transfer.isNeeded() ? Next.SET_LOG_ASIDE : Next.JOIN;
    }
    transfer.run();
    directory.setAside().discard();
    return Next.START_AGAIN;
  }
}
