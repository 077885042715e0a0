package org.headrace.api.preemption;

import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.RunningJob;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says which running jobs may be preempted for a pending one, and how. A function of its arguments.
 *
 * <p>What holds for all of them, such as times of exemption, is the controller's to see to.
 */
@ConsumerType
public interface Preemption {
  /**
   * How {@code running} is preempted to start {@code pending}.
   *
   * @param options settings by the names of the configuration, such as {@code PreemptMode}
   * @return {@link PreemptMode#OFF} when it may not be
   */
  PreemptMode mode(
      PendingJob pending, RunningJob running, ClusterView view, Map<String, String> options);
}
