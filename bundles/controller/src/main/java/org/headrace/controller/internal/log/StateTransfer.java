package org.headrace.controller.internal.log;

import io.aeron.Aeron;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusterBackup;
import io.aeron.cluster.ClusterBackupEventsListener;
import io.aeron.cluster.ClusterMember;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.RecordingLog;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a member that was away for long, or has lost its disk, to where it can follow again. The
 * others delete the log before their last snapshots ({@link LogTrimmer}); a member that lacks some
 * of that takes over the leader's last snapshot and the log after it.
 *
 * <p>What it had itself goes once the other is there ({@link SetAsideLog}), and nothing is lost by
 * that: the others have only deleted what more than half of the members had committed and have in a
 * snapshot.
 */
final class StateTransfer {
  private static final Logger LOG = LoggerFactory.getLogger(StateTransfer.class);
  private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
  private static final long ASK_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long TRANSFER_MINUTES = 10;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final GroupEndpoints endpoints;
  private final File clusterDirectory;
  private final AeronArchive.Context ownArchive;
  private final Doorbell doorbell;
  private final ErrorHandler errors;

  /**
   * @param ownArchive how to reach the own archive, which runs already
   */
  StateTransfer(
      GroupEndpoints endpoints,
      File clusterDirectory,
      AeronArchive.Context ownArchive,
      Doorbell doorbell,
      ErrorHandler errors) {
    this.endpoints = endpoints;
    this.clusterDirectory = clusterDirectory;
    this.ownArchive = ownArchive;
    this.doorbell = doorbell;
    this.errors = errors;
  }

  /**
   * Whether this member couldn't catch up without. Asks those members that answer within a moment;
   * if none does, there is none to follow either.
   */
  boolean isNeeded() {
    long others = furthestStart();
    try (AeronArchive archive = AeronArchive.connect(ownArchive.clone())) {
      long own = ownEnd(archive);
      if (others > own) {
        LOG.warn(
            "The others have deleted their log before {}, and this member has it up to {} only: it"
                + " takes over the leader's last snapshot",
            others,
            own);
      }
      return others > own;
    }
  }

  /** The greatest position from which on one of the other members has the log; 0 if none says. */
  private long furthestStart() {
    List<AeronArchive.AsyncConnect> asked = new ArrayList<>();
    for (int member = 0; member < endpoints.count(); member++) {
      if (member != endpoints.self()) {
        asked.add(
            AeronArchive.asyncConnect(
                endpoints.remoteArchive(ownArchive.aeronDirectoryName(), member)));
      }
    }
    long furthest = 0;
    long deadline = System.nanoTime() + ASK_NANOS;
    while (!asked.isEmpty() && System.nanoTime() < deadline) {
      for (AeronArchive.AsyncConnect one : List.copyOf(asked)) {
        AeronArchive archive = poll(one, asked);
        if (archive != null) {
          furthest = Math.max(furthest, logStart(archive));
        }
      }
      doorbell.ring();
      LockSupport.parkNanos(ASK_STEP_NANOS);
    }
    CloseHelper.quietCloseAll(asked);
    return furthest;
  }

  private static AeronArchive poll(
      AeronArchive.AsyncConnect one, List<AeronArchive.AsyncConnect> asked) {
    try {
      AeronArchive archive = one.poll();
      if (archive != null) {
        asked.remove(one);
      }
      return archive;
    } catch (RuntimeException e) {
      LOG.debug("A member says nothing of its log", e);
      asked.remove(one);
      CloseHelper.quietClose(one);
      return null;
    }
  }

  private static long logStart(AeronArchive archive) {
    try (archive) {
      List<Recording> logs =
          Recording.ofStream(archive, ConsensusModule.Configuration.logStreamId());
      return logs.isEmpty() ? 0 : logs.get(logs.size() - 1).start();
    } catch (RuntimeException e) {
      LOG.debug("A member says nothing of its log", e);
      return 0;
    }
  }

  /** Up to where this member has the log. */
  private long ownEnd(AeronArchive archive) {
    if (!new File(clusterDirectory, RecordingLog.RECORDING_LOG_FILE_NAME).exists()) {
      return 0;
    }
    try (RecordingLog recordings = new RecordingLog(clusterDirectory, false)) {
      long id = recordings.findLastTermRecordingId();
      return id == Aeron.NULL_VALUE ? 0 : Math.max(0, archive.getMaxRecordedPosition(id));
    }
  }

