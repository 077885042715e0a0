package org.headrace.api.model;

/**
 * Memory that a job needs, in MiB, counted in one of three ways.
 *
 * @param basis what {@code mebibytes} is counted for
 * @param mebibytes amount; with {@link Basis#NODE} zero means all of the node's memory, with {@link
 *     Basis#NONE} it is zero
 */
public record MemoryRequest(Basis basis, long mebibytes) {
  /** What an amount of memory is counted for. */
  public enum Basis {
    NONE,
    NODE,
    CPU,
    GPU
  }

  /** No memory was requested, and none is accounted. */
  public static final MemoryRequest NONE = new MemoryRequest(Basis.NONE, 0);

  public static MemoryRequest perNode(long mebibytes) {
    return new MemoryRequest(Basis.NODE, mebibytes);
  }

  public static MemoryRequest perCpu(long mebibytes) {
    return new MemoryRequest(Basis.CPU, mebibytes);
  }

  /** True for a request for all memory of each node. */
  public boolean wholeNode() {
    return basis == Basis.NODE && mebibytes == 0;
  }
}
