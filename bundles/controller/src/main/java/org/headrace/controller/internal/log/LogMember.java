package org.headrace.controller.internal.log;

import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import io.aeron.cluster.ClusteredMediaDriver;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of the replicated log: media driver, archive, consensus module and the container of
 * our service, four threads that sleep on one {@link Doorbell}.
 */
final class LogMember implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogMember.class);

  /** Entries are cut in parts well below an eighth of this, Aeron's largest message. */
  static final int TERM_LENGTH = 8 << 20;

  private static final int SEGMENT_LENGTH = 32 << 20;

  /** Data and metadata of the log are forced to disk before an entry counts as written. */
  private static final int FILE_SYNC_LEVEL = 1;

  private final ClusteredMediaDriver driver;
  private final ClusteredServiceContainer container;
  private final AeronArchive.Context archiveClient;
  private final String driverDirectory;

  private LogMember(
      ClusteredMediaDriver driver,
      ClusteredServiceContainer container,
      AeronArchive.Context archiveClient,
      String driverDirectory) {
    this.driver = driver;
    this.container = container;
    this.archiveClient = archiveClient;
    this.driverDirectory = driverDirectory;
  }

  static LogMember launch(StateDirectory directory, Doorbell doorbell, ClusteredService service)
      throws IOException {
    Path mended = null;
    while (true) {
      try {
        return launchOnce(directory, doorbell, service);
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

  private static LogMember launchOnce(
      StateDirectory directory, Doorbell doorbell, ClusteredService service) throws IOException {
    String memory = directory.driver("log").toString();
    ErrorHandler errors = error -> LOG.warn("Replicated log: {}", error.toString());
    AeronArchive.Context archiveClient =
        new AeronArchive.Context()
            .aeronDirectoryName(memory)
            .controlRequestChannel("aeron:ipc?term-length=64k")
            .controlResponseChannel("aeron:ipc?term-length=64k");
    ClusteredMediaDriver driver =
        ClusteredMediaDriver.launch(
            driver(memory, doorbell, errors),
            archive(memory, directory.archive(), doorbell, archiveClient, errors),
            consensus(memory, directory.cluster(), doorbell, archiveClient, errors));
    try {
      ClusteredServiceContainer container =
          ClusteredServiceContainer.launch(
              new ClusteredServiceContainer.Context()
                  .aeronDirectoryName(memory)
                  .archiveContext(archiveClient.clone())
                  .clusterDir(directory.cluster().toFile())
                  .clusteredService(service)
                  .idleStrategySupplier(doorbell.supplier())
                  .errorHandler(errors));
      return new LogMember(driver, container, archiveClient, memory);
    } catch (RuntimeException e) {
      CloseHelper.quietClose(driver);
      throw e;
    }
  }

  private static MediaDriver.Context driver(String memory, Doorbell doorbell, ErrorHandler errors) {
    return new MediaDriver.Context()
        .aeronDirectoryName(memory)
        .threadingMode(ThreadingMode.SHARED)
        .sharedIdleStrategy(doorbell.idleStrategy())
        .ipcTermBufferLength(TERM_LENGTH)
        .publicationTermBufferLength(TERM_LENGTH)
        .termBufferSparseFile(true)
        .dirDeleteOnStart(true)
        .dirDeleteOnShutdown(true)
        .asyncExecutorIdleStrategy(new SleepingMillisIdleStrategy(50))
        .clientLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(30))
        .publicationUnblockTimeoutNs(TimeUnit.SECONDS.toNanos(40))
        .errorHandler(errors);
  }

  private static Archive.Context archive(
      String memory,
      Path files,
      Doorbell doorbell,
      AeronArchive.Context client,
      ErrorHandler errors) {
    return new Archive.Context()
        .aeronDirectoryName(memory)
        .archiveDir(files.toFile())
        .threadingMode(ArchiveThreadingMode.SHARED)
        .idleStrategySupplier(doorbell.supplier())
        .controlChannelEnabled(false)
        .localControlChannel(client.controlRequestChannel())
        .localControlStreamId(client.controlRequestStreamId())
        .archiveClientContext(
            new AeronArchive.Context().controlResponseChannel("aeron:udp?endpoint=127.0.0.1:0"))
        .recordingEventsEnabled(false)
        .recordChecksum(new FrameChecksum())
        .replicationChannel("aeron:udp?endpoint=127.0.0.1:0")
        .segmentFileLength(SEGMENT_LENGTH)
        .fileSyncLevel(FILE_SYNC_LEVEL)
        .catalogFileSyncLevel(FILE_SYNC_LEVEL)
        .errorHandler(errors);
  }

  private static ConsensusModule.Context consensus(
      String memory,
      Path files,
      Doorbell doorbell,
      AeronArchive.Context client,
      ErrorHandler errors)
      throws IOException {
    return new ConsensusModule.Context()
        .aeronDirectoryName(memory)
        .archiveContext(client.clone())
        .clusterDir(files.toFile())
        .clusterMemberId(0)
        .clusterMembers(alone())
        .isIpcIngressAllowed(true)
        .ingressChannel("aeron:udp?term-length=64k")
        .logChannel("aeron:ipc?term-length=" + TERM_LENGTH)
        .replicationChannel("aeron:udp?endpoint=127.0.0.1:0")
        .idleStrategySupplier(doorbell.supplier())
        .sessionTimeoutNs(TimeUnit.SECONDS.toNanos(60))
        .fileSyncLevel(FILE_SYNC_LEVEL)
        .terminationHook(() -> LOG.info("The consensus module has ended"))
        .errorHandler(errors);
  }

  /** The only member; nobody connects to its ports, so any free ones will do. */
  private static String alone() throws IOException {
    StringBuilder member = new StringBuilder("0");
    DatagramSocket[] sockets = new DatagramSocket[5];
    try {
      for (int i = 0; i < sockets.length; i++) {
        sockets[i] = new DatagramSocket();
        member.append(",127.0.0.1:").append(sockets[i].getLocalPort());
      }
    } finally {
      CloseHelper.closeAll(sockets);
    }
    return member.toString();
  }

  String driverDirectory() {
    return driverDirectory;
  }

  /** The counter by which a snapshot is asked for. */
  org.agrona.concurrent.status.AtomicCounter controlToggle() {
    return driver.consensusModule().context().controlToggleCounter();
  }

  /** How to reach the archive from this process. */
  AeronArchive.Context archiveClient() {
    return archiveClient.clone();
  }

  @Override
  public void close() {
    CloseHelper.closeAll(container, driver);
  }
}
