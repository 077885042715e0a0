package org.headrace.sim.internal.trace;

import java.util.Map;

/**
 * What came of a trace; times are in seconds.
 *
 * @param starts start of each job, by its number
 * @param refused why the cluster refused jobs, by their number
 * @param passes planning passes that were made
 */
public record Schedule(Map<Long, Long> starts, Map<Long, String> refused, long passes) {}
