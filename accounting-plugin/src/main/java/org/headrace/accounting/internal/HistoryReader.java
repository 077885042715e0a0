package org.headrace.accounting.internal;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.accounting.AccountingRecord.BookChanged;
import org.headrace.api.accounting.AccountingRecord.NodeChanged;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobHistory.StepHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.JobQuery.JobRef;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;

/** Reads the history on one connection. */
final class HistoryReader {
  private static final int FETCH_ROWS = 500;

  private final Connection connection;
  private final int cluster;

  HistoryReader(Connection connection, int cluster) {
    this.connection = connection;
    this.cluster = cluster;
  }

  /** Place of a run in the order of results. */
  private record RunKey(long submitted, long jobId, int restarts) {
    static final Comparator<RunKey> ORDER =
        Comparator.comparingLong(RunKey::submitted)
            .thenComparingLong(RunKey::jobId)
            .thenComparingInt(RunKey::restarts);
  }

  private record StepsKey(long jobId, long jobStarted) {}

  /** What a job was submitted with, or null. */
  SubmittedFiles files(long jobId, long submitted) throws SQLException {
    try (PreparedStatement find =
        connection.prepareStatement(
            "SELECT script, environment FROM headrace_job_files WHERE cluster_id = ? AND job_id ="
                + " ? AND submitted = ?")) {
      find.setInt(1, cluster);
      find.setLong(2, jobId);
      find.setLong(3, submitted);
      try (ResultSet row = find.executeQuery()) {
        return row.next()
            ? new SubmittedFiles(jobId, submitted, bytes(row.getString(1)), bytes(row.getString(2)))
            : null;
      }
    }
  }

