package org.headrace.api.scheduler;

import java.util.List;
import org.headrace.api.model.NodeMask;

/**
 * What has come free since the scheduler was last called, and what must not be taken from it.
 *
 * @param nodes nodes on which a job gave something back
 * @param reserved reservations of the last plan, but for those of jobs that have started since
 */
public record Freed(NodeMask nodes, List<Decision.Reserve> reserved) {
  public Freed {
    reserved = List.copyOf(reserved);
  }
}
