package org.headrace.api.preemption;

/**
 * A job that has to make room.
 *
 * @param jobId its id
 * @param mode what is done with it, and not {@link PreemptMode#OFF}
 */
public record Victim(long jobId, PreemptMode mode) {}
