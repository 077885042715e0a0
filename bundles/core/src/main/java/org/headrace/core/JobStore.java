package org.headrace.core;

import java.util.function.Consumer;
import org.headrace.api.job.Job;

/**
 * Keeps job records, off the heap where they are many. It is a rebuildable store and not the record
 * of truth: a machine that is loaded clears it first.
 *
 * <p>One thread writes. {@link #get} is called by any thread at any time and returns a whole
 * record, either the one before or the one after a concurrent {@link #put}.
 */
public interface JobStore {
  /** The job of that id, or null. Equal to what was put. */
  Job get(long id);

  /**
   * The job of that id as logs and snapshots write it, where it is kept so; null for one that
   * isn't, or isn't there. For a snapshot, which would write it so again.
   */
  default byte[] written(long id) {
    return null;
  }

  /** Adds the job, or replaces the one of the same id. */
  void put(Job job);

  /** Removes the job of that id, if there is one. */
  void remove(long id);

  /** Passes on each job, in no particular order. */
  void forEach(Consumer<Job> action);

  /** Number of jobs. */
  int size();

  /** Removes everything. */
  void clear();
}
