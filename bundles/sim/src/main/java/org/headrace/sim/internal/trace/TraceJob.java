package org.headrace.sim.internal.trace;

/**
 * A job of a trace; times are in seconds.
 *
 * @param id its number in the trace
 * @param submit when it was submitted
 * @param run how long it ran
 * @param estimate how long it was expected to run
 * @param cpus processors
 */
public record TraceJob(long id, long submit, long run, long estimate, int cpus) {}
