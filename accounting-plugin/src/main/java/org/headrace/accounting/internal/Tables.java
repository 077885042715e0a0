package org.headrace.accounting.internal;

import java.util.Base64;
import java.util.List;
import org.headrace.api.accounting.AccountingRecord.BookChanged;
import org.headrace.api.accounting.AccountingRecord.JobChanged;
import org.headrace.api.accounting.AccountingRecord.NodeChanged;
import org.headrace.api.accounting.AccountingRecord.StepChanged;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;

/**
 * The tables. Columns are what is searched for and what reports add up; the whole record is in the
 * document beside them. Times are epoch milliseconds.
 */
final class Tables {
  /** {@code window_begin} and {@code window_end} of what hasn't become eligible or hasn't ended. */
  static final long NEVER = Long.MAX_VALUE;

  /** One row for each run of a job. */
  static final Table<JobRow> JOBS =
      new Table<>(
          "headrace_jobs",
          List.of("cluster_id", "job_id", "submitted", "restarts"),
          List.of(
              Column.ofInt("cluster_id", JobRow::cluster),
              Column.ofLong("job_id", row -> row.job().id()),
              Column.ofLong("submitted", row -> row.status().submitted()),
              Column.ofInt("restarts", row -> row.status().restarts()),
              Column.ofLong(Table.NUMBER, row -> row.change().number()),
              Column.ofLong("array_id", row -> row.job().arrayId()),
              Column.ofInt("array_task", row -> row.job().arrayTask()),
              Column.ofKey("name", row -> row.spec().name()),
              Column.ofInt("uid", row -> row.spec().owner().uid()),
              Column.ofInt("gid", row -> row.spec().owner().gid()),
              Column.ofKey("user_name", row -> row.spec().owner().user()),
              Column.ofKey("account", row -> row.spec().charge().account()),
              Column.ofKey("qos", row -> row.spec().charge().qos()),
              Column.ofKey("wckey", row -> row.spec().charge().wckey()),
              Column.ofKey("partition_name", row -> row.status().partition()),
              Column.ofKey("state", row -> row.status().state().name()),
              Column.ofLong("eligible", row -> row.status().eligible()),
              Column.ofLong("started", row -> row.status().started()),
              Column.ofLong("ended", row -> row.status().ended()),
              Column.ofLong("window_begin", JobRow::windowBegin),
              Column.ofLong("window_end", JobRow::windowEnd),
              Column.ofLong("time_limit", row -> row.status().timeLimit()),
              Column.ofInt("nodes", row -> row.change().nodes().size()),
              Column.ofInt("cpus", JobRow::cpus),
              Column.ofLong("memory_mib", JobRow::memory),
              Column.ofLong("gpus", JobRow::gpus),
              Column.ofInt("exit_code", row -> row.status().exit().code()),
              Column.ofInt("exit_signal", row -> row.status().exit().signal()),
              Column.ofDocument("document", JobRow::document)));

  /** One row for each step of a run. */
  static final Table<StepRow> STEPS =
      new Table<>(
          "headrace_steps",
          List.of("cluster_id", "job_id", "job_started", "step_id"),
          List.of(
              Column.ofInt("cluster_id", StepRow::cluster),
              Column.ofLong("job_id", row -> row.step().jobId()),
              Column.ofLong("job_started", row -> row.change().jobStarted()),
              Column.ofInt("step_id", row -> row.step().id()),
              Column.ofLong(Table.NUMBER, row -> row.change().number()),
              Column.ofKey("name", row -> row.step().spec().name()),
              Column.ofKey("state", row -> row.step().state().name()),
              Column.ofLong("started", row -> row.step().started()),
              Column.ofLong("ended", row -> row.step().ended()),
              Column.ofInt("nodes", row -> row.change().nodes().size()),
              Column.ofInt("tasks", row -> row.step().tasks()),
              Column.ofInt("exit_code", row -> row.step().exit().code()),
              Column.ofInt("exit_signal", row -> row.step().exit().signal()),
              Column.ofLong("user_cpu_ms", row -> row.step().usage().userMillis()),
              Column.ofLong("system_cpu_ms", row -> row.step().usage().systemMillis()),
              Column.ofLong("max_rss_kib", row -> row.step().usage().maxResidentKibibytes()),
              Column.ofDocument("document", StepRow::document)));

