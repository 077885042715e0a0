package org.headrace.controller.internal.log;

import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.ElectionState;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.headrace.transport.DriverDirectory;

/**
 * One member of the replicated log: media driver, archive, consensus module and the container of
 * our service. Their threads sleep on one {@link Doorbell}.
 */
final class LogMember implements AutoCloseable {
  /**
   * Entries are cut in parts below an eighth of this, Aeron's largest message. Three of them per
   * stream are in memory once they have been used, so larger ones would only cost.
   */
  static final int TERM_LENGTH = 2 << 20;

  /** Room for 8,192 counters, where a log needs a hundred: Aeron touches all of it. */
  private static final int COUNTERS_LENGTH = 1 << 20;

  /**
   * Stack of the core's thread. One that is used up is an error that differs from member to member,
   * so there is far more of it than a command can need: a job whose end ends others, step by step,
   * has room for 100,000 of them and more.
   */
  private static final long CORE_STACK = 64L << 20;

  private static final int SEGMENT_LENGTH = 32 << 20;

  /**
   * How long the process may stand still (a stopped machine, a debugger, a disk that hangs) before
   * the parts of the log take each other for dead, which would be for ever. They share the process,
   * so none can be gone without the others. For the media driver itself the daemon's script says
   * the same by {@code aeron.driver.timeout}.
   */
  static final long STANDSTILL_NANOS = TimeUnit.DAYS.toNanos(1);

  /** Data and metadata of the log are forced to disk before an entry counts as written. */
  private static final int FILE_SYNC_LEVEL = 1;

  private final Deque<AutoCloseable> parts;
  private final ConsensusModule.Context consensus;
  private final AeronArchive.Context archiveClient;
  private final String driverDirectory;
  private final LogFaults faults;

  private LogMember(
      Deque<AutoCloseable> parts,
      ConsensusModule.Context consensus,
      AeronArchive.Context archiveClient,
      String driverDirectory,
      LogFaults faults) {
    this.faults = faults;
    this.parts = parts;
    this.consensus = consensus;
    this.archiveClient = archiveClient;
    this.driverDirectory = driverDirectory;
  }

  static LogMember launch(
      StateDirectory directory, Wiring wiring, Doorbell doorbell, ClusteredService service)
      throws IOException {
    Path mended = null;
    while (true) {
      try {
        LogMember member = launchOnce(directory, wiring, doorbell, service);
        if (member != null) {
          return member;
        }
      } catch (ArchiveException e) {
        Path torn = TornTail.fileOf(e);
        if (torn == null || torn.equals(mended)) {
          throw e;
        }
        TornTail.cut(torn);
        mended = torn;
      }
    }
  }

  /** Null if it has to be tried again. */
  private static LogMember launchOnce(
      StateDirectory directory, Wiring wiring, Doorbell doorbell, ClusteredService service)
      throws IOException {
    Path place = directory.driver("log");
    String memory = DriverDirectory.prepare(place);
    LogFaults errors = new LogFaults();
    AeronArchive.Context archiveClient =
        new AeronArchive.Context()
            .aeronDirectoryName(memory)
            .controlRequestChannel("aeron:ipc?term-length=64k")
            .controlResponseChannel("aeron:ipc?term-length=64k");
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    parts.push(() -> DriverDirectory.remove(place));
    try {
      parts.push(MediaDriver.launch(wiring.driver(driver(memory, doorbell, errors))));
      Archive archive =
          Archive.launch(
              wiring.archive(
                  archive(memory, directory.archive(), doorbell, archiveClient, errors)));
      parts.push(archive);
      Wiring.Next next = wiring.beforeJoining(directory, archiveClient.clone(), errors);
      if (next != Wiring.Next.JOIN) {
        CloseHelper.closeAll(parts);
        if (next == Wiring.Next.SET_LOG_ASIDE) {
          directory.setAside().put();
        }
        return null;
      }
      ConsensusModule consensus =
          ConsensusModule.launch(
              wiring
                  .consensus(
                      consensus(
                          memory,
                          directory.cluster(),
                          turns(archive, doorbell),
                          archiveClient,
                          errors))
                  .terminationHook(errors::end));
      parts.push(consensus);
      parts.push(
          ClusteredServiceContainer.launch(
              new ClusteredServiceContainer.Context()
                  .aeronDirectoryName(memory)
                  .archiveContext(archiveClient.clone())
                  .clusterDir(directory.cluster().toFile())
                  .clusteredService(service)
                  .threadFactory(errors.threads(CORE_STACK))
                  .terminationHook(errors::end)
                  .idleStrategySupplier(doorbell.supplier())
                  .errorHandler(errors)));
      return new LogMember(parts, consensus.context(), archiveClient, memory, errors);
    } catch (IOException | RuntimeException e) {
      CloseHelper.quietCloseAll(parts);
      throw e;
    }
  }

