package org.headrace.sim.internal.trace;

/**
 * Figures of a schedule, over all jobs that ran.
 *
 * @param jobs number of jobs
 * @param meanWait mean of start minus submission, in seconds
 * @param slowdown mean of (wait + run) / run; a run of less than a second counts as one
 * @param boundedSlowdown mean of max(1, (wait + run) / max(run, 10 s))
 * @param utilisation processor seconds of all jobs over those of the machine during the makespan
 * @param makespan from the first submission to the last end, in seconds
 */
public record Metrics(
    int jobs,
    double meanWait,
    double slowdown,
    double boundedSlowdown,
    double utilisation,
    long makespan) {
  private static final long TAU = 10;

  public static Metrics of(Trace trace, Schedule schedule, MachineShape machine) {
    int jobs = 0;
    double wait = 0;
    double slowdown = 0;
    double bounded = 0;
    double area = 0;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (TraceJob job : trace.jobs()) {
      Long start = schedule.starts().get(job.id());
      if (start == null) {
        continue;
      }
      jobs++;
      double waited = start - job.submit();
      wait += waited;
      slowdown += (waited + job.run()) / Math.max(1, job.run());
      bounded += Math.max(1, (waited + job.run()) / Math.max(job.run(), TAU));
      area += (double) job.run() * job.cpus();
      first = Math.min(first, job.submit());
      last = Math.max(last, start + job.run());
    }
    if (jobs == 0) {
      return new Metrics(0, 0, 0, 0, 0, 0);
    }
    long makespan = last - first;
    return new Metrics(
        jobs,
        wait / jobs,
        slowdown / jobs,
        bounded / jobs,
        makespan == 0 ? 0 : area / machine.cpus() / makespan,
        makespan);
  }
}
