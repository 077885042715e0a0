package org.headrace.controller.internal.log;

import io.aeron.FragmentAssembler;
import io.aeron.Image;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.headrace.core.SnapshotItem;

/** Reads a snapshot from the log's archive, as it is asked for. */
final class SnapshotReader {
  private static final int POLL_LIMIT = 32;

  private final Image image;
  private final IdleStrategy idle;
  private final Parts parts = new Parts();
  private final ArrayDeque<SnapshotItem> ready = new ArrayDeque<>();
  private final List<Parts.Incomplete> incomplete = new ArrayList<>();
  private final FragmentAssembler assembler =
      new FragmentAssembler((buffer, offset, length, header) -> onPart(buffer, offset, length));
  private SnapshotEntry.Term term;
  private long count;
  private boolean ended;

  SnapshotReader(Image image, IdleStrategy idle) {
    this.image = image;
    this.idle = idle;
  }

  /**
   * The items. Reading past a damaged snapshot throws {@link IllegalStateException}: a start from
   * half a state would lose jobs.
   */
  Iterator<SnapshotItem> items() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        fill();
        return !ready.isEmpty();
      }

      @Override
      public SnapshotItem next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return ready.poll();
      }
    };
  }

  /** Entries that weren't complete; known after the last item. */
  List<Parts.Incomplete> incomplete() {
    return incomplete;
  }

  /** The term in which it was taken, or null; known after the last item. */
  SnapshotEntry.Term term() {
    return term;
  }

  private void fill() {
    while (ready.isEmpty() && !ended) {
      int polled = image.poll(assembler, POLL_LIMIT);
      if (polled == 0 && (image.isClosed() || image.isEndOfStream())) {
        throw new IllegalStateException("the snapshot ends after " + count + " items");
      }
      idle.idle(polled);
    }
  }

  private void onPart(DirectBuffer buffer, int offset, int length) {
    byte[] bytes = parts.take(Parts.keyOf(buffer, offset), buffer, offset, length);
    if (bytes == null) {
      return;
    }
    SnapshotEntry entry = SnapshotWriter.CODEC.decode(bytes);
    if (entry instanceof SnapshotEntry.End end) {
      if (end.count() != count) {
        throw new IllegalStateException(
            "the snapshot has " + count + " items instead of " + end.count());
      }
      ended = true;
      return;
    }
    count++;
    if (entry instanceof SnapshotEntry.Item part) {
      ready.add(part.item());
    } else if (entry instanceof SnapshotEntry.Unfinished unfinished) {
      incomplete.add(unfinished.incomplete());
    } else if (entry instanceof SnapshotEntry.Term found) {
      term = found;
    }
  }
}