  private static MediaDriver.Context driver(String memory, Doorbell doorbell, LogFaults errors) {
    return new MediaDriver.Context()
        .aeronDirectoryName(memory)
        .threadingMode(ThreadingMode.SHARED)
        .sharedIdleStrategy(doorbell.idleStrategy())
        .sharedThreadFactory(errors.threads())
        .ipcTermBufferLength(TERM_LENGTH)
        .publicationTermBufferLength(TERM_LENGTH)
        .termBufferSparseFile(true)
        .counterValuesBufferLength(COUNTERS_LENGTH)
        .dirDeleteOnStart(true)
        .dirDeleteOnShutdown(true)
        .asyncExecutorIdleStrategy(new SleepingMillisIdleStrategy(50))
        .clientLivenessTimeoutNs(STANDSTILL_NANOS)
        .publicationUnblockTimeoutNs(2 * STANDSTILL_NANOS)
        .errorHandler(errors);
  }

  private static Archive.Context archive(
      String memory, Path files, Doorbell doorbell, AeronArchive.Context client, LogFaults errors) {
    return new Archive.Context()
        .aeronDirectoryName(memory)
        .archiveDir(files.toFile())
        .threadingMode(ArchiveThreadingMode.SHARED)
        .threadFactory(errors.threads())
        .idleStrategySupplier(doorbell.supplier())
        .localControlChannel(client.controlRequestChannel())
        .localControlStreamId(client.controlRequestStreamId())
        .recordingEventsEnabled(false)
        .recordChecksum(new FrameChecksum())
        .replayChecksum(new FrameChecksum())
        .segmentFileLength(SEGMENT_LENGTH)
        .fileSyncLevel(FILE_SYNC_LEVEL)
        .catalogFileSyncLevel(FILE_SYNC_LEVEL)
        .errorHandler(errors);
  }

  /** How the consensus module waits: it also drives an archive that has no thread of its own. */
  private static IdleStrategy turns(Archive archive, Doorbell doorbell) {
    IdleStrategy sleep = doorbell.idleStrategy();
    return archive.invoker() == null ? sleep : new InvokingIdle(archive.invoker(), sleep);
  }

  private static ConsensusModule.Context consensus(
      String memory,
      Path files,
      IdleStrategy turns,
      AeronArchive.Context client,
      LogFaults errors) {
    return new ConsensusModule.Context()
        .aeronDirectoryName(memory)
        .archiveContext(client.clone().idleStrategy(turns))
        .clusterDir(files.toFile())
        .idleStrategySupplier(() -> turns)
        .threadFactory(errors.threads())
        .fileSyncLevel(FILE_SYNC_LEVEL)
        .errorHandler(errors);
  }

  /** Whether a part of the log has given up. */
  boolean ended() {
    return faults.ended();
  }

  /** What its parts have reported. */
  LogFaults faults() {
    return faults;
  }

  String driverDirectory() {
    return driverDirectory;
  }

  /** The counter by which a snapshot is asked for. */
  org.agrona.concurrent.status.AtomicCounter controlToggle() {
    return consensus.controlToggleCounter();
  }

  /** Whether this member leads, or is about to. */
  boolean leads() {
    return consensus.clusterNodeRoleCounter().get() == Cluster.Role.LEADER.code();
  }

  /** Whether the members agree on a leader. */
  boolean agrees() {
    return consensus.electionStateCounter().get() == ElectionState.CLOSED.code();
  }

  /** How to reach the archive from this process. */
  AeronArchive.Context archiveClient() {
    return archiveClient.clone();
  }

  @Override
  public void close() {
    CloseHelper.closeAll(parts);
  }
}
