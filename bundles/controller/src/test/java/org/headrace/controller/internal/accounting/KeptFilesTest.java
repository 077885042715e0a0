package org.headrace.controller.internal.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.AccountingStore;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.Reason;
import org.headrace.control.command.JobFiles;
import org.headrace.controller.testing.FakeAccounting;
import org.headrace.controller.testing.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptFilesTest {
  private static final JobFiles FILES = new JobFiles(bytes("#!/bin/sh"), bytes("A=b\0"));

  private final KeptFiles kept = new KeptFiles(id -> id == 9 ? null : FILES);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static AccountingRecord record(long id, long array, JobState state, int restarts) {
    JobStatus status =
        new JobStatus(
            state,
            Set.of(),
            Reason.NONE,
            1,
            "main",
            77,
            1,
            0,
            0,
            0,
            0,
            null,
            ExitStatus.SUCCESS,
            ExitStatus.SUCCESS,
            restarts,
            JobArray.NONE,
            0,
            -1,
            0,
            0);
    Job job = new Job(id, array, Job.NO_TASK, Samples.job(), status);
    return new AccountingRecord.JobChanged(1, 1, job, List.of());
  }

  private List<SubmittedFiles> of(String flags, AccountingRecord... records) {
    FakeAccounting store = new FakeAccounting();
    kept.keep(List.of(records), Map.of("AccountingStoreFlags", flags), store);
    return store.kept();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          job_script          | 9 | 0
          job_env             | 0 | 4
          job_comment         |   |
          Job_Script, job_env | 9 | 4
          """)
  void whatIsKeptIsConfigured(String flags, Integer script, Integer environment) {
    List<SubmittedFiles> files = of(flags, record(1, 0, JobState.PENDING, 0));
    if (script == null) {
      assertThat(files).isEmpty();
    } else {
      assertThat(files).singleElement().matches(one -> one.jobId() == 1 && one.submitted() == 77);
      assertThat(files.get(0).script()).hasSize(script);
      assertThat(files.get(0).environment()).hasSize(environment);
    }
  }

  @Test
  void submissionsAloneCount() {
    assertThat(
            of(
                "job_script",
                record(1, 0, JobState.RUNNING, 0),
                record(2, 0, JobState.PENDING, 1),
                record(9, 0, JobState.PENDING, 0),
                record(5, 4, JobState.PENDING, 0),
                record(4, 4, JobState.PENDING, 0)))
        .extracting(SubmittedFiles::jobId)
        .containsExactly(4L);
  }

  private static class NoStore implements AccountingStore {
    @Override
    public void open(String cluster, Map<String, String> settings) {}

    @Override
    public void write(List<AccountingRecord> records) {}

    @Override
    public List<JobHistory> jobs(JobQuery query) {
      return List.of();
    }

    @Override
    public List<AccountingRecord.NodeChanged> nodeEvents(long from, long to) {
      return List.of();
    }
  }

  /** A store that takes no file of a job, and counts what it is handed. */
  private static final class Picky extends NoStore {
    private final long refused;
    private final List<Integer> calls = new ArrayList<>();
    private final List<Long> taken = new ArrayList<>();
    private long most;

    Picky(long refused) {
      this.refused = refused;
    }

    @Override
    public void keep(List<SubmittedFiles> files) throws AccountingException {
      calls.add(files.size());
      most = Math.max(most, files.stream().mapToLong(one -> one.script().length).sum());
      if (files.stream().anyMatch(one -> one.jobId() == refused)) {
        throw new AccountingException("packet too large", null);
      }
      files.forEach(one -> taken.add(one.jobId()));
    }
  }

  private static final Map<String, String> SCRIPTS = Map.of("AccountingStoreFlags", "job_script");

  private static List<AccountingRecord> submissions(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(id -> record(id, 0, JobState.PENDING, 0))
        .toList();
  }

  @Test
  void fewAreInMemoryAtATime() {
    JobFiles large = new JobFiles(new byte[KeptFiles.MAX_BYTES / 2 - 1], bytes(""));
    Picky store = new Picky(0);
    new KeptFiles(id -> large).keep(submissions(7), SCRIPTS, store);
    assertThat(store.calls).containsExactly(2, 2, 2, 1);
    assertThat(store.most).isLessThanOrEqualTo(KeptFiles.MAX_BYTES);
  }

  @Test
  void whatIsTooLargeIsLeftOut() {
    JobFiles large = new JobFiles(new byte[KeptFiles.MAX_BYTES + 1], bytes(""));
    Picky store = new Picky(0);
    KeptFiles some = new KeptFiles(id -> id == 2 ? large : FILES);
    assertThat(some.keep(submissions(3), SCRIPTS, store)).isEmpty();
    assertThat(store.taken).containsExactly(1L, 3L);
  }

  @Test
  void whatTheDatabaseDoesNotTakeHoldsNothingUp() {
    Picky store = new Picky(2);
    List<Job> refused = kept.keep(submissions(3), SCRIPTS, store);
    assertThat(refused).hasSize(3);
    assertThat(store.taken).isEmpty();
    kept.again(refused, SCRIPTS, store);
    assertThat(store.taken).containsExactly(1L, 3L);
  }
}
