package org.headrace.controller.internal.log;

import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.RecordingLog;
import java.io.File;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what no start will read again: the log before the last snapshot, whole segments of it,
 * and all snapshots but the last two. The one before the last is kept in case that the last turns
 * out to be damaged.
 */
final class LogTrimmer {
  private static final Logger LOG = LoggerFactory.getLogger(LogTrimmer.class);
  private static final int CONSENSUS_MODULE = -1;
  private static final int SNAPSHOTS_KEPT = 2;

  private final File clusterDirectory;
  private final AeronArchive.Context archiveClient;
  private long trimmedAt = -1;

  /**
   * @param archiveClient how to reach the archive; copied for each use
   */
  LogTrimmer(File clusterDirectory, AeronArchive.Context archiveClient) {
    this.clusterDirectory = clusterDirectory;
    this.archiveClient = archiveClient;
  }

  /** Position in the log of the last complete snapshot, or −1. */
  long lastSnapshot() {
    try (RecordingLog recordings = new RecordingLog(clusterDirectory, false)) {
      RecordingLog.Entry latest = recordings.getLatestSnapshot(CONSENSUS_MODULE);
      return latest == null ? -1 : latest.logPosition;
    }
  }

  /** Deletes what has become useless since the last call. */
  void trim() {
    try (RecordingLog recordings = new RecordingLog(clusterDirectory, false)) {
      List<RecordingLog.Entry> snapshots =
          recordings.entries().stream()
              .filter(e -> e.type == RecordingLog.ENTRY_TYPE_SNAPSHOT && e.isValid)
              .filter(e -> e.serviceId == CONSENSUS_MODULE || e.serviceId == 0)
              .sorted((a, b) -> Long.compare(b.logPosition, a.logPosition))
              .toList();
      List<Long> positions = snapshots.stream().map(entry -> entry.logPosition).distinct().toList();
      if (positions.size() < SNAPSHOTS_KEPT) {
        return;
      }
      long keepFrom = positions.get(SNAPSHOTS_KEPT - 1);
      if (keepFrom <= trimmedAt) {
        return;
      }
      try (AeronArchive archive = AeronArchive.connect(archiveClient.clone())) {
        purgeLog(archive, recordings.findLastTermRecordingId(), keepFrom);
        snapshots.stream()
            .filter(entry -> entry.logPosition < keepFrom)
            .forEach(entry -> purgeSnapshot(archive, entry.recordingId));
      }
      trimmedAt = keepFrom;
    }
  }

  private static void purgeLog(AeronArchive archive, long recordingId, long keepFrom) {
    for (Recording log : Recording.of(archive, recordingId)) {
      long base =
          AeronArchive.segmentFileBasePosition(
              log.start(), keepFrom, log.termLength(), log.segmentLength());
      if (base > log.start()) {
        long segments = archive.purgeSegments(recordingId, base);
        LOG.info("{} segments of the log before the last snapshots are deleted", segments);
      }
    }
  }

  private static void purgeSnapshot(AeronArchive archive, long recordingId) {
    try {
      archive.purgeRecording(recordingId);
    } catch (io.aeron.archive.client.ArchiveException e) {
      LOG.debug("Snapshot recording {} is gone already: {}", recordingId, e.getMessage());
    }
  }
}
