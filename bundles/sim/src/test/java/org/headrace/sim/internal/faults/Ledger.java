package org.headrace.sim.internal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.core.PublishedState;

/** Stands for the accounting database: no record may be missing, out of order or changed. */
final class Ledger {
  private final List<AccountingRecord> records = new ArrayList<>();

  long last() {
    return records.isEmpty() ? 0 : records.get(records.size() - 1).number();
  }

  /** Takes records in, some of them perhaps for the second time. */
  void write(List<AccountingRecord> batch) {
    for (AccountingRecord record : batch) {
      long next = records.isEmpty() ? record.number() : last() + 1;
      if (record.number() < next) {
        int index = (int) (record.number() - records.get(0).number());
        assertThat(record).as("a record that comes again").isEqualTo(records.get(index));
      } else {
        assertThat(record.number()).as("number of the next record").isEqualTo(next);
        records.add(record);
      }
    }
  }

  /** What accounting says last of each job is what became of it. */
  void agreesWith(PublishedState state) {
    Map<Long, Job> lastOf = new HashMap<>();
    for (AccountingRecord record : records) {
      if (record instanceof AccountingRecord.JobChanged changed) {
        lastOf.put(changed.job().id(), changed.job());
      }
    }
    state.jobs(
        row -> true,
        job -> {
          Job told = lastOf.get(job.id());
          // A task of an array that has only been held apart is still a part of its array's record.
          assertThat(told != null || job.status().state() == JobState.PENDING)
              .as("there is a record of job %d", job.id())
              .isTrue();
          if (job.status().state().ended()) {
            assertThat(told.status().state())
                .as("last record of job %d", job.id())
                .isEqualTo(job.status().state());
            assertThat(told.status().ended()).isEqualTo(job.status().ended());
          }
        });
  }
}
