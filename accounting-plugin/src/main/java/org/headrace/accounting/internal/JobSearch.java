package org.headrace.accounting.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.JobQuery.JobRef;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
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
    Conditions conditions = conditions("j");
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
          .append(" OR (n.submitted = j.submitted AND n.restarts > j.restarts)) AND ")
          .append(conditions("n").sql())
          .append(')');
    }
    sql.append(" ORDER BY j.submitted, j.job_id, j.restarts");
    if (query.limit() > 0 && !filtersAfterwards()) {
      sql.append(" LIMIT ?");
    }
    return sql.toString();
  }

  List<Object> values() {
    List<Object> values = new ArrayList<>(conditions("j").values());
    if (!query.allRuns()) {
      values.addAll(conditions("n").values());
    }
    if (query.limit() > 0 && !filtersAfterwards()) {
      values.add(query.limit());
    }
    return values;
  }

  private Conditions conditions(String alias) {
    Conditions all = new Conditions();
    if (refs.isEmpty()) {
      all.and(alias + ".cluster_id = ?", cluster);
    } else {
      all.and(refs(alias));
    }
    list(all, alias + ".uid", query.users(), uid -> uid);
    list(all, alias + ".account", query.accounts(), SearchKey::of);
    list(all, alias + ".name", query.names(), SearchKey::of);
    list(all, alias + ".partition_name", query.partitions(), SearchKey::of);
    if (query.from() > 0) {
      all.and(alias + ".window_end >= ?", query.from());
    }
    if (query.to() > 0 && query.states().isEmpty()) {
      all.and(alias + ".window_begin <= ?", query.to());
    }
    if (!query.states().isEmpty()) {
      all.and(states(alias));
    }
    return all;
  }

  private static <T> void list(
      Conditions all, String column, List<T> among, Function<T, Object> value) {
    if (!among.isEmpty() && among.size() <= MAX_LIST) {
      all.and(Conditions.in(column, among), among.stream().map(value).toArray());
    }
  }

  /** Each alternative names the cluster again: only so SQLite looks each up in its own index. */
  private Conditions refs(String alias) {
    Conditions any = new Conditions();
    List<Long> whole =
        refs.stream().filter(ref -> ref.arrayTask() == Job.NO_TASK).map(JobRef::id).toList();
    String ofCluster = "(" + alias + ".cluster_id = ? AND " + alias + ".";
    if (!whole.isEmpty()) {
      for (String column : List.of("job_id", "array_id")) {
        List<Object> values = new ArrayList<>(whole);
        values.add(0, cluster);
        any.or(ofCluster + Conditions.in(column, whole) + ")", values.toArray());
      }
    }
    for (JobRef ref : refs) {
      if (ref.arrayTask() != Job.NO_TASK) {
        // A task that hasn't started is part of its array's own record; see found().
        any.or(
            ofCluster + "array_id = ? AND " + alias + ".array_task IN (?, ?))",
            cluster,
            ref.id(),
            ref.arrayTask(),
            Job.NO_TASK);
      }
    }
    return any;
  }

  private Conditions states(String alias) {
    Conditions any = new Conditions();
    List<String> ended =
        query.states().stream().filter(JobState::ended).map(Enum::name).sorted().toList();
    if (!ended.isEmpty()) {
      Conditions was =
          new Conditions().and(Conditions.in(alias + ".state", ended), ended.toArray());
      bounds(was, alias + ".ended", alias + ".ended");
      any.or("(" + was.sql() + ")", was.values().toArray());
    }
    if (query.states().contains(JobState.PENDING)) {
      Conditions was = new Conditions().and(alias + ".eligible > 0");
      if (query.to() > 0) {
        was.and(alias + ".window_begin <= ?", query.to());
      }
      if (query.from() > 0) {
        was.and("(" + alias + ".started = 0 OR " + alias + ".started >= ?)", query.from());
      }
      any.or("(" + was.sql() + ")", was.values().toArray());
    }
    running(any, alias, JobState.RUNNING);
    running(any, alias, JobState.SUSPENDED);
    return any;
  }

  private void running(Conditions any, String alias, JobState state) {
    if (query.states().contains(state)) {
      Conditions was = new Conditions().and(alias + ".started > 0");
      if (state == JobState.SUSPENDED) {
        // Past suspensions aren't recorded; only one that lasts is known.
        was.and(alias + ".state = ?", state.name());
      }
      bounds(was, alias + ".window_end", alias + ".started");
      any.or("(" + was.sql() + ")", was.values().toArray());
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
    if (ref.arrayTask() == Job.NO_TASK) {
      return true;
    }
    for (JobArray.Range range : array.status().pendingTasks().ranges()) {
      int offset = ref.arrayTask() - range.first();
      if (offset >= 0 && ref.arrayTask() <= range.last() && offset % range.step() == 0) {
        return true;
      }
    }
    return false;
  }
}
