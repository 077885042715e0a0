package org.headrace.api.launcher;

import java.util.List;
import java.util.Map;

/**
 * One task of a step on this node.
 *
 * @param globalRank rank in the whole step
 * @param localRank rank on this node
 * @param environment variables in addition to, or in place of, the step's
 * @param cpus CPUs to bind the task to, one bit each, lowest first; empty for the step's CPUs
 * @param stdin where input comes from
 * @param stdout where output goes
 * @param stderr where errors go
 * @param argv the task's own command if tasks differ, else empty for the step's program
 * @param memory where its memory comes from
 */
public record TaskOrder(
    int globalRank,
    int localRank,
    Map<String, String> environment,
    long[] cpus,
    IoTarget stdin,
    IoTarget stdout,
    IoTarget stderr,
    List<String> argv,
    MemoryPolicy memory) {

  public TaskOrder {
    argv = List.copyOf(argv);
  }

  /** A task whose memory comes from wherever the kernel takes it. */
  public TaskOrder(
      int globalRank,
      int localRank,
      Map<String, String> environment,
      long[] cpus,
      IoTarget stdin,
      IoTarget stdout,
      IoTarget stderr,
      List<String> argv) {
    this(
        globalRank,
        localRank,
        environment,
        cpus,
        stdin,
        stdout,
        stderr,
        argv,
        MemoryPolicy.DEFAULT);
  }
}
