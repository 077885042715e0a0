package org.headrace.control.command;

import java.util.List;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeHardware;

/**
 * What an agent says of its node.
 *
 * @param node node name
 * @param hardware what the machine has
 * @param gres generic resources found
 * @param version version of the agent
 * @param operatingSystem name and release of the kernel
 * @param architecture processor architecture
 * @param bootTime when the machine started, in epoch milliseconds
 * @param agentStarted when the agent started, in epoch milliseconds
 * @param load load average over a minute, in hundredths
 * @param freeMemory memory that nobody uses, in MiB
 * @param host host name
 * @param address address and port by which the agent is reached
 * @param steps what runs, or has ended without the controller knowing
 */
public record NodeReport(
    String node,
    NodeHardware hardware,
    List<GresInventory> gres,
    String version,
    String operatingSystem,
    String architecture,
    long bootTime,
    long agentStarted,
    int load,
    long freeMemory,
    String host,
    String address,
    List<HeldStep> steps) {
  public NodeReport {
    gres = List.copyOf(gres);
    steps = List.copyOf(steps);
  }

  /**
   * A step that a node knows.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step
   */
  public record HeldStep(long jobId, int restarts, int stepId) {}
}
