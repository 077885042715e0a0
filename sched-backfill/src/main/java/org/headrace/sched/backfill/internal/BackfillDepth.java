package org.headrace.sched.backfill.internal;

import java.util.HashMap;
import java.util.Map;
import org.headrace.api.scheduler.PendingJobs;

/**
 * How far a pass goes beyond the first job that has to wait: how many jobs of a user, a partition
 * or an association it looks at, and how many of those that come later it starts. Zero is no limit.
 *
 * @param perUser most jobs of one user
 * @param perUserAndPartition most jobs of one user in one partition
 * @param perPartition most jobs of one partition
 * @param perAssociation most jobs of one user in one account
 * @param starts most jobs that start before their turn
 */
record BackfillDepth(
    int perUser, int perUserAndPartition, int perPartition, int perAssociation, int starts) {
  /** Everything is looked at. */
  static final BackfillDepth ALL = new BackfillDepth(0, 0, 0, 0, 0);

  private record UserIn(int user, String place) {}

  /** Counts what one pass looks at. */
  final class Counts {
    private final Map<Object, Integer> users = new HashMap<>();
    private final Map<Object, Integer> usersIn = new HashMap<>();
    private final Map<Object, Integer> partitions = new HashMap<>();
    private final Map<Object, Integer> associations = new HashMap<>();
    private final boolean countsRows =
        perUser > 0 || perUserAndPartition > 0 || perPartition > 0 || perAssociation > 0;
    private int started;

    /** The setting that keeps the row from being looked at, or null: then it is counted. */
    String limit(PendingJobs queue, int row) {
      return countsRows ? limitOf(queue, row) : null;
    }

    private String limitOf(PendingJobs queue, int row) {
      String partition = queue.partition(row);
      int user = queue.user(row);
      UserIn userIn = perUserAndPartition > 0 ? new UserIn(user, partition) : null;
      UserIn association = perAssociation > 0 ? new UserIn(user, queue.get(row).account()) : null;
      if (full(users, user, perUser)) {
        return "bf_max_job_user=" + perUser;
      }
      if (full(usersIn, userIn, perUserAndPartition)) {
        return "bf_max_job_user_part=" + perUserAndPartition;
      }
      if (full(partitions, partition, perPartition)) {
        return "bf_max_job_part=" + perPartition;
      }
      if (full(associations, association, perAssociation)) {
        return "bf_max_job_assoc=" + perAssociation;
      }
      count(users, user, perUser);
      count(usersIn, userIn, perUserAndPartition);
      count(partitions, partition, perPartition);
      count(associations, association, perAssociation);
      return null;
    }

    private static boolean full(Map<Object, Integer> counts, Object key, int most) {
      return most > 0 && counts.getOrDefault(key, 0) >= most;
    }

    private static void count(Map<Object, Integer> counts, Object key, int most) {
      if (most > 0) {
        counts.merge(key, 1, Integer::sum);
      }
    }

    void started() {
      started++;
    }

    /** True when no more may start in this pass. */
    boolean exhausted() {
      return starts > 0 && started >= starts;
    }
  }

  Counts counts() {
    return new Counts();
  }
}
