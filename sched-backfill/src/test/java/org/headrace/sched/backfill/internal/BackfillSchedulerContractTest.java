package org.headrace.sched.backfill.internal;

import org.headrace.api.scheduler.Scheduler;
import org.headrace.testkit.contract.SchedulerContract;

class BackfillSchedulerContractTest extends SchedulerContract {
  @Override
  protected Scheduler scheduler() {
    return new BackfillScheduler();
  }
}
