package org.headrace.commands.internal.scontrol;

import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.commands.internal.cli.JobWatch;
import org.headrace.control.command.JobTarget;

/** Waits until the nodes of a job are ready for it. */
final class WaitJob {
  private static final long LOOK_AGAIN = 1000;

  private final Session session;

  WaitJob(Session session) {
    this.session = session;
  }

  void run(List<String> rest) throws Exception {
    if (rest.isEmpty()) {
      session.error("too few arguments for keyword:wait_job");
      return;
    }
    JobTarget target = JobNames.target(rest.get(0));
    if (target == null) {
      session.error("Invalid job_id " + rest.get(0));
      return;
    }
    Job job = session.snapshot().job(target.jobId());
    if (job == null) {
      session.error("scontrol: Problem running job " + rest.get(0));
      return;
    }
    try (JobWatch watch = new JobWatch(session.control)) {
      watch.only(job.id());
      Boolean ready = null;
      while (ready == null && !session.invocation.disconnected().toCompletableFuture().isDone()) {
        ready = watch.await(() -> ready(job.id()), System.currentTimeMillis() + LOOK_AGAIN);
      }
      if (Boolean.TRUE.equals(ready)) {
        session.invocation.err().println("scontrol: Nodes are ready for job " + rest.get(0));
      } else if (ready != null) {
        session.error("scontrol: error: Job " + rest.get(0) + " is no longer running");
      }
    }
  }

  private Boolean ready(long id) {
    Job job = session.snapshot().job(id);
    if (job == null || job.status().state().ended()) {
      return false;
    }
    boolean there =
        job.status().state() == JobState.RUNNING && !job.status().has(JobFlag.CONFIGURING);
    return there ? Boolean.TRUE : null;
  }
}
