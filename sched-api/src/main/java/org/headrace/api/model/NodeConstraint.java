package org.headrace.api.model;

import java.util.List;

/**
 * Which nodes a job may use. Numbers that are zero are not constrained.
 *
 * @param features feature expression in the grammar of {@code sbatch --constraint}, or the empty
 *     string
 * @param prefer features that are tried before {@code features}, or the empty string
 * @param required names of nodes that the job must have
 * @param excluded names of nodes that the job must not have
 * @param minCpus CPUs that each node must have in all
 * @param minTmpDisk local disk that each node must have, in MiB
 * @param sockets sockets that each node must have
 * @param coresPerSocket cores that each socket must have
 * @param threadsPerCore threads that each core must have
 * @param contiguous true when the nodes must be adjacent
 * @param maxSwitches upper bound of leaf switches
 * @param switchWait how long, in milliseconds, to wait for so few switches
 * @param segments groups of nodes that must be close together
 * @param breadth how many of the nodes that it may have it wants
 */
public record NodeConstraint(
    String features,
    String prefer,
    List<String> required,
    List<String> excluded,
    int minCpus,
    long minTmpDisk,
    int sockets,
    int coresPerSocket,
    int threadsPerCore,
    boolean contiguous,
    int maxSwitches,
    long switchWait,
    Segments segments,
    Breadth breadth) {
  /** Any node will do. */
  public static final NodeConstraint ANY =
      new NodeConstraint("", "", List.of(), List.of(), 0, 0, 0, 0, 0, false, 0, 0);

  public NodeConstraint {
    required = List.copyOf(required);
    excluded = List.copyOf(excluded);
    // Not in old logs.
    segments = segments == null ? Segments.NONE : segments;
    breadth = breadth == null ? Breadth.USUAL : breadth;
  }

  /** Without segments, of the usual breadth. */
  public NodeConstraint(
      String features,
      String prefer,
      List<String> required,
      List<String> excluded,
      int minCpus,
      long minTmpDisk,
      int sockets,
      int coresPerSocket,
      int threadsPerCore,
      boolean contiguous,
      int maxSwitches,
      long switchWait) {
    this(
        features,
        prefer,
        required,
        excluded,
        minCpus,
        minTmpDisk,
        sockets,
        coresPerSocket,
        threadsPerCore,
        contiguous,
        maxSwitches,
        switchWait,
        Segments.NONE,
        Breadth.USUAL);
  }

  public NodeConstraint withSegments(Segments newSegments) {
    return with(newSegments, breadth);
  }

  public NodeConstraint withBreadth(Breadth newBreadth) {
    return with(segments, newBreadth);
  }

  private NodeConstraint with(Segments newSegments, Breadth newBreadth) {
    return new NodeConstraint(
        features,
        prefer,
        required,
        excluded,
        minCpus,
        minTmpDisk,
        sockets,
        coresPerSocket,
        threadsPerCore,
        contiguous,
        maxSwitches,
        switchWait,
        newSegments,
        newBreadth);
  }
}
