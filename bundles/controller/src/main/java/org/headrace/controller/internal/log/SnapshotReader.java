package org.headrace.controller.internal.log;

import io.aeron.FragmentAssembler;
import io.aeron.Image;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.headrace.api.job.Job;
import org.headrace.controller.internal.Daemons;
import org.headrace.core.SnapshotItem;
import org.headrace.protocol.codec.RecordCodec;

/**
 * Reads a snapshot from the log's archive, as it is asked for. Other threads decode what comes next
 * while the core takes in what came before.
 */
final class SnapshotReader implements AutoCloseable {
  private static final int POLL_LIMIT = 256;

  /**
   * One alone, whose code is still slow at a start, keeps the core waiting for a third of its time.
   */
  private static final int DECODERS = 2;

  private static final RecordCodec<Job> JOBS = RecordCodec.of(Job.class);

  private final Image image;
  private final IdleStrategy idle;
  private final Parts parts = new Parts();
  private final ExecutorService decoder =
      Executors.newFixedThreadPool(DECODERS, Daemons.named("snapshot-decoder"));
  private final ArrayDeque<Future<SnapshotEntry>> decoded = new ArrayDeque<>();
  private final List<Parts.Incomplete> incomplete = new ArrayList<>();
  private final FragmentAssembler assembler =
      new FragmentAssembler((buffer, offset, length, header) -> onPart(buffer, offset, length));
  private SnapshotEntry.Term term;
  private Iterator<SnapshotItem> ready = Collections.emptyIterator();
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
        while (!ready.hasNext() && !ended) {
          poll();
          take(first());
        }
        return ready.hasNext();
      }

      @Override
      public SnapshotItem next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return ready.next();
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

  /** Number of items so far. */
  long count() {
    return count;
  }

  /** Sees to it that there is at least one entry to wait for, and a few more if they are there. */
  private void poll() {
    while (decoded.size() < SnapshotWriter.AHEAD) {
      int polled = image.poll(assembler, POLL_LIMIT);
      if (polled == 0 && !decoded.isEmpty()) {
        return;
      }
      if (polled == 0 && (image.isClosed() || image.isEndOfStream())) {
        throw new IllegalStateException("the snapshot ends after " + count + " items");
      }
      idle.idle(polled);
    }
  }

  private void onPart(DirectBuffer buffer, int offset, int length) {
    byte[] bytes = parts.take(Parts.keyOf(buffer, offset), buffer, offset, length);
    if (bytes != null) {
      decoded.add(decoder.submit(() -> read(SnapshotWriter.CODEC.decode(bytes))));
    }
  }

  /** Jobs that were written as their store had them are read here too, not by the core's thread. */
  private static SnapshotEntry read(SnapshotEntry entry) {
    if (!(entry instanceof SnapshotEntry.Items several)) {
      return entry;
    }
    List<SnapshotItem> items = new ArrayList<>(several.items().size());
    for (SnapshotItem item : several.items()) {
      items.add(
          item instanceof SnapshotItem.WrittenJob job ? job.read(JOBS.decode(job.record())) : item);
    }
    return new SnapshotEntry.Items(items);
  }

  private SnapshotEntry first() {
    try {
      return decoded.remove().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the snapshot can't be decoded: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the snapshot was read", e);
    }
  }

  private void take(SnapshotEntry entry) {
    if (entry instanceof SnapshotEntry.End end) {
      if (end.count() != count) {
        throw new IllegalStateException(
            "the snapshot has " + count + " items instead of " + end.count());
      }
      ended = true;
    } else if (entry instanceof SnapshotEntry.Items several) {
      count += several.items().size();
      ready = several.items().iterator();
    } else if (entry instanceof SnapshotEntry.Item one) {
      count++;
      ready = List.of(one.item()).iterator();
    } else if (entry instanceof SnapshotEntry.Unfinished unfinished) {
      count++;
      incomplete.add(unfinished.incomplete());
    } else if (entry instanceof SnapshotEntry.Term found) {
      count++;
      term = found;
    }
  }

  @Override
  public void close() {
    decoder.shutdownNow();
  }
}
