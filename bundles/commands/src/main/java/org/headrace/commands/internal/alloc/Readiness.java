package org.headrace.commands.internal.alloc;

import java.util.Locale;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.control.query.Snapshot;

/** Whether an allocation can be used. */
public final class Readiness {
  private Readiness() {}

  /** True for a job with nodes on which steps can be made. */
  static boolean ready(Job job, Snapshot snapshot) {
    return job.status().state() == JobState.RUNNING && !awaited(job, snapshot);
  }

  /**
   * True while nodes are being prepared, unless the site lets steps wait there ({@code NoHold}).
   */
  public static boolean awaited(Job job, Snapshot snapshot) {
    return job.status().has(JobFlag.CONFIGURING)
        && !snapshot
            .definition()
            .settings()
            .getOrDefault("PrologFlags", "")
            .toLowerCase(Locale.ROOT)
            .contains("nohold");
  }
}
