package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;

/**
 * Jobs that accounting takes for running although nobody knows them, as their end was lost: they
 * get one.
 */
final class Runaways {
  private final Machine machine;
  private final ClusterState state;

  Runaways(Machine machine) {
    this.machine = machine;
    state = machine.state;
  }

  Outcome end(Command.EndRunaways command, Actor actor) {
    if (!state.admin(actor)) {
      return refuse(ErrorCode.ACCESS_DENIED, "runaway jobs are ended by administrators");
    }
    for (Command.EndRunaways.Runaway one : command.runaways()) {
      if (!one.job().status().state().ended() && !known(one.job())) {
        state.outbox.job(ended(one.job()), one.nodes());
      }
    }
    return Outcome.DONE;
  }

  /** The same job, and not another one that was given its id. */
  private boolean known(Job job) {
    Job here = machine.jobs.get(job.id());
    return here != null && here.status().submitted() == job.status().submitted();
  }

  private static Job ended(Job job) {
    JobStatus status = job.status();
    long end = Math.max(status.started(), Math.max(status.eligible(), status.submitted()));
    return job.withStatus(
        new StatusEdit(status).noFlags().state(JobState.COMPLETED).ended(end).done());
  }
}
