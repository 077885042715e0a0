package org.headrace.api.model;

/**
 * Why a job waits, or ended the way it did. The names are the field's; front ends translate them.
 * Only ever appended to: the position is part of the log's format.
 */
public enum Reason {
  NONE,
  /** Jobs of higher priority are ahead. */
  PRIORITY,
  /** Next in line, but what it needs is busy. */
  RESOURCES,
  DEPENDENCY,
  DEPENDENCY_NEVER_SATISFIED,
  BEGIN_TIME,
  HELD_BY_USER,
  HELD_BY_ADMIN,
  PARTITION_DOWN,
  PARTITION_INACTIVE,
  PARTITION_NODE_LIMIT,
  PARTITION_TIME_LIMIT,
  /** A node that was asked for by name can't be had now. */
  REQUIRED_NODE_NOT_AVAILABLE,
  /** No set of nodes of this cluster could ever serve the request. */
  BAD_CONSTRAINTS,
  LICENSES,
  RESERVATION,
  ARRAY_TASK_LIMIT,
  NODE_DOWN,
  LAUNCH_FAILED,
  PROLOG_FAILED,
  NON_ZERO_EXIT_CODE,
  RAISED_SIGNAL,
  TIME_LIMIT,
  OUT_OF_MEMORY,
  REQUEUE_HELD,
  REQUEUED_TOO_OFTEN,
  DEADLINE,
  INVALID_ACCOUNT,
  INVALID_QOS,
  /** The scheduler, or what it needs, is not there at the moment. */
  SCHEDULING_PAUSED,
  /** The last plan came before this job. */
  NOT_CONSIDERED_YET,
  PREEMPTED,
  SYSTEM_FAILURE,
  /** Nodes that would do are reserved for others. */
  RESERVED_FOR_OTHERS,
  RESERVED_FOR_MAINTENANCE,
  /** The reservation that was asked for is gone. */
  RESERVATION_DELETED
}
