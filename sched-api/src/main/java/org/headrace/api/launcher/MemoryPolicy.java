package org.headrace.api.launcher;

/**
 * From which of the machine's nodes of memory a task gets its pages.
 *
 * @param mode whether it is held to them
 * @param nodes nodes of memory, one bit each, lowest first
 * @param shownAs if the task is to say among its errors how it is bound, the word for it; else
 *     empty
 */
public record MemoryPolicy(Mode mode, long[] nodes, String shownAs) {
  /** Most nodes of memory that a machine may have. */
  public static final int MAX_NODES = 1024;

  /** As the kernel does by itself. */
  public static final MemoryPolicy DEFAULT = new MemoryPolicy(Mode.DEFAULT, new long[0], "");

  /** How nodes count. */
  public enum Mode {
    /** As the kernel does by itself. */
    DEFAULT,
    /** The node on which the task runs at the moment. */
    LOCAL,
    /** These, and no others. */
    BIND,
    /** The first of these, while there is room. */
    PREFER
  }
}
