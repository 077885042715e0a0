package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.JobReference;
import org.headrace.slurmconf.text.TextFormatException;

/** {@code scontrol show step}: the steps that have not ended. */
final class ShowSteps {
  private static final String NO_SUCH = "slurm_get_job_steps error: Invalid job id specified";

  private record Found(Job job, Step step) {}

  private final Session session;
  private final Snapshot snapshot;
  private final TimeTexts times;
  private final Visibility visibility;
  private final List<Found> found = new ArrayList<>();

  ShowSteps(Session session) {
    this.session = session;
    this.snapshot = session.snapshot();
    this.times = session.times();
    this.visibility = session.visibility();
  }

  void run(String id) throws IOException {
    if (id.isEmpty()) {
      snapshot.jobs(
          row -> row.state() != JobState.PENDING && visibility.row(row),
          job -> collect(job, JobReference.NO_STEP));
    } else {
      JobReference reference;
      try {
        reference = JobReference.parse(id);
      } catch (TextFormatException e) {
        session.error(NO_SUCH);
        return;
      }
      for (Job job : snapshot.jobOrArray(reference.jobId())) {
        if (Show.wanted(reference, job)) {
          collect(job, reference.step());
        }
      }
    }
    if (found.isEmpty() && !id.isEmpty()) {
      session.error(known(id) ? "Job step " + id + " not found" : NO_SUCH);
    } else if (session.data()) {
      data();
    } else if (found.isEmpty()) {
      session.out().print("No job steps in the system\n");
    } else {
      for (Found one : found) {
        String text = StepText.text(one.job, one.step, snapshot, times, session.oneLine);
        session.out().print(text);
      }
    }
  }

  private boolean known(String id) {
    try {
      JobReference reference = JobReference.parse(id);
      return reference.hasStep()
          && snapshot.jobOrArray(reference.jobId()).stream().anyMatch(job -> visibility.job(job));
    } catch (TextFormatException e) {
      return false;
    }
  }

  private void data() throws IOException {
    session.answer(
        out -> {
          out.startArray("steps");
          for (Found one : found) {
            new StepData(out, one.job, one.step, snapshot).write(times.now());
          }
          out.endArray();
          out.time("last_update", times.now());
        });
  }

  private void collect(Job job, int wanted) {
    if (!visibility.job(job)) {
      return;
    }
    int id =
        switch (wanted) {
          case JobReference.BATCH_STEP -> Step.BATCH;
          case JobReference.EXTERN_STEP -> Step.EXTERN;
          case JobReference.INTERACTIVE_STEP -> Step.INTERACTIVE;
          default -> wanted;
        };
    for (Step step : snapshot.steps(job.id())) {
      if (!step.state().ended() && (wanted == JobReference.NO_STEP || step.id() == id)) {
        found.add(new Found(job, step));
      }
    }
  }
}
