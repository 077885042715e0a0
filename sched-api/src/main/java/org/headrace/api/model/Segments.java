package org.headrace.api.model;

/**
 * Groups of nodes that a job wants close together, each in one block.
 *
 * @param size nodes of a segment, or zero when the job has no wish
 * @param spread true when no two segments may share a base block
 * @param consolidated true when all segments must be in one block of a higher level
 */
public record Segments(int size, boolean spread, boolean consolidated) {
  /** The job leaves it to the topology. */
  public static final Segments NONE = new Segments(0, false, false);

  /** True when a job of that many nodes is placed segment by segment. */
  public boolean divide(int nodes) {
    return size > 0 && nodes > size;
  }
}
