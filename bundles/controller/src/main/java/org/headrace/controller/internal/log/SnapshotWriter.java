package org.headrace.controller.internal.log;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.headrace.core.SnapshotItem;
import org.headrace.protocol.codec.RecordCodec;

/** Writes a snapshot to the log's archive. */
final class SnapshotWriter {
  static final RecordCodec<SnapshotEntry> CODEC = RecordCodec.of(SnapshotEntry.class);

  private final ExclusivePublication publication;
  private final IdleStrategy idle;
  private long count;

  SnapshotWriter(ExclusivePublication publication, IdleStrategy idle) {
    this.publication = publication;
    this.idle = idle;
  }

  void item(SnapshotItem item) {
    write(new SnapshotEntry.Item(item));
    count++;
  }

  void incomplete(Parts.Incomplete incomplete) {
    write(new SnapshotEntry.Unfinished(incomplete));
    count++;
  }

  void term(SnapshotEntry.Term term) {
    write(term);
    count++;
  }

  void end() {
    write(new SnapshotEntry.End(count));
  }

  long count() {
    return count;
  }

  private void write(SnapshotEntry entry) {
    Parts.cut(0, count, CODEC.encode(entry), this::offer);
  }

  private void offer(DirectBuffer part) {
    while (true) {
      long position = publication.offer(part, 0, part.capacity());
      if (position > 0) {
        return;
      }
      if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED) {
        throw new IllegalStateException("the archive doesn't take the snapshot: " + position);
      }
      idle.idle();
    }
  }
}
