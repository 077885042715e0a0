package org.headrace.commands.internal.text;

import org.headrace.api.job.Job;
import org.headrace.slurmconf.text.ArraySpec;
import org.headrace.slurmconf.text.JobReference;

/** Components of heterogeneous jobs as users name them: {@code 12+1} is a job of its own. */
public final class ComponentRefs {
  private ComponentRefs() {}

  /** The same job by its own id. */
  public static JobReference plain(JobReference named) {
    return named.hetOffset() == JobReference.NO_OFFSET
        ? named
        : new JobReference(
            named.jobId() + named.hetOffset(),
            JobReference.NO_TASK,
            ArraySpec.NONE,
            JobReference.NO_OFFSET,
            named.step());
  }

  /** False for a job that isn't the component that is named. */
  public static boolean means(JobReference named, Job job) {
    return named.hetOffset() == JobReference.NO_OFFSET
        || job.spec().component().group() == named.jobId()
            && job.spec().component().index() == named.hetOffset();
  }
}
