package org.headrace.controller.internal.log;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.headrace.controller.internal.Daemons;
import org.headrace.core.SnapshotItem;
import org.headrace.protocol.codec.RecordCodec;

/**
 * Writes a snapshot to the log's archive. The log stands still meanwhile, so a second thread
 * encodes what the core's thread has collected.
 */
final class SnapshotWriter implements AutoCloseable {
  static final RecordCodec<SnapshotEntry> CODEC = RecordCodec.of(SnapshotEntry.class);

  /** Entries that are encoded before the first of them is written. */
  static final int AHEAD = 4;

  private static final int BATCH_ITEMS = 256;
  private static final int BATCH_FILE_BYTES = 64 * 1024;

  private final ExclusivePublication publication;
  private final IdleStrategy idle;
  private final ExecutorService encoder =
      Executors.newSingleThreadExecutor(Daemons.named("snapshot-encoder"));
  private final ArrayDeque<Future<byte[]>> encoded = new ArrayDeque<>();
  private List<SnapshotItem> batch = new ArrayList<>();
  private int batchFileBytes;
  private long count;
  private long written;

  SnapshotWriter(ExclusivePublication publication, IdleStrategy idle) {
    this.publication = publication;
    this.idle = idle;
  }

  void item(SnapshotItem item) {
    batch.add(item);
    count++;
    if (item instanceof SnapshotItem.File file) {
      batchFileBytes += file.content().length;
    }
    if (batch.size() >= BATCH_ITEMS || batchFileBytes >= BATCH_FILE_BYTES) {
      endBatch();
    }
  }

  void incomplete(Parts.Incomplete incomplete) {
    endBatch();
    encode(new SnapshotEntry.Unfinished(incomplete));
    count++;
  }

  void term(SnapshotEntry.Term term) {
    endBatch();
    encode(term);
    count++;
  }

  void end() {
    endBatch();
    encode(new SnapshotEntry.End(count));
    while (!encoded.isEmpty()) {
      writeFirst();
    }
  }

  long count() {
    return count;
  }

  private void endBatch() {
    if (!batch.isEmpty()) {
      encode(new SnapshotEntry.Items(batch));
      batch = new ArrayList<>();
      batchFileBytes = 0;
    }
  }

  private void encode(SnapshotEntry entry) {
    encoded.add(encoder.submit(() -> CODEC.encode(entry)));
    if (encoded.size() > AHEAD) {
      writeFirst();
    }
  }

  private void writeFirst() {
    try {
      Parts.cut(0, written++, encoded.remove().get(), this::offer);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a snapshot can't be encoded: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a snapshot was taken", e);
    }
  }

  private void offer(DirectBuffer part) {
    while (true) {
      long position = publication.offer(part, 0, part.capacity());
      if (position > 0) {
        idle.idle(1); // Wakes the archive, which would else find it with its next look.
        return;
      }
      if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED) {
        throw new IllegalStateException("the archive doesn't take the snapshot: " + position);
      }
      idle.idle();
    }
  }

  @Override
  public void close() {
    encoder.shutdownNow();
  }
}
