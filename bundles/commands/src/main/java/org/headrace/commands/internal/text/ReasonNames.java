package org.headrace.commands.internal.text;

import org.headrace.api.model.Reason;

/** Names of reasons as users know them, for example {@code JobHeldUser}. */
public final class ReasonNames {
  private ReasonNames() {}

  public static String name(Reason reason) {
    return switch (reason) {
      case NONE, NOT_CONSIDERED_YET, PREEMPTED -> "None";
      case PRIORITY -> "Priority";
      case RESOURCES -> "Resources";
      case DEPENDENCY -> "Dependency";
      case DEPENDENCY_NEVER_SATISFIED -> "DependencyNeverSatisfied";
      case BEGIN_TIME -> "BeginTime";
      case HELD_BY_USER, REQUEUE_HELD -> "JobHeldUser";
      case HELD_BY_ADMIN -> "JobHeldAdmin";
      case PARTITION_DOWN -> "PartitionDown";
      case PARTITION_INACTIVE -> "PartitionInactive";
      case PARTITION_NODE_LIMIT -> "PartitionNodeLimit";
      case PARTITION_TIME_LIMIT -> "PartitionTimeLimit";
      case REQUIRED_NODE_NOT_AVAILABLE -> "ReqNodeNotAvail";
      case BAD_CONSTRAINTS -> "BadConstraints";
      case LICENSES -> "Licenses";
      case RESERVATION -> "Reservation";
      case ARRAY_TASK_LIMIT -> "JobArrayTaskLimit";
      case NODE_DOWN -> "NodeDown";
      case LAUNCH_FAILED -> "JobLaunchFailure";
      case PROLOG_FAILED -> "Prolog";
      case NON_ZERO_EXIT_CODE -> "NonZeroExitCode";
      case RAISED_SIGNAL -> "RaisedSignal";
      case TIME_LIMIT -> "TimeLimit";
      case OUT_OF_MEMORY -> "OutOfMemory";
      case REQUEUED_TOO_OFTEN -> "JobHoldMaxRequeue";
      case DEADLINE -> "DeadLine";
      case INVALID_ACCOUNT -> "InvalidAccount";
      case INVALID_QOS -> "InvalidQOS";
      case SCHEDULING_PAUSED -> "SchedDefer";
      case SYSTEM_FAILURE -> "SystemFailure";
      case RESERVED_FOR_OTHERS -> "ReqNodeNotAvail, May be reserved for other job";
      case RESERVED_FOR_MAINTENANCE -> "ReqNodeNotAvail, Reserved for maintenance";
      case RESERVATION_DELETED -> "ReservationDeleted";
      case ACCOUNT_NOT_ALLOWED -> "AccountNotAllowed";
      case QOS_NOT_ALLOWED -> "QOSNotAllowed";
      case QOS_USAGE_THRESHOLD -> "QOSUsageThreshold";
      default -> LimitNames.name(reason);
    };
  }
}
