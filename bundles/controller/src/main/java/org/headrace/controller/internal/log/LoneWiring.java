package org.headrace.controller.internal.log;

import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.driver.MediaDriver;

/**
 * The only member: everything within the process, without a socket, and no time-outs between its
 * parts.
 */
final class LoneWiring implements Wiring {
  private static final String ANYWHERE = "aeron:udp?endpoint=127.0.0.1:0";

  /** Endpoints have to be named, and are never opened. */
  private static final String MEMBER = "0,none:1,none:2,none:3,none:4,none:5";

  @Override
  public MediaDriver.Context driver(MediaDriver.Context context) {
    return context;
  }

  @Override
  public Archive.Context archive(Archive.Context context) {
    return context
        .threadingMode(ArchiveThreadingMode.INVOKER)
        .controlChannelEnabled(false)
        .archiveClientContext(new AeronArchive.Context().controlResponseChannel(ANYWHERE))
        .replicationChannel(ANYWHERE);
  }

  @Override
  public ConsensusModule.Context consensus(ConsensusModule.Context context) {
    return context
        .clusterMemberId(0)
        .clusterMembers(MEMBER)
        .ingressChannel("aeron:ipc?term-length=" + LogMember.TERM_LENGTH)
        .consensusChannel("aeron:ipc?term-length=64k")
        .logChannel("aeron:ipc?term-length=" + LogMember.TERM_LENGTH)
        .replicationChannel(ANYWHERE)
        .sessionTimeoutNs(2 * LogMember.STANDSTILL_NANOS)
        .leaderHeartbeatTimeoutNs(LogMember.STANDSTILL_NANOS)
        .startupCanvassTimeoutNs(2 * LogMember.STANDSTILL_NANOS);
  }
}
