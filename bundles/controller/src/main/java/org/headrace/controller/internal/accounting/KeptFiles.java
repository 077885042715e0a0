package org.headrace.controller.internal.accounting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.AccountingStore;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.control.command.JobFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which scripts and environments of jobs go to accounting, as {@code AccountingStoreFlags} says. A
 * job's are read when its submission is written: of one that is forgotten before the database comes
 * back there are none. They are worth less than records, so that none of them ever holds those up:
 * what is too large, or what the database doesn't take, is left out with a word in the log.
 *
 * @param files the files of a job that is known, or null
 */
record KeptFiles(LongFunction<JobFiles> files) {
  private static final Logger LOG = LoggerFactory.getLogger(KeptFiles.class);

  /** What is in memory at a time, and in one statement; also the most that is kept of one job. */
  static final int MAX_BYTES = 4 << 20;

  private static final byte[] NOTHING = new byte[0];

  /**
   * Hands over the files of the jobs that were submitted in a batch of records.
   *
   * @return jobs whose files weren't taken, for {@link #again}
   */
  List<Job> keep(
      List<AccountingRecord> batch, Map<String, String> settings, AccountingStore store) {
    Set<String> flags = flags(settings);
    List<Job> wanted =
        flags.contains("job_script") || flags.contains("job_env")
            ? batch.stream()
                .filter(AccountingRecord.JobChanged.class::isInstance)
                .map(one -> ((AccountingRecord.JobChanged) one).job())
                .filter(KeptFiles::submission)
                .toList()
            : List.of();
    return handOver(wanted, flags, store);
  }

  private static Set<String> flags(Map<String, String> settings) {
    String text = settings.getOrDefault("AccountingStoreFlags", "").toLowerCase(Locale.ROOT);
    return new HashSet<>(Arrays.asList(text.strip().split("[,\\s]+")));
  }

  /** Tries once more, one by one, and leaves out what can't be kept. */
  void again(List<Job> jobs, Map<String, String> settings, AccountingStore store) {
    Set<String> flags = flags(settings);
    for (Job job : jobs) {
      SubmittedFiles own = of(job, flags);
      try {
        if (own != null) {
          store.keep(List.of(own));
        }
      } catch (AccountingException e) {
        LOG.warn("Script and environment of job {} aren't kept: {}", job.id(), e.getMessage());
      }
    }
  }

  private List<Job> handOver(List<Job> jobs, Set<String> flags, AccountingStore store) {
    List<Job> refused = new ArrayList<>();
    List<Job> inChunk = new ArrayList<>();
    List<SubmittedFiles> chunk = new ArrayList<>();
    long bytes = 0;
    for (Job job : jobs) {
      SubmittedFiles own = of(job, flags);
      if (own == null) {
        continue;
      }
      if (bytes + size(own) > MAX_BYTES) {
        take(chunk, inChunk, store, refused);
        bytes = 0;
      }
      chunk.add(own);
      inChunk.add(job);
      bytes += size(own);
    }
    take(chunk, inChunk, store, refused);
    return refused;
  }

  private static void take(
      List<SubmittedFiles> chunk, List<Job> inChunk, AccountingStore store, List<Job> refused) {
    try {
      if (!chunk.isEmpty()) {
        store.keep(List.copyOf(chunk));
      }
    } catch (AccountingException e) {
      LOG.debug("Files of {} jobs were not taken", chunk.size(), e);
      refused.addAll(inChunk);
    }
    chunk.clear();
    inChunk.clear();
  }

  /** What is to be kept of a job, or null. */
  private SubmittedFiles of(Job job, Set<String> flags) {
    JobFiles own = files.apply(job.id());
    if (own == null) {
      return null;
    }
    SubmittedFiles kept =
        new SubmittedFiles(
            job.id(),
            job.status().submitted(),
            flags.contains("job_script") ? own.script() : NOTHING,
            flags.contains("job_env") ? own.environment() : NOTHING);
    if (size(kept) <= MAX_BYTES) {
      return kept;
    }
    LOG.warn(
        "Script and environment of job {} aren't kept: they have {} bytes, and {} is the most",
        job.id(),
        size(kept),
        MAX_BYTES);
    return null;
  }

  private static long size(SubmittedFiles files) {
    return (long) files.script().length + files.environment().length;
  }

  private static boolean submission(Job job) {
    return job.spec().execution().batch()
        && job.status().state() == JobState.PENDING
        && job.status().restarts() == 0
        && (job.arrayId() == 0 || job.arrayId() == job.id());
  }
}
