package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PendingJob;
import org.headrace.api.scheduler.JobKinds;
import org.headrace.api.scheduler.PendingJobs;

/** A queue that knows its rows by kinds. */
record QueueOfKinds(List<PendingJob> jobs) implements PendingJobs {
  private record Kind(JobClass jobClass, String partition) {}

  @Override
  public int size() {
    return jobs.size();
  }

  @Override
  public PendingJob get(int row) {
    return jobs.get(row);
  }

  @Override
  public JobKinds kinds() {
    Map<Kind, List<Integer>> rows = new LinkedHashMap<>();
    for (int row = 0; row < jobs.size(); row++) {
      Kind kind = new Kind(jobClass(row), partition(row));
      rows.computeIfAbsent(kind, key -> new ArrayList<>()).add(row);
    }
    List<Kind> kinds = List.copyOf(rows.keySet());
    return new JobKinds() {
      @Override
      public int size() {
        return kinds.size();
      }

      @Override
      public JobClass jobClass(int kind) {
        return kinds.get(kind).jobClass();
      }

      @Override
      public String partition(int kind) {
        return kinds.get(kind).partition();
      }

      @Override
      public boolean considered(int kind) {
        return true;
      }

      @Override
      public int first(int kind) {
        return rows.get(kinds.get(kind)).get(0);
      }

      @Override
      public int next(int kind, int row) {
        List<Integer> all = rows.get(kinds.get(kind));
        int at = all.indexOf(row) + 1;
        return at < all.size() ? all.get(at) : -1;
      }
    };
  }
}
