package org.headrace.api.selector;

import org.headrace.api.model.NodeMask;
import org.headrace.api.model.ResourceLedger;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Chooses nodes, cores, memory and devices for one job.
 *
 * <p>An implementation MUST be a function of its arguments (see {@code Scheduler} for what that
 * means) and MUST NOT change {@code free}: the caller does that with the answer.
 */
@ConsumerType
public interface Selector {
  /**
   * Looks for resources.
   *
   * @param demand what the job needs
   * @param free what is free, now or at the moment that the caller looks ahead to
   * @param candidates nodes that may be used; the selector sorts out those whose state, features or
   *     size doesn't suit the job
   * @param context the cluster, and the plugins a selector works with
   */
  Selection select(
      JobDemand demand, ResourceLedger free, NodeMask candidates, SelectionContext context);
}
