package org.headrace.commands.internal.squeue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.commands.internal.json.JobJson;
import org.headrace.control.query.Snapshot;

/** Writes jobs as data, one by one. */
final class JobData {
  private final Snapshot snapshot;
  private final long now;

  JobData(Snapshot snapshot, long now) {
    this.snapshot = snapshot;
    this.now = now;
  }

  /** Passes jobs to an action. */
  interface Jobs {
    void each(Consumer<Job> action);
  }

  void write(DataWriter data, Jobs jobs) throws IOException {
    data.startArray("jobs");
    try {
      jobs.each(job -> write(data, job));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    data.endArray();
    data.time("last_backfill", 0);
    data.time("last_update", now);
  }

  private void write(DataWriter data, Job job) {
    try {
      new JobJson(data, new JobFacts(job, snapshot, now)).write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
