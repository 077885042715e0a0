package org.headrace.sched.backfill.internal;

import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.testkit.OtherContext;

/** Another context, in which jobs are limited. */
record LimitedContext(PlanningContext plain, LimitLedger limits) implements OtherContext {}
