package org.headrace.agent.internal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the configuration says about the work of a node. Values may carry a unit, as in {@code 30
 * sec}; a value that can't be read counts as not set, since the controller has checked them all.
 */
final class NodeRules {
  /** No limit of time. */
  static final long FOREVER = Long.MAX_VALUE;

  private static final long SECOND = 1000;
  private static final long DEFAULT_KILL_WAIT = 30 * SECOND;
  private static final long DEFAULT_UNKILLABLE = 60 * SECOND;
  private static final long DEFAULT_HEALTH_CHECK_TIMEOUT = 60 * SECOND;

  /** Values by which the real one says that there is no limit. */
  private static final List<String> NO_LIMIT =
      List.of("infinite", "unlimited", "-1", "65534", "65535");

  private final Map<String, String> settings;

  NodeRules(Map<String, String> settings) {
    this.settings = settings;
  }

  String text(String key) {
    String value = settings.getOrDefault(key, "");
    return value.equals("(null)") ? "" : value;
  }

  String clusterName() {
    return text("ClusterName");
  }

  /** Between TERM and KILL, in milliseconds. */
  long killWait() {
    return millis("KillWait", DEFAULT_KILL_WAIT);
  }

  /** After KILL, how long until processes count as unkillable, in milliseconds. */
  long unkillableTimeout() {
    return Math.max(DEFAULT_UNKILLABLE, millis("UnkillableStepTimeout", DEFAULT_UNKILLABLE));
  }

  /** How long a prolog may take, in milliseconds. */
  long prologTimeout() {
    return millis("PrologTimeout", millis("PrologEpilogTimeout", FOREVER));
  }

  /** How long an epilog may take, in milliseconds. */
  long epilogTimeout() {
    return millis("EpilogTimeout", millis("PrologEpilogTimeout", FOREVER));
  }

  /** Programs to run before a job: paths or patterns of paths. */
  List<String> prolog() {
    return words("Prolog");
  }

  /** Programs to run after a job: paths or patterns of paths. */
  List<String> epilog() {
    return words("Epilog");
  }

  /** Programs that look after the node: paths or patterns of paths. */
  List<String> healthCheck() {
    return words("HealthCheckProgram");
  }

  /** In milliseconds; 0: not at intervals. */
  long healthCheckInterval() {
    long interval = millis("HealthCheckInterval", 0);
    return interval == FOREVER ? 0 : interval;
  }

  /** How long a health check may take, in milliseconds. */
  long healthCheckTimeout() {
    return millis("HealthCheckTimeout", DEFAULT_HEALTH_CHECK_TIMEOUT);
  }

  /** In which states of the node it is run, in capitals. */
  Set<String> healthCheckStates() {
    return Set.copyOf(
        words("HealthCheckNodeState").stream().map(w -> w.toUpperCase(Locale.ROOT)).toList());
  }

  /** Whether prologs and epilogs of several jobs run one after the other. */
  boolean oneHookAtATime() {
    return words("PrologFlags").stream().anyMatch("serial"::equalsIgnoreCase);
  }

  private List<String> words(String key) {
    String value = text(key);
    return value.isEmpty() ? List.of() : List.of(value.trim().split("\\s*,\\s*"));
  }

  /** Whether tasks are held to CPUs at all. */
  boolean bindsTasks() {
    String plugin = text("TaskPlugin").toLowerCase(Locale.ROOT);
    return plugin.isEmpty() || plugin.contains("affinity") || plugin.contains("cgroup");
  }

  /** Where temporary files of jobs go. */
  String temporaryDirectory() {
    String value = text("TmpFS");
    return value.isEmpty() ? "/tmp" : value;
  }

  private long millis(String key, long otherwise) {
    String value = text(key).trim().toLowerCase(Locale.ROOT);
    if (NO_LIMIT.contains(value)) {
      return FOREVER;
    }
    String digits = value.split("\\s+")[0];
    return digits.matches("\\d{1,9}") ? Long.parseLong(digits) * SECOND : otherwise;
  }
}
