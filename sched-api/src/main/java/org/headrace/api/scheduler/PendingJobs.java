package org.headrace.api.scheduler;

import java.util.stream.IntStream;
import org.headrace.api.job.JobComponent;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PendingJob;

/**
 * The pending jobs that nothing but resources and priority holds back, in the order in which they
 * are to be considered: partition tier, priority, submission, id. Immutable.
 */
public interface PendingJobs {
  int size();

  /** The {@code row}-th job, from 0. */
  PendingJob get(int row);

  /** Id of the {@code row}-th job, without the rest of it; so the methods below. */
  default long jobId(int row) {
    return get(row).id();
  }

  /** What the {@code row}-th job needs. */
  default JobClass jobClass(int row) {
    return get(row).jobClass();
  }

  /** Id of what the {@code row}-th job needs. */
  default int classId(int row) {
    return jobClass(row).id();
  }

  /** The {@code row}-th job's partition. */
  default String partition(int row) {
    return get(row).partition();
  }

  /** The {@code row}-th job's user. */
  default int user(int row) {
    return get(row).user();
  }

  /** How many tasks of the {@code row}-th job may start now; 1 for a job that is no array. */
  default int startable(int row) {
    return get(row).startable();
  }

  /** Small number of who pays for the {@code row}-th job; see {@link PendingJob#payer}. */
  default int payer(int row) {
    return get(row).payer();
  }

  /** False for a row that no plan has said anything about since the job became eligible. */
  default boolean considered(int row) {
    return true;
  }

  /**
   * True for a row that is but a further chance of its job, such as a reservation that takes jobs
   * which don't ask for it. The job's own row comes later, and that one is decided on; here the job
   * is started if it can be.
   */
  default boolean further(int row) {
    return false;
  }

  /** True when some rows are of jobs that start together: then {@link #component} matters. */
  default boolean grouped() {
    return false;
  }

  /**
   * Which part of a heterogeneous job the {@code row}-th job is. Its components start by one plan,
   * or none of them does. A scheduler that starts some of them alone has these starts dropped.
   */
  default JobComponent component(int row) {
    return JobComponent.NONE;
  }

  /**
   * The rows by what makes them alike; null where a queue doesn't know it without a look at all.
   */
  default JobKinds kinds() {
    return null;
  }

  /** The rows of a job, ascending. */
  default int[] rows(long jobId) {
    return IntStream.range(0, size()).filter(row -> jobId(row) == jobId).toArray();
  }
}
