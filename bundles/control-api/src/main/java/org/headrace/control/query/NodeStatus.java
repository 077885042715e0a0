package org.headrace.control.query;

import java.util.List;
import org.headrace.api.model.NodeView;
import org.headrace.control.command.NodeReport;
import org.headrace.control.definition.NodeDefinition;

/**
 * What is known of a node.
 *
 * @param view the node as plugins see it
 * @param definition the node as configured
 * @param report what its agent said last, or null
 * @param allocatedCpus CPUs that jobs hold
 * @param allocatedMemory memory that jobs hold, in MiB
 * @param gresUsed generic resources that jobs hold, as {@code name:type:count}
 * @param jobs ids of jobs here
 * @param completing true when a job's processes or epilog are still ending here
 * @param lastBusy when it was last in use, in epoch milliseconds
 * @param comment administrator's comment
 */
public record NodeStatus(
    NodeView view,
    NodeDefinition definition,
    NodeReport report,
    int allocatedCpus,
    long allocatedMemory,
    List<String> gresUsed,
    List<Long> jobs,
    boolean completing,
    long lastBusy,
    String comment) {
  public NodeStatus {
    gresUsed = List.copyOf(gresUsed);
    jobs = List.copyOf(jobs);
  }
}
