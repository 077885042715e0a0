package org.headrace.controller.internal.accounting;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.control.command.JobFiles;

/**
 * Which scripts and environments of jobs go to accounting, as {@code AccountingStoreFlags} says. A
 * job's are read when its submission is written: of one that is forgotten before the database comes
 * back there are none.
 *
 * @param files the files of a job that is known, or null
 */
record KeptFiles(LongFunction<JobFiles> files) {
  private static final byte[] NOTHING = new byte[0];

  /** Those of the jobs that were submitted in a batch of records. */
  List<SubmittedFiles> of(List<AccountingRecord> batch, Map<String, String> settings) {
    Set<String> flags =
        Set.of(
            settings
                .getOrDefault("AccountingStoreFlags", "")
                .toLowerCase(Locale.ROOT)
                .split("[,\\s]+"));
    boolean scripts = flags.contains("job_script");
    boolean environments = flags.contains("job_env");
    List<SubmittedFiles> kept = new ArrayList<>();
    for (AccountingRecord one : scripts || environments ? batch : List.<AccountingRecord>of()) {
      if (one instanceof AccountingRecord.JobChanged changed && submission(changed.job())) {
        Job job = changed.job();
        JobFiles own = files.apply(job.id());
        if (own != null) {
          kept.add(
              new SubmittedFiles(
                  job.id(),
                  job.status().submitted(),
                  scripts ? own.script() : NOTHING,
                  environments ? own.environment() : NOTHING));
        }
      }
    }
    return kept;
  }

  private static boolean submission(Job job) {
    return job.spec().execution().batch()
        && job.status().state() == JobState.PENDING
        && job.status().restarts() == 0
        && (job.arrayId() == 0 || job.arrayId() == job.id());
  }
}
