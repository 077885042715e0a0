package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Reason;

/** Tests all pending jobs again, after what seldom happens: a change of partitions. */
final class PendingTests {
  private final Machine machine;

  PendingTests(Machine machine) {
    this.machine = machine;
  }

  void testAll() {
    List<Long> pending = new ArrayList<>();
    machine
        .state
        .table
        .peek()
        .forEach(
            (id, page, row) -> {
              if (page.state[row] == JobState.PENDING.ordinal()) {
                pending.add(id);
              }
            });
    for (long id : pending) {
      Job job = machine.jobs.get(id);
      Reason before = job.status().reason();
      Job tested = machine.gate.test(job);
      if (tested.status().reason() != before) {
        machine.state.events.job(tested);
      }
    }
  }
}