  /**
   * Takes the state over into an empty log.
   *
   * @throws IOException if the state isn't there within ten minutes, or not whole
   */
  void run() throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    ClusterBackup.Context context =
        new ClusterBackup.Context()
            .aeronDirectoryName(ownArchive.aeronDirectoryName())
            .clusterDir(clusterDirectory)
            .archiveContext(ownArchive.clone())
            .clusterArchiveContext(
                new AeronArchive.Context()
                    .controlRequestChannel("aeron:udp")
                    .controlResponseChannel(endpoints.anywhere()))
            .clusterConsensusEndpoints(endpoints.othersConsensus())
            .consensusChannel(endpoints.ownConsensus())
            .catchupEndpoint(endpoints.ownCatchup())
            .initialReplayStart(ClusterBackup.Configuration.ReplayStart.LATEST_SNAPSHOT)
            .clusterBackupCoolDownIntervalNs(RETRY_NANOS)
            .sourceType(ClusterBackup.SourceType.LEADER)
            .idleStrategySupplier(doorbell.supplier())
            .errorHandler(errors)
            .eventsListener(new Progress(done));
    try (ClusterBackup backup = ClusterBackup.launch(context)) {
      done.get(TRANSFER_MINUTES, TimeUnit.MINUTES);
    } catch (TimeoutException e) {
      throw new IOException("no leader has given its state within " + TRANSFER_MINUTES + " min", e);
    } catch (ExecutionException e) {
      throw new IOException("the leader's state can't be taken over: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the leader's state was taken over", e);
    }
    removeMarks();
    prove();
    LOG.info("The leader's last snapshot is here");
  }

  /** A snapshot of both parts has to be there, and the log from its position on. */
  private void prove() throws IOException {
    try (RecordingLog recordings = new RecordingLog(clusterDirectory, false);
        AeronArchive archive = AeronArchive.connect(ownArchive.clone())) {
      RecordingLog.Entry consensus =
          recordings.getLatestSnapshot(ConsensusModule.Configuration.SERVICE_ID);
      RecordingLog.Entry service = recordings.getLatestSnapshot(0);
      long log = recordings.findLastTermRecordingId();
      boolean whole =
          consensus != null
              && service != null
              && consensus.logPosition == service.logPosition
              && isThere(archive, consensus.recordingId)
              && archive.getStopPosition(consensus.recordingId) > 0
              && isThere(archive, service.recordingId)
              && archive.getStopPosition(service.recordingId) > 0
              && isThere(archive, log)
              && archive.getStartPosition(log) <= consensus.logPosition
              && archive.getMaxRecordedPosition(log) >= consensus.logPosition;
      if (!whole) {
        throw new IOException(
            "what the leader has given isn't whole; the next start begins again with the log that"
                + " was here before");
      }
    }
  }

  private static boolean isThere(AeronArchive archive, long recording) {
    return recording != Aeron.NULL_VALUE && !Recording.of(archive, recording).isEmpty();
  }

  /** Of this process, which will make them again. */
  private void removeMarks() {
    File[] marks = clusterDirectory.listFiles((place, name) -> name.startsWith("cluster-mark"));
    try {
      for (File mark : marks == null ? new File[0] : marks) {
        Files.deleteIfExists(mark.toPath());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Progress(CompletableFuture<Void> done) implements ClusterBackupEventsListener {
    @Override
    public void onBackupQuery() {
      LOG.debug("The leader is asked for its snapshots");
    }

    @Override
    public void onPossibleFailure(Exception failure) {
      LOG.warn("The leader's state has not come yet: {}", failure.toString());
    }

    @Override
    public void onBackupResponse(
        ClusterMember[] members,
        ClusterMember source,
        List<RecordingLog.Snapshot> snapshotsToRetrieve) {
      LOG.info("{} snapshots come from member {}", snapshotsToRetrieve.size(), source.id());
    }

    @Override
    public void onUpdatedRecordingLog(
        RecordingLog recordings, List<RecordingLog.Snapshot> snapshotsRetrieved) {
      done.complete(null);
    }

    @Override
    public void onLiveLogProgress(long recordingId, long counter, long position) {
      LOG.debug("The log has come up to {}", position);
    }
  }
}
