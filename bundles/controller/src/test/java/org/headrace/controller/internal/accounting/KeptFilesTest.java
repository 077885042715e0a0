package org.headrace.controller.internal.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.Reason;
import org.headrace.control.command.JobFiles;
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
    return kept.of(List.of(records), Map.of("AccountingStoreFlags", flags));
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
}
