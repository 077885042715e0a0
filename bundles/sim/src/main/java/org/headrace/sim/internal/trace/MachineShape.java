package org.headrace.sim.internal.trace;

import org.headrace.sim.internal.SimException;

/**
 * The machine to simulate.
 *
 * @param nodes number of nodes, from 1
 * @param cpusPerNode CPUs of each, from 1
 */
public record MachineShape(int nodes, int cpusPerNode) {
  private static final int MOST_CPUS = 10_000_000;

  /**
   * What the options say, completed by the trace's header. A machine of which only the number of
   * processors is known is one node.
   *
   * @param nodes number of nodes, or {@link Trace#UNKNOWN}
   * @param cpusPerNode CPUs of each, or {@link Trace#UNKNOWN}
   * @throws SimException if that isn't enough
   */
  public static MachineShape of(int nodes, int cpusPerNode, Trace trace) throws SimException {
    int cpus = trace.maxCpus() > 0 ? trace.maxCpus() : trace.maxNodes();
    if (nodes > 0 && cpusPerNode > 0) {
      return checked(nodes, cpusPerNode);
    }
    if (cpus <= 0) {
      throw new SimException(
          trace.name()
              + ": the header doesn't say how large the machine is (; MaxProcs: N);"
              + " give --nodes N --cpus-per-node M");
    }
    if (cpusPerNode > 0) {
      return checked(whole(cpus, cpusPerNode, trace), cpusPerNode);
    }
    int count = nodes > 0 ? nodes : Math.max(1, trace.maxNodes());
    return checked(count, whole(cpus, count, trace));
  }

  private static int whole(int cpus, int part, Trace trace) throws SimException {
    if (cpus % part != 0) {
      throw new SimException(
          "%s: %d processors are no multiple of %d; give --nodes N --cpus-per-node M"
              .formatted(trace.name(), cpus, part));
    }
    return cpus / part;
  }

  private static MachineShape checked(int nodes, int cpusPerNode) throws SimException {
    if ((long) nodes * cpusPerNode > MOST_CPUS) {
      throw new SimException(
          "a machine of %d nodes with %d CPUs each; at most %d CPUs can be simulated"
              .formatted(nodes, cpusPerNode, MOST_CPUS));
    }
    return new MachineShape(nodes, cpusPerNode);
  }

  public int cpus() {
    return nodes * cpusPerNode;
  }

  @Override
  public String toString() {
    return nodes == 1
        ? "1 node of " + cpusPerNode + " CPUs"
        : nodes + " nodes of " + cpusPerNode + (cpusPerNode == 1 ? " CPU" : " CPUs");
  }
}
