package org.headrace.accounting.internal;

import static org.headrace.accounting.internal.Samples.T0;
import static org.headrace.accounting.internal.Samples.changed;
import static org.headrace.accounting.internal.Samples.job;
import static org.headrace.accounting.internal.Samples.status;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.accounting.internal.DatabaseSettings.Engine;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.job.JobState;

/**
 * Prints how many records a second a store takes, three for each job as the controller writes them,
 * and how long queries take then. Arguments: {@code [jobs] [URL [password file]]}; SQLite in a new
 * directory below {@code java.io.tmpdir} without a URL.
 */
public final class AccountingBenchmark {
  private AccountingBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int jobs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
    Path directory = Files.createTempDirectory("headrace-accounting-bench");
    Map<String, String> settings = new HashMap<>(Map.of("directory", directory.toString()));
    if (arguments.length > 1) {
      settings.put(DatabaseSettings.URL, arguments[1]);
    }
    if (arguments.length > 2) {
      settings.put(DatabaseSettings.PASS_FILE, arguments[2]);
    }
    Engine none = null;
    for (int batch : new int[] {1, 100, 1000}) {
      try (SqlAccountingStore store = new SqlAccountingStore(none)) {
        store.open("bench" + batch + "-" + System.nanoTime(), settings);
        int count = batch == 1 ? Math.min(1000, jobs) : jobs;
        write(store, Math.min(count, 2000), batch, 1_000_000_000L, "warm-up");
        write(store, count, batch, 0, "batches of " + batch);
        if (batch == 1000) {
          query(store, "one job by id", Samples.of(new JobQuery.JobRef(jobs / 2, -1)));
          query(store, "jobs of a user", Samples.by(List.of(7), List.of(), List.of()));
          query(
              store,
              "jobs of the last tenth",
              Samples.window(T0 + jobs * 9L / 10 * 10, T0 + jobs * 20L));
          query(store, "running", Samples.window(T0 + 50, T0 + 50, JobState.RUNNING));
        }
      }
    }
    Path file = directory.resolve("accounting.db");
    if (Files.exists(file)) {
      System.out.printf(Locale.ROOT, "%-24s %.1f MB%n", "file", Files.size(file) / 1e6);
    }
  }

  private static void write(
      SqlAccountingStore store, int jobs, int batch, long firstId, String label) throws Exception {
    List<AccountingRecord> waiting = new ArrayList<>(batch);
    long records = 0;
    long start = System.nanoTime();
    long number = firstId;
    int window = Math.max(1, batch * 2);
    // A job starts and ends some batches after its submission, so that rows are really updated.
    for (long i = 0; i < jobs + 2L * window; i++) {
      for (int phase = 0; phase < 3; phase++) {
        long id = i - (long) phase * window;
        if (id >= 0 && id < jobs) {
          long submitted = T0 + id * 10;
          JobState state =
              new JobState[] {JobState.PENDING, JobState.RUNNING, JobState.COMPLETED}[phase];
          waiting.add(
              changed(
                  ++number,
                  job(
                      firstId + id + 1,
                      (int) (id % 100),
                      status(
                          state,
                          submitted,
                          submitted,
                          phase > 0 ? submitted + 50 : 0,
                          phase > 1 ? submitted + 100 : 0,
                          0))));
          records++;
        }
      }
      if (waiting.size() >= batch) {
        store.write(waiting);
        waiting.clear();
      }
    }
    store.write(waiting);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT, "%-24s %,10.0f records/s (%,d records)%n", label, records / seconds, records);
  }

  private static void query(SqlAccountingStore store, String label, JobQuery query)
      throws Exception {
    store.jobs(query);
    long start = System.nanoTime();
    int found = store.jobs(query).size();
    System.out.printf(
        Locale.ROOT,
        "%-24s %10.1f ms (%,d jobs)%n",
        label,
        (System.nanoTime() - start) / 1e6,
        found);
  }
}
