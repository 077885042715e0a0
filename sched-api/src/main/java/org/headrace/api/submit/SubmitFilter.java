package org.headrace.api.submit;

import org.headrace.api.job.JobSpec;
import org.headrace.api.model.ClusterView;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * May change or refuse a job before it is accepted. Several may be active; each sees the last's.
 */
@ConsumerType
public interface SubmitFilter {
  /**
   * Looks at a job.
   *
   * @return the job as it is to be submitted
   * @throws SubmitRefused if it must not be; the text is shown to the user
   */
  JobSpec onSubmit(JobSpec job, ClusterView view) throws SubmitRefused;
}
