package org.headrace.commands.internal.text;

import org.headrace.control.command.ErrorCode;

/** What users and their scripts expect to read when a command is rejected. */
public final class ErrorTexts {
  private ErrorTexts() {}

  public static String text(ErrorCode code) {
    return switch (code) {
      case INVALID_JOB_ID -> "Invalid job id specified";
      case INVALID_ARRAY -> "Invalid job array specification";
      case INVALID_PARTITION -> "Invalid partition name specified";
      case INVALID_NODE_NAME -> "Invalid node name specified";
      case INVALID_NODE_COUNT -> "Node count specification invalid";
      case INVALID_TASK_COUNT -> "Task count specification invalid";
      case INVALID_TIME_MIN ->
          "Invalid time-min specification (exceeds job's time or other limits)";
      case INVALID_TIME_LIMIT -> "Requested time limit is invalid (missing or exceeds some limit)";
      case INVALID_DEPENDENCY -> "Job dependency problem";
      case INVALID_ACCOUNT -> "Invalid account or account/partition combination specified";
      case INVALID_QOS -> "Invalid qos specification";
      case INVALID_LICENSES -> "Invalid license specification";
      case INVALID_ARGUMENT -> "Invalid argument";
      case NODES_UNAVAILABLE -> "Requested node configuration is not available";
      case ACCESS_DENIED -> "Access/permission denied";
      case ROOT_REFUSED -> "Invalid user id";
      case ALREADY_DONE -> "Job/step already completing or completed";
      case NOT_PENDING -> "Job is no longer pending execution";
      case NOT_RUNNING -> "Job/step is not running";
      case FINISHED -> "Job has already finished";
      case STILL_PENDING -> "Job is pending execution";
      case SUSPENDED -> "Job can not be altered now, try again later";
      case NOT_SUSPENDED -> "Job is not suspended";
      case TOO_MANY_PORTS -> "Requires more ports than can be reserved";
      case CANNOT_START_NOW -> "Requested nodes are busy";
      case STEP_BUSY -> "Requested nodes are busy";
      case INVALID_STEP -> "Invalid job step id specified";
      case PARTITION_DOWN -> "Required partition not available (inactive or drain)";
      case PARTITION_INACTIVE -> "Required partition not available (inactive or drain)";
      case TOO_MANY_JOBS -> "Job violates accounting/QOS policy (job submit limit)";
      case QUEUE_FULL -> "Resource temporarily unavailable";
      case DISK_FULL -> "No space left on device";
      case NOT_LEADER -> "Unable to contact slurm controller (connect failure)";
      case OUTCOME_UNKNOWN ->
          "Lost contact with the controller; the request may have been carried out";
      case SCRIPT_TOO_LARGE -> "Pathname of a file, directory or other parameter too long";
      case REFUSED_BY_FILTER -> "Job submission refused by a site policy";
      case TRANSITION_NOT_ALLOWED -> "Job/step transition not allowed in its present state";
      case CONFIGURATION_INVALID -> "Invalid configuration";
      case INVALID_RESERVATION -> "Requested reservation is invalid";
      case INVALID_FEATURE -> "Invalid feature specification";
      case INVALID_PREFERENCE -> "Invalid preferred feature specification";
      case RESERVATION_OVERLAPS -> "Requested reservation overlaps with another reservation";
      case RESERVATION_NAME_TAKEN -> "Duplicate reservation name";
      case RESERVATION_NOT_SKIPPABLE -> "Reservation given is not skipable, try deleting instead";
      case RESERVATION_IN_USE -> "Requested reservation is in use";
      case RESERVATION_ACCESS_DENIED -> "Access denied to requested reservation";
      case INVALID_TIME -> "Invalid time specified";
      case ACCOUNTS_CHANGED -> "Accounts have changed in the meantime";
      case ASSOCIATION_IN_USE -> "Job(s) active, cancel job(s) before remove";
      case LIMIT_REACHED ->
          "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)";
      case RESOURCES_BUSY -> "Requested nodes are busy";
      case OPERATION_DISABLED -> "Requested operation is presently disabled";
      case INVALID_NICE -> "Invalid --nice value";
      case NOT_FOR_COMPONENT ->
          "Operation not permitted on individual component of heterogeneous job";
      case INTERNAL -> "Internal error of the controller";
    };
  }
}
