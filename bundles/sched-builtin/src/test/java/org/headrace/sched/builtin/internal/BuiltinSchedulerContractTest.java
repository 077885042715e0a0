package org.headrace.sched.builtin.internal;

import org.headrace.api.scheduler.Scheduler;
import org.headrace.testkit.contract.SchedulerContract;

class BuiltinSchedulerContractTest extends SchedulerContract {
  @Override
  protected Scheduler scheduler() {
    return new BuiltinScheduler();
  }
}
