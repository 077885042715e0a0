package com.example.shortestfirst;

import org.headrace.api.scheduler.Scheduler;
import org.headrace.testkit.contract.SchedulerContract;

/** What every scheduler must do. */
class ShortestFirstContractTest extends SchedulerContract {
  @Override
  protected Scheduler scheduler() {
    return new ShortestFirstScheduler();
  }
}
