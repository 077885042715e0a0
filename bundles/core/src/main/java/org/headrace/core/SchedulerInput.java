package org.headrace.core;

import org.headrace.api.model.ClusterView;

/**
 * What a planning cycle starts from: one moment of the cluster.
 *
 * @param view the cluster
 * @param queue the pending jobs that may start as far as resources and priority allow
 */
public record SchedulerInput(ClusterView view, EligibleJobs queue) {}
