package org.headrace.commands.internal.text;

import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobComponent;
import org.headrace.control.query.Snapshot;
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

  /** All components of a job in their order, as far as they are known; or the job alone. */
  public static List<Job> all(Job job, Snapshot snapshot) {
    JobComponent component = job.spec().component();
    if (!component.grouped()) {
      return List.of(job);
    }
    return LongStream.range(0, component.count())
        .mapToObj(index -> snapshot.job(component.group() + index))
        .filter(Objects::nonNull)
        .toList();
  }

  /** False for a job that isn't the component that is named. */
  public static boolean means(JobReference named, Job job) {
    return named.hetOffset() == JobReference.NO_OFFSET
        || job.spec().component().group() == named.jobId()
            && job.spec().component().index() == named.hetOffset();
  }
}
