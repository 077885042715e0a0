package org.headrace.bench.internal.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A running workload manager that figures are taken of. */
public interface Cluster {
  /** {@code headrace} or {@code slurm}. */
  String label();

  /** Version as its commands print it, and the size of the machine that it manages. */
  String description();

  Commands commands();

  /** Process id of the controller of this moment. */
  long controllerPid();

  /** Process ids of the node daemons that run on this machine. */
  List<Long> agentPids();

  /** The socket that takes persistent connections, if it has one. */
  Optional<Path> socket();

  /** How many more jobs it would take without refusing one. */
  long roomForJobs();

  /** The largest number of tasks that an array may have. */
  long largestArray();

  /** Whether {@link #startController()} can be used. */
  boolean canStartController();

  /** Starts the controller again, after its process was killed; returns before it answers. */
  void startController();
}
