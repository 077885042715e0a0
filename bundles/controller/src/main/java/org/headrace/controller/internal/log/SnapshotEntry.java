package org.headrace.controller.internal.log;

import java.util.List;
import org.headrace.core.SnapshotItem;

/** A piece of a snapshot in the log's archive. Only ever appended to. */
sealed interface SnapshotEntry
    permits SnapshotEntry.Item,
        SnapshotEntry.Unfinished,
        SnapshotEntry.End,
        SnapshotEntry.Term,
        SnapshotEntry.Items {
  /**
   * A piece of the core's state.
   *
   * @param item the piece
   */
  public record Item(SnapshotItem item) implements SnapshotEntry {}

  /**
   * An entry of the log that wasn't complete.
   *
   * @param incomplete the entry
   */
  public record Unfinished(Parts.Incomplete incomplete) implements SnapshotEntry {}

  /**
   * The last piece.
   *
   * @param count number of pieces before it
   */
  public record End(long count) implements SnapshotEntry {}

  /**
   * The term in which the snapshot was taken: whoever starts from it hears of no beginning of it.
   *
   * @param number its number
   * @param leader which member led
   */
  public record Term(long number, int leader) implements SnapshotEntry {}

  /**
   * Pieces of the core's state, in order.
   *
   * @param items the pieces
   */
  public record Items(List<SnapshotItem> items) implements SnapshotEntry {}
}
