package org.headrace.accounting.internal;

import static org.headrace.accounting.internal.Samples.T0;
import static org.headrace.accounting.internal.Samples.changed;
import static org.headrace.accounting.internal.Samples.job;
import static org.headrace.accounting.internal.Samples.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.JobState;

/** Writes batches and prints how many were acknowledged, until it is killed. */
final class CrashingWriter {
  static final int BATCH = 20;

  private CrashingWriter() {}

  public static void main(String[] arguments) throws Exception {
    SqliteAccounting store = new SqliteAccounting();
    store.open(arguments[1], Map.of("directory", arguments[0]));
    long id = 0;
    for (int batch = 1; batch <= 5_000; batch++) {
      List<AccountingRecord> records = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        id++;
        records.add(changed(id, job(id, 5, status(JobState.PENDING, T0, T0, 0, 0, 0))));
      }
      store.write(records);
      System.out.println(batch);
    }
  }
}