  /** One row for each change of a node. */
  static final Table<NodeRow> NODE_EVENTS =
      new Table<>(
          "headrace_node_events",
          List.of("cluster_id", "event_time", "node", Table.NUMBER),
          List.of(
              Column.ofInt("cluster_id", NodeRow::cluster),
              Column.ofLong("event_time", row -> row.change().time()),
              Column.ofKey("node", row -> row.change().node()),
              Column.ofLong(Table.NUMBER, row -> row.change().number()),
              Column.ofKey("state", row -> row.change().state()),
              Column.ofInt("in_service", row -> row.change().inService() ? 1 : 0),
              Column.ofInt("cpus", row -> row.change().cpus()),
              Column.ofDocument("document", NodeRow::document)));

  /** One row for each change of accounts, users, associations and qualities of service. */
  static final Table<BookRow> BOOK_EVENTS =
      new Table<>(
          "headrace_book_events",
          List.of("cluster_id", "event_time", Table.NUMBER),
          List.of(
              Column.ofInt("cluster_id", BookRow::cluster),
              Column.ofLong("event_time", row -> row.change().time()),
              Column.ofLong(Table.NUMBER, row -> row.change().number()),
              Column.ofKey("actor", row -> row.change().actor()),
              Column.ofKey("kind", row -> row.change().kind().name()),
              Column.ofKey("name", row -> row.change().name()),
              Column.ofDocument("document", BookRow::document)));

  /**
   * What batch jobs were submitted with: bytes of any kind, in Base64. The row is as old as the
   * job.
   */
  static final Table<FilesRow> FILES =
      new Table<>(
          "headrace_job_files",
          List.of("cluster_id", "job_id", "submitted"),
          List.of(
              Column.ofInt("cluster_id", FilesRow::cluster),
              Column.ofLong("job_id", row -> row.files().jobId()),
              Column.ofLong("submitted", row -> row.files().submitted()),
              Column.ofLong(Table.NUMBER, row -> 0L),
              Column.ofDocument("script", row -> text(row.files().script())),
              Column.ofDocument("environment", row -> text(row.files().environment()))));

  private Tables() {}

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** What a row of {@link #JOBS} is made from. */
  record JobRow(int cluster, JobChanged change, String document) {
    Job job() {
      return change.job();
    }

    JobSpec spec() {
      return change.job().spec();
    }

    JobStatus status() {
      return change.job().status();
    }

    /** Since when the job is found by a period: when it became eligible, which a held one isn't. */
    long windowBegin() {
      long eligible = status().eligible() > 0 ? status().eligible() : NEVER;
      return status().started() > 0 ? Math.min(eligible, status().started()) : eligible;
    }

    long windowEnd() {
      return status().ended() > 0 ? status().ended() : NEVER;
    }

    int cpus() {
      return status().allocation() == null ? 0 : status().allocation().cpus();
    }

    long memory() {
      return status().allocation() == null ? 0 : status().allocation().memory();
    }

    long gpus() {
      return status().allocation() == null ? 0 : status().allocation().gresCount("gpu");
    }
  }

  /** What a row of {@link #STEPS} is made from. */
  record StepRow(int cluster, StepChanged change, String document) {
    Step step() {
      return change.step();
    }
  }

  /** What a row of {@link #FILES} is made from. */
  record FilesRow(int cluster, SubmittedFiles files) {}

  /** What a row of {@link #BOOK_EVENTS} is made from. */
  record BookRow(int cluster, BookChanged change, String document) {}

  /** What a row of {@link #NODE_EVENTS} is made from. */
  record NodeRow(int cluster, NodeChanged change, String document) {}
}
