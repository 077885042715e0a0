package org.headrace.control.query;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeMask;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ReservationDefinition;

/** The published state, for front ends. Immutable, and safe to read from any thread. */
public interface Snapshot extends ClusterView {
  /** The configuration in force. */
  ClusterDefinition definition();

  /** What is known of a node beyond what plugins see, or null. */
  NodeStatus nodeStatus(String name);

  /** The job of that id, or null. */
  Job job(long id);

  /**
   * The jobs that make up an array, the part that hasn't started first; or the one job of that id;
   * or none.
   */
  List<Job> jobOrArray(long id);

  /**
   * Passes the jobs to {@code action}, ascending by id. Columns are tested before a job is read.
   *
   * @param filter which jobs; sees what is cheap to see
   */
  void jobs(Predicate<JobRow> filter, Consumer<Job> action);

  /**
   * The same for one of several parts, so that threads can share the work. Ids of a part are below
   * those of the next; each job is in one of them.
   *
   * @param part from 0
   */
  default void jobs(int part, int parts, Predicate<JobRow> filter, Consumer<Job> action) {
    if (part == 0) {
      jobs(filter, action);
    }
  }

  /** Number of jobs known. */
  int jobCount();

  /** Where the search for the next job's id starts, or zero where that isn't known. */
  default long nextJobId() {
    return 0;
  }

  /** Steps of a job that run, or have ended as long as the job is known; ascending by id. */
  List<Step> steps(long jobId);

  /** What keeps a pending job from starting, as recorded by the last plan; may be empty. */
  List<Blocker> blockers(long jobId);

  /**
   * True when the expected start of a pending job is a promise of the last plan: it starts then at
   * the latest, as far as running jobs keep their limits and nodes work. Else it is an estimate.
   */
  default boolean promised(long jobId) {
    return false;
  }

  /**
   * What the jobs of a quality of service use.
   *
   * @param qos its number
   */
  default QosUse qosUse(long qos) {
    return QosUse.NONE;
  }

  /** Nodes that the last plan has set aside for a pending job; may be empty. */
  default NodeMask setAside(long jobId) {
    return NodeMask.EMPTY;
  }

  /** Reservations, ascending by id. */
  default List<ReservationDefinition> reservationDefinitions() {
    return List.of();
  }

  /** Licences in use. */
  int licensesInUse(String name);
}