  private static byte[] bytes(String text) throws SQLException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new SQLException("what a job was submitted with is not Base64", e);
    }
  }

  List<JobHistory> jobs(JobQuery query) throws SQLException {
    Map<RunKey, Documents.OfJob> runs = new TreeMap<>(RunKey.ORDER);
    List<JobRef> refs = List.copyOf(new LinkedHashSet<>(query.jobs()));
    int from = 0;
    do {
      int to = Math.min(refs.size(), from + JobSearch.MAX_LIST);
      find(new JobSearch(query, cluster, refs.subList(from, to)), query.limit(), runs);
      from = to;
    } while (from < refs.size());
    Collection<Documents.OfJob> found = runs.values();
    if (query.limit() > 0 && found.size() > query.limit()) {
      found = found.stream().limit(query.limit()).toList();
    }
    Map<StepsKey, List<StepHistory>> steps = steps(found);
    List<JobHistory> histories = new ArrayList<>(found.size());
    for (Documents.OfJob run : found) {
      List<StepHistory> own =
          hasRun(run.job())
              ? steps.get(new StepsKey(run.job().id(), run.job().status().started()))
              : null;
      histories.add(new JobHistory(run.job(), run.nodes(), own == null ? List.of() : own));
    }
    return histories;
  }

  private void find(JobSearch search, int limit, Map<RunKey, Documents.OfJob> runs)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(search.sql())) {
      Conditions.bind(statement, search.values());
      statement.setFetchSize(FETCH_ROWS);
      int count = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next() && (limit <= 0 || count < limit)) {
          RunKey key = new RunKey(rows.getLong(2), rows.getLong(1), rows.getInt(3));
          Documents.OfJob run = run(key, rows.getLong(4), rows.getString(5));
          if (search.found(run.job())) {
            runs.put(key, run);
            count++;
          }
        }
      }
    }
  }

  private static Documents.OfJob run(RunKey key, long ended, String document) throws SQLException {
    Documents.OfJob run = parse(Documents.OfJob.class, document, "job " + key.jobId());
    requireKnown(run.version(), "job " + key.jobId());
    if (ended > 0 && run.job().status().ended() == 0) {
      return new Documents.OfJob(
          run.version(), run.job().withStatus(requeued(run.job().status(), ended)), run.nodes());
    }
    return run;
  }

  /** The status of a run after which the job went back to the queue, without a word of its end. */
  private static JobStatus requeued(JobStatus s, long ended) {
    LinkedHashSet<JobFlag> flags = new LinkedHashSet<>(s.flags());
    flags.add(JobFlag.REQUEUED);
    return new JobStatus(
        s.state(),
        flags,
        s.reason(),
        s.priority(),
        s.partition(),
        s.submitted(),
        s.eligible(),
        s.expectedStart(),
        s.started(),
        ended,
        s.timeLimit(),
        s.allocation(),
        s.exit(),
        s.worstStepExit(),
        s.restarts(),
        s.pendingTasks(),
        s.lastConsidered(),
        s.killedBy(),
        s.suspended(),
        s.stoodStill());
  }

  /** A job that is back in the queue may still know when it last started. */
  private static boolean hasRun(Job job) {
    return job.status().started() > 0 && job.status().state() != JobState.PENDING;
  }

  private Map<StepsKey, List<StepHistory>> steps(Collection<Documents.OfJob> runs)
      throws SQLException {
    List<Long> ids =
        runs.stream()
            .map(Documents.OfJob::job)
            .filter(HistoryReader::hasRun)
            .map(Job::id)
            .distinct()
            .toList();
    Map<StepsKey, List<StepHistory>> steps = new HashMap<>();
    for (int from = 0; from < ids.size(); from += JobSearch.MAX_LIST) {
      steps(ids.subList(from, Math.min(ids.size(), from + JobSearch.MAX_LIST)), steps);
    }
    return steps;
  }

  private void steps(List<Long> ids, Map<StepsKey, List<StepHistory>> steps) throws SQLException {
    Conditions conditions =
        new Conditions()
            .and("cluster_id = ?", cluster)
            .and(Conditions.in("job_id", ids), ids.toArray());
    String sql =
        "SELECT job_id, job_started, step_id, document FROM "
            + Tables.STEPS.name()
            + " WHERE "
            + conditions.sql()
            + " ORDER BY job_id, job_started, started, step_id";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      Conditions.bind(statement, conditions.values());
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String where = "step " + rows.getLong(1) + "." + rows.getInt(3);
          Documents.OfStep step = parse(Documents.OfStep.class, rows.getString(4), where);
          requireKnown(step.version(), where);
          steps
              .computeIfAbsent(
                  new StepsKey(rows.getLong(1), rows.getLong(2)), key -> new ArrayList<>())
              .add(new StepHistory(step.step(), step.nodes()));
        }
      }
    }
  }

  List<NodeChanged> nodeEvents(long from, long to) throws SQLException {
    List<NodeChanged> events = new ArrayList<>();
    events(
        Tables.NODE_EVENTS,
        "node",
        from,
        to,
        (name, document) -> {
          String where = "an event of node " + name;
          Documents.OfNode event = parse(Documents.OfNode.class, document, where);
          requireKnown(event.version(), where);
          events.add(event.change());
        });
    return events;
  }

  List<BookChanged> bookEvents(long from, long to) throws SQLException {
    List<BookChanged> events = new ArrayList<>();
    events(
        Tables.BOOK_EVENTS,
        "name",
        from,
        to,
        (name, document) -> {
          String where = "a change of " + name;
          Documents.OfBook event = parse(Documents.OfBook.class, document, where);
          requireKnown(event.version(), where);
          events.add(event.change());
        });
    return events;
  }

  /** What happened to something, as a document. */
  private interface Happening {
    void read(String name, String document) throws SQLException;
  }

  /** What happened within a time, in its order. */
  private void events(Table table, String name, long from, long to, Happening happening)
      throws SQLException {
    String sql =
        "SELECT "
            + name
            + ", document FROM "
            + table.name()
            + " WHERE cluster_id = ? AND event_time >= ? AND event_time <= ?"
            + " ORDER BY event_time, "
            + Table.NUMBER;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, cluster);
      statement.setLong(2, from);
      statement.setLong(3, to);
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          happening.read(rows.getString(1), rows.getString(2));
        }
      }
    }
  }

  private static <R extends Record> R parse(Class<R> type, String document, String where)
      throws SQLException {
    try {
      return RecordJson.read(type, document);
    } catch (IOException e) {
      throw new SQLException("the document of " + where + " can't be read: " + e.getMessage(), e);
    }
  }

  private static void requireKnown(int version, String where) throws SQLException {
    if (version > Documents.VERSION) {
      throw new SQLException(
          "the document of "
              + where
              + " has version "
              + version
              + "; this release reads up to "
              + Documents.VERSION);
    }
  }
}
