package org.headrace.controller.internal.planning;

import java.util.HashMap;
import java.util.Map;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.controller.internal.plugins.PluginFault;

/**
 * Tells a plan that has become stale, which is nobody's fault, from one that was nonsense on the
 * very view it was made for.
 */
final class PlanCheck {
  private PlanCheck() {}

  static Plan checked(Plan plan, ResourceLedger ledger, PendingJobs queue) throws PluginFault {
    if (plan == null) {
      throw new PluginFault("the scheduler gave no plan");
    }
    boolean starts =
        plan.decisions().stream().anyMatch(decision -> decision instanceof Decision.Start);
    if (!starts) {
      return plan;
    }
    Map<Long, Integer> startable = new HashMap<>();
    for (int row = 0; row < queue.size(); row++) {
      PendingJob job = queue.get(row);
      startable.put(job.id(), job.startable());
    }
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Decision.Start start) {
        Integer left = startable.get(start.jobId());
        if (left == null || left <= 0) {
          throw new PluginFault("the plan starts job " + start.jobId() + ", which isn't startable");
        }
        startable.put(start.jobId(), left - 1);
        String problem = ledger.problem(start.allocation());
        if (problem != null) {
          throw new PluginFault("the plan is nonsense for job " + start.jobId() + ": " + problem);
        }
        ledger.allocate(start.allocation(), ResourceLedger.NO_USER);
      }
    }
    return plan;
  }
}
