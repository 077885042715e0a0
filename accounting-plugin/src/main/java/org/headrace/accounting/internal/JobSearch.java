package org.headrace.accounting.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.JobQuery.JobRef;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;

/**
 * A query for jobs in SQL. What a run was in a period follows from its times: it was pending from
 * when it became eligible to its start, running from its start to its end, and in the state that it
 * ended in when its end lies in the period, even if it never was eligible.
 */
final class JobSearch {
  /** Longest list that goes into SQL; longer ones are applied to what is found. */
  static final int MAX_LIST = 500;

  private final JobQuery query;
  private final int cluster;
  private final List<JobRef> refs;

  /**
   * A search.
   *
   * @param refs the jobs of the query to look for now, at most {@link #MAX_LIST}; empty for any
   */
  JobSearch(JobQuery query, int cluster, List<JobRef> refs) {
    this.query = query;
    this.cluster = cluster;
    this.refs = refs;
  }

  String sql() {
    Conditions conditions = conditions();
    StringBuilder sql =
        new StringBuilder("SELECT j.job_id, j.submitted, j.restarts, j.ended, j.document FROM ")
            .append(Tables.JOBS.name())
            .append(" j WHERE ")
            .append(conditions.sql());
    if (!query.allRuns()) {
      sql.append(" AND NOT EXISTS (SELECT 1 FROM ")
          .append(Tables.JOBS.name())
          .append(" n WHERE n.cluster_id = j.cluster_id AND n.job_id = j.job_id")
          .append(" AND (n.submitted > j.submitted")
          .append(" OR (n.submitted = j.submitted AND n.restarts > j.restarts))");
      Conditions newer = newerRun();
      sql.append(newer.isEmpty() ? "" : " AND " + newer.sql()).append(')');
    }
    sql.append(" ORDER BY j.submitted, j.job_id, j.restarts");
    if (query.limit() > 0 && !filtersAfterwards()) {
      sql.append(" LIMIT ?");
    }
    return sql.toString();
  }

  List<Object> values() {
    List<Object> values = new ArrayList<>(conditions().values());
    if (!query.allRuns()) {
      values.addAll(newerRun().values());
    }
    if (query.limit() > 0 && !filtersAfterwards()) {
      values.add(query.limit());
    }
    return values;
  }

  private Conditions conditions() {
    Conditions all = new Conditions();
    if (refs.isEmpty()) {
      all.and("j.cluster_id = ?", cluster);
    } else {
      all.and(refs());
    }
    filter(all, (column, none) -> "j." + column);
    return all;
  }

  /**
   * What a newer run of the same job must be to be the one that is found. The columns are wrapped:
   * it is to be looked up by its id, and a database that knows no better would take the index of
   * another column, and read half the table for each job.
   */
  private Conditions newerRun() {
    Conditions all = new Conditions();
    filter(all, (column, none) -> "COALESCE(n." + column + ", " + none + ")");
    return all;
  }

  /** How a column is written: its name, and what stands for no value. */
  private interface Naming extends BinaryOperator<String> {
    default String number(String column) {
      return apply(column, "0");
    }

    default String text(String column) {
      return apply(column, "''");
    }
  }

  private void filter(Conditions all, Naming naming) {
    list(all, naming.number("uid"), query.users(), uid -> uid);
    list(all, naming.text("account"), query.accounts(), SearchKey::of);
    list(all, naming.text("name"), query.names(), SearchKey::of);
    list(all, naming.text("partition_name"), query.partitions(), SearchKey::of);
    if (query.from() > 0) {
      all.and(naming.number("window_end") + " >= ?", query.from());
    }
    if (query.to() > 0 && query.states().stream().noneMatch(JobState::ended)) {
      all.and(naming.number("window_begin") + " <= ?", query.to());
    }
    if (!query.states().isEmpty()) {
      all.and(states(naming));
    }
  }

  private static <T> void list(
      Conditions all, String column, List<T> among, Function<T, Object> value) {
    if (!among.isEmpty() && among.size() <= MAX_LIST) {
      all.and(Conditions.in(column, among), among.stream().map(value).toArray());
    }
  }

