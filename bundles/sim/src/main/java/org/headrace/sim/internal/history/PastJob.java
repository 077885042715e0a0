package org.headrace.sim.internal.history;

import org.headrace.api.job.JobSpec;

/**
 * A run of a job as the history has it. Times are epoch milliseconds.
 *
 * @param id its number, one for each run
 * @param spec what was asked for, without what held it back beyond resources and priority
 * @param arrived when nothing but resources and priority held it back
 * @param started when it started
 * @param run how long it ran, in milliseconds, at least 1
 * @param cpus CPUs that it held
 */
record PastJob(long id, JobSpec spec, long arrived, long started, long run, int cpus) {}
