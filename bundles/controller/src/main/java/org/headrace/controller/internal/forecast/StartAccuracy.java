package org.headrace.controller.internal.forecast;

import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;
import org.headrace.api.scheduler.Decision;

/**
 * How far from what they were told first jobs have started lately. Jobs that started without having
 * been told to wait don't count. Used by one thread.
 */
public final class StartAccuracy {
  private static final int LATELY = 1_024;
  private static final long NOTHING = 0;

  private final Long2LongHashMap expected = new Long2LongHashMap(NOTHING);
  private final long[] errors = new long[LATELY];
  private long count;

  /**
   * What was found.
   *
   * @param jobs jobs that count, at most the last 1,024
   * @param median in half of them the difference was at most so many milliseconds
   * @param ninth in nine of ten of them
   */
  public record Result(int jobs, long median, long ninth) {
    /** No job has started. */
    public static final Result NONE = new Result(0, 0, 0);
  }

  /**
   * Takes in what jobs are told, and that jobs start.
   *
   * @param now the present, in epoch milliseconds
   * @return whether a job has started that counts
   */
  public boolean told(List<Decision> decisions, long now) {
    long before = count;
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Start start) {
        started(start.jobId(), now);
      } else if (decision instanceof Decision.Wait wait) {
        expect(wait.jobId(), wait.expectedStart());
      } else if (decision instanceof Decision.Reserve reserve) {
        expect(reserve.jobId(), reserve.start());
      } else if (decision instanceof Decision.Preempt preempt) {
        expect(preempt.jobId(), preempt.reserve().start());
      }
    }
    return count > before;
  }

  private void expect(long job, long start) {
    if (start > 0) {
      expected.putIfAbsent(job, start);
    }
  }

  private void started(long job, long now) {
    long start = expected.remove(job);
    if (start != NOTHING) {
      errors[(int) (count++ % LATELY)] = Math.abs(now - start);
    }
  }

  /** Forgets jobs that are in the queue no more; for now and then, as it looks at all. */
  public void retain(List<Decision> decisions) {
    if (expected.size() > 2L * decisions.size() + 10_000) {
      Long2LongHashMap rest = new Long2LongHashMap(NOTHING);
      for (Decision decision : decisions) {
        long start = expected.get(decision.jobId());
        if (start != NOTHING) {
          rest.put(decision.jobId(), start);
        }
      }
      expected.clear();
      expected.compact();
      rest.forEachLong(expected::put);
    }
  }

  public Result result() {
    if (count == 0) {
      return Result.NONE;
    }
    int jobs = (int) Math.min(count, LATELY);
    long[] sorted = Arrays.copyOf(errors, jobs);
    Arrays.sort(sorted);
    return new Result(jobs, sorted[(jobs - 1) / 2], sorted[(9 * jobs + 9) / 10 - 1]);
  }
}
