package org.headrace.core.internal;

import org.headrace.api.job.Job;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.preemption.PreemptMode;

/** What the configuration says of preemption, as far as it holds whatever a plan says. */
record PreemptionSettings(
    String type, String mode, String parameters, String scheduler, String controller) {
  private static final String NONE = "preempt/none";

  static PreemptionSettings of(Configuration configuration) {
    return new PreemptionSettings(
        configuration.setting("PreemptType", NONE),
        configuration.setting("PreemptMode", "OFF"),
        configuration.setting("PreemptParameters", ""),
        configuration.setting("SchedulerParameters", ""),
        configuration.setting("SlurmctldParameters", ""));
  }

  boolean on() {
    return !type.equals(NONE);
  }

  boolean byQos() {
    return type.equals("preempt/qos");
  }

  /** What is done with a job that is preempted; OFF for one that never is. */
  PreemptMode mode(Configuration configuration, Job job) {
    String own = "";
    if (byQos()) {
      QualityOfService qos = configuration.qos(job);
      own = qos == null ? "" : qos.preemptMode();
    } else if (configuration.partition(job.status().partition()) != null) {
      own =
          configuration
              .partition(job.status().partition())
              .options()
              .getOrDefault("PreemptMode", "");
    }
    return on() ? PreemptMode.of(own.isEmpty() ? mode : own) : PreemptMode.OFF;
  }

  /** True when a job that is preempted gets the signal that it asked for before its time limit. */
  boolean sendsUserSignal() {
    return parameter("send_user_signal") != null
        || word(controller, "preempt_send_user_signal") != null;
  }

  /** How long a job has to stop by itself, in milliseconds. */
  long suspendGraceMillis(long otherwise) {
    String value = parameter("suspend_grace_time");
    try {
      return value == null ? otherwise : Math.max(0, Math.min(3_600, Long.parseLong(value))) * 1000;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private String parameter(String name) {
    String own = word(parameters, name);
    return own != null ? own : word(scheduler, "preempt_" + name);
  }

  /** The value of a word of a list such as {@code a,b=1}; empty if it has none, null if absent. */
  static String word(String list, String name) {
    for (String word : list.split(",")) {
      String[] parts = word.trim().split("=", 2);
      if (parts[0].equalsIgnoreCase(name)) {
        return parts.length == 1 ? "" : parts[1].trim();
      }
    }
    return null;
  }
}