  /** Each alternative names the cluster again: only so SQLite looks each up in its own index. */
  private Conditions refs() {
    Conditions any = new Conditions();
    List<Long> whole =
        refs.stream().filter(ref -> ref.arrayTask() == Job.NO_TASK).map(JobRef::id).toList();
    if (!whole.isEmpty()) {
      List<Object> values = new ArrayList<>(whole);
      values.add(0, cluster);
      for (String column : List.of("j.job_id", "j.array_id")) {
        any.or("(j.cluster_id = ? AND " + Conditions.in(column, whole) + ")", values.toArray());
      }
    }
    for (JobRef ref : refs) {
      if (ref.arrayTask() != Job.NO_TASK) {
        // A task that hasn't started is part of its array's own record; see found().
        any.or(
            "(j.cluster_id = ? AND j.array_id = ? AND j.array_task IN (?, ?))",
            cluster,
            ref.id(),
            ref.arrayTask(),
            Job.NO_TASK);
      }
    }
    return any;
  }

  private Conditions states(Naming naming) {
    Conditions any = new Conditions();
    List<String> ended =
        query.states().stream().filter(JobState::ended).map(Enum::name).sorted().toList();
    if (!ended.isEmpty()) {
      String column = naming.number("ended");
      Conditions was =
          new Conditions().and(Conditions.in(naming.text("state"), ended), ended.toArray());
      bounds(was, column, column);
      any.or(was);
    }
    if (query.states().contains(JobState.PENDING)) {
      Conditions was = new Conditions().and(naming.number("eligible") + " > 0");
      String started = naming.number("started");
      if (query.to() > 0) {
        was.and(naming.number("window_begin") + " <= ?", query.to());
      }
      if (query.from() > 0) {
        was.and("(" + started + " = 0 OR " + started + " >= ?)", query.from());
      }
      any.or(was);
    }
    running(any, naming, JobState.RUNNING);
    running(any, naming, JobState.SUSPENDED);
    return any;
  }

  private void running(Conditions any, Naming naming, JobState state) {
    if (query.states().contains(state)) {
      Conditions was = new Conditions().and(naming.number("started") + " > 0");
      if (state == JobState.SUSPENDED) {
        // Past suspensions aren't recorded; only one that lasts is known.
        was.and(naming.text("state") + " = ?", state.name());
      }
      bounds(was, naming.number("window_end"), naming.number("started"));
      any.or(was);
    }
  }

  private void bounds(Conditions was, String notBefore, String notAfter) {
    if (query.from() > 0) {
      was.and(notBefore + " >= ?", query.from());
    }
    if (query.to() > 0) {
      was.and(notAfter + " <= ?", query.to());
    }
  }

  /** True when the database finds more than was asked for, so that it must not count. */
  private boolean filtersAfterwards() {
    return isLong(query.users())
        || isLong(query.accounts())
        || isLong(query.names())
        || isLong(query.partitions())
        || refs.stream().anyMatch(ref -> ref.arrayTask() != Job.NO_TASK);
  }

  /** Whether a job that the database found is one that was asked for. */
  boolean found(Job job) {
    return passes(query.users(), job.spec().owner().uid())
        && passes(query.accounts(), job.spec().charge().account())
        && passes(query.names(), job.spec().name())
        && passes(query.partitions(), job.status().partition())
        && (refs.isEmpty() || !job.pendingArray() || refs.stream().anyMatch(ref -> in(ref, job)));
  }

  private static boolean isLong(Collection<?> among) {
    return among.size() > MAX_LIST;
  }

  private static <T> boolean passes(List<T> among, T value) {
    return !isLong(among) || among.contains(value);
  }

  private static boolean in(JobRef ref, Job array) {
    if (ref.id() != array.arrayId()) {
      return false;
    }
    return ref.arrayTask() == Job.NO_TASK
        || array.status().pendingTasks().contains(ref.arrayTask());
  }
}
