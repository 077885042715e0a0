package org.headrace.accounting.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.headrace.accounting.internal.Tables.BookRow;
import org.headrace.accounting.internal.Tables.FilesRow;
import org.headrace.accounting.internal.Tables.JobRow;
import org.headrace.accounting.internal.Tables.NodeRow;
import org.headrace.accounting.internal.Tables.StepRow;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.AccountingRecord.BookChanged;
import org.headrace.api.accounting.AccountingRecord.JobChanged;
import org.headrace.api.accounting.AccountingRecord.NodeChanged;
import org.headrace.api.accounting.AccountingRecord.StepChanged;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.job.JobStatus;

/** Writes records on one connection, in one transaction. */
final class HistoryWriter {
  private static final int BATCH_ROWS = 1000;

  /** Ends runs that a later run shows to be over; the record of their end may never come. */
  private static final String END_EARLIER_RUNS =
      "UPDATE "
          + Tables.JOBS.name()
          + " SET ended = ?, window_end = ? WHERE cluster_id = ? AND job_id = ? AND submitted <= ?"
          + " AND restarts < ? AND ended = 0";

  private static final String REMEMBER_LAST =
      "UPDATE headrace_clusters SET last_record = ? WHERE id = ? AND last_record < ?";

  private final Connection connection;
  private final Dialect dialect;
  private final int cluster;

  HistoryWriter(Connection connection, Dialect dialect, int cluster) {
    this.connection = connection;
    this.dialect = dialect;
    this.cluster = cluster;
  }

  private record JobKey(long id, long submitted, int restarts) {}

  private record StepKey(long jobId, long jobStarted, int id) {}

  /** Writes and commits. */
  void write(List<AccountingRecord> records) throws SQLException {
    // Of a subject that changed several times, the last state is all that needs writing; and one
    // statement of many rows, which drivers make of a batch, must not touch a row twice.
    Map<JobKey, JobChanged> jobs = new HashMap<>();
    Map<StepKey, StepChanged> steps = new HashMap<>();
    Map<Long, NodeChanged> nodes = new HashMap<>();
    Map<Long, BookChanged> book = new HashMap<>();
    long last = 0;
    for (AccountingRecord each : records) {
      last = Math.max(last, each.number());
      if (each instanceof JobChanged job) {
        JobStatus status = job.job().status();
        jobs.merge(
            new JobKey(job.job().id(), status.submitted(), status.restarts()),
            job,
            HistoryWriter::newer);
      } else if (each instanceof StepChanged step) {
        steps.merge(
            new StepKey(step.step().jobId(), step.jobStarted(), step.step().id()),
            step,
            HistoryWriter::newer);
      } else if (each instanceof NodeChanged node) {
        nodes.put(node.number(), node);
      } else if (each instanceof BookChanged change) {
        book.put(change.number(), change);
      }
    }
    upsert(
        Tables.JOBS,
        jobs.values().stream()
            .map(job -> new JobRow(cluster, job, Documents.OfJob.of(job)))
            .iterator());
    upsert(
        Tables.STEPS,
        steps.values().stream()
            .map(step -> new StepRow(cluster, step, Documents.OfStep.of(step)))
            .iterator());
    upsert(
        Tables.NODE_EVENTS,
        nodes.values().stream()
            .map(node -> new NodeRow(cluster, node, Documents.OfNode.of(node)))
            .iterator());
    upsert(
        Tables.BOOK_EVENTS,
        book.values().stream()
            .map(change -> new BookRow(cluster, change, Documents.OfBook.of(change)))
            .iterator());
    endEarlierRuns(jobs.values());
    rememberLast(last);
    connection.commit();
  }

  /** Writes and commits what jobs were submitted with. */
  void keep(List<SubmittedFiles> files) throws SQLException {
    Map<JobKey, FilesRow> rows = new HashMap<>();
    files.forEach(
        one -> rows.put(new JobKey(one.jobId(), one.submitted(), 0), new FilesRow(cluster, one)));
    upsert(Tables.FILES, rows.values().iterator());
    connection.commit();
  }

  private static <R extends AccountingRecord> R newer(R one, R other) {
    return other.number() > one.number() ? other : one;
  }

  private <R> void upsert(Table<R> table, Iterator<R> rows) throws SQLException {
    if (!rows.hasNext()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(table.upsert(dialect))) {
      int waiting = 0;
      while (rows.hasNext()) {
        table.bind(statement, rows.next());
        statement.addBatch();
        if (++waiting == BATCH_ROWS) {
          statement.executeBatch();
          waiting = 0;
        }
      }
      if (waiting > 0) {
        statement.executeBatch();
      }
    }
  }

  private void endEarlierRuns(Collection<JobChanged> jobs) throws SQLException {
    List<JobChanged> again =
        jobs.stream().filter(job -> job.job().status().restarts() > 0).toList();
    if (again.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(END_EARLIER_RUNS)) {
      for (JobChanged job : again) {
        JobStatus status = job.job().status();
        statement.setLong(1, job.time());
        statement.setLong(2, job.time());
        statement.setInt(3, cluster);
        statement.setLong(4, job.job().id());
        statement.setLong(5, status.submitted());
        statement.setInt(6, status.restarts());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private void rememberLast(long last) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(REMEMBER_LAST)) {
      statement.setLong(1, last);
      statement.setInt(2, cluster);
      statement.setLong(3, last);
      statement.executeUpdate();
    }
  }
}
