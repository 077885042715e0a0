package org.headrace.commands.internal.text;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;

/** Names of job states as users know them: {@code RUNNING} and {@code R}. */
public final class StateNames {
  private StateNames() {}

  /** The long name of a job's condition, for example {@code COMPLETING}. */
  public static String name(JobStatus status) {
    String flag = flagName(status, false);
    return flag != null ? flag : status.state().name();
  }

  /** The letters of a job's condition, for example {@code CG}. */
  public static String letters(JobStatus status) {
    String flag = flagName(status, true);
    return flag != null ? flag : letters(status.state());
  }

  /** The letters of a state, for example {@code PD}. */
  public static String letters(JobState state) {
    return switch (state) {
      case PENDING -> "PD";
      case RUNNING -> "R";
      case SUSPENDED -> "S";
      case COMPLETED -> "CD";
      case CANCELLED -> "CA";
      case FAILED -> "F";
      case TIMEOUT -> "TO";
      case NODE_FAIL -> "NF";
      case PREEMPTED -> "PR";
      case BOOT_FAIL -> "BF";
      case DEADLINE -> "DL";
      case OUT_OF_MEMORY -> "OOM";
    };
  }

  /** Base state, then flags, as in JSON answers. */
  public static Set<String> all(Job job) {
    Set<String> names = new LinkedHashSet<>();
    names.add(job.status().state().name());
    if (job.status().has(JobFlag.COMPLETING)) {
      names.add("COMPLETING");
    }
    if (job.status().has(JobFlag.CONFIGURING)) {
      names.add("CONFIGURING");
    }
    if (job.status().has(JobFlag.REQUEUE_HELD)) {
      names.add("REQUEUE_HOLD");
    }
    if (job.status().has(JobFlag.REQUEUE_PENDING)) {
      names.add("REQUEUED");
    }
    if (job.status().has(JobFlag.STOPPED)) {
      names.add("STOPPED");
    }
    return names;
  }

  /**
   * Finds a state by long name or letters, in any case.
   *
   * @return the state, or null if there is none of that name
   */
  public static JobState parseBase(String text) {
    String wanted = text.toUpperCase(Locale.ROOT);
    for (JobState state : JobState.values()) {
      if (state.name().equals(wanted) || letters(state).equals(wanted)) {
        return state;
      }
    }
    return null;
  }

  /**
   * Finds a flag by long name or letters, in any case.
   *
   * @return the flag, or null if there is none of that name
   */
  public static JobFlag parseFlag(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "COMPLETING", "CG" -> JobFlag.COMPLETING;
      case "CONFIGURING", "CF" -> JobFlag.CONFIGURING;
      case "REQUEUED", "RQ" -> JobFlag.REQUEUE_PENDING;
      case "REQUEUE_HOLD", "RH" -> JobFlag.REQUEUE_HELD;
      case "STOPPED", "ST" -> JobFlag.STOPPED;
      default -> null;
    };
  }

  private static String flagName(JobStatus status, boolean letters) {
    if (status.has(JobFlag.COMPLETING)) {
      return letters ? "CG" : "COMPLETING";
    }
    if (status.has(JobFlag.CONFIGURING)) {
      return letters ? "CF" : "CONFIGURING";
    }
    if (status.has(JobFlag.REQUEUE_PENDING)) {
      return letters ? "RQ" : "REQUEUED";
    }
    if (status.has(JobFlag.REQUEUE_HELD) && status.state() == JobState.PENDING) {
      return letters ? "RH" : "REQUEUE_HOLD";
    }
    if (status.has(JobFlag.STOPPED)) {
      return letters ? "ST" : "STOPPED";
    }
    return null;
  }
}
