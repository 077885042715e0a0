package org.headrace.control.command;

/** Why a command was rejected. Only ever appended to. */
public enum ErrorCode {
  INVALID_JOB_ID,
  INVALID_ARRAY,
  INVALID_PARTITION,
  INVALID_NODE_NAME,
  INVALID_NODE_COUNT,
  INVALID_TASK_COUNT,
  INVALID_TIME_LIMIT,
  INVALID_DEPENDENCY,
  INVALID_ACCOUNT,
  INVALID_QOS,
  INVALID_LICENSES,
  INVALID_ARGUMENT,
  /** No set of nodes of this cluster could ever serve the request. */
  NODES_UNAVAILABLE,
  ACCESS_DENIED,
  /** The job has ended. */
  ALREADY_DONE,
  /** The job isn't pending. */
  NOT_PENDING,
  /** The job doesn't run. */
  NOT_RUNNING,
  /** The job could not be started at once, as was asked. */
  CANNOT_START_NOW,
  /** The step has to wait for others of its job. */
  STEP_BUSY,
  INVALID_STEP,
  PARTITION_DOWN,
  PARTITION_INACTIVE,
  TOO_MANY_JOBS,
  QUEUE_FULL,
  /** This controller doesn't lead. The command was not carried out, and can be given to another. */
  NOT_LEADER,
  SCRIPT_TOO_LARGE,
  REFUSED_BY_FILTER,
  TRANSITION_NOT_ALLOWED,
  CONFIGURATION_INVALID,
  INTERNAL,
  /** The reservation isn't there, or isn't for this job. */
  INVALID_RESERVATION,
  /** What the job held is in use by others. */
  RESOURCES_BUSY,
  /** The lead changed while the command was under way: whether it was carried out isn't known. */
  OUTCOME_UNKNOWN,
  /** No node has a feature of that name. */
  INVALID_FEATURE,
  /** The same of a feature that is preferred. */
  INVALID_PREFERENCE,
  /** Nodes belong to another reservation in that time. */
  RESERVATION_OVERLAPS,
  /** There is a reservation of that name. */
  RESERVATION_NAME_TAKEN,
  /** Jobs of the reservation run. */
  RESERVATION_IN_USE,
  /** The reservation isn't for this user or account. */
  RESERVATION_ACCESS_DENIED,
  /** A time lies in the past, or before another that it has to follow. */
  INVALID_TIME,
  /** Accounts have changed since they were read. */
  ACCOUNTS_CHANGED,
  /** Jobs of an association wait or run. */
  ASSOCIATION_IN_USE,
  /** A limit of who pays is reached. The message begins with the constant of the reason. */
  LIMIT_REACHED,
  /** The job was submitted so that this can't be done with it. */
  OPERATION_DISABLED,
  /** A nice value that only administrators may give. */
  INVALID_NICE,
  /** A component of a heterogeneous job is named where only the whole job can be meant. */
  NOT_FOR_COMPONENT,
  /** The disk of the log is full. */
  DISK_FULL,
  /** A job that is to be held or released has ended. */
  FINISHED,
  /** The job hasn't started. */
  STILL_PENDING,
  /** The job that is to go on wasn't stopped. */
  NOT_SUSPENDED,
  /** A step wants more ports than there are. */
  TOO_MANY_PORTS,
  /** A reservation that doesn't repeat has no next time. */
  RESERVATION_NOT_SKIPPABLE,
  /** A shortest time limit beyond the time limit. */
  INVALID_TIME_MIN,
  /** Jobs of root are not taken. */
  ROOT_REFUSED,
  /** The job is suspended: a signal would have its processes go on, or wait for that. */
  SUSPENDED
}
