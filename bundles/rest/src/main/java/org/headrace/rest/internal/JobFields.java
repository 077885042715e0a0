package org.headrace.rest.internal;

import static org.headrace.rest.internal.Field.Kind.CHOICE;
import static org.headrace.rest.internal.Field.Kind.FLAG;
import static org.headrace.rest.internal.Field.Kind.MEBIBYTES;
import static org.headrace.rest.internal.Field.Kind.MINUTES;
import static org.headrace.rest.internal.Field.Kind.NUMBER;
import static org.headrace.rest.internal.Field.Kind.TEXT;
import static org.headrace.rest.internal.Field.Kind.TEXTS;
import static org.headrace.rest.internal.Field.Kind.TIME;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of a job that is submitted or changed: one table for both, and for the document. */
final class JobFields {
  /** Fields whose words are those of one option. */
  private static final List<Field> PLAIN =
      List.of(
          new Field("account", TEXT, "account", "Account", "account that is charged"),
          new Field("account_gather_frequency", TEXT, "acctg-freq", "", "how often usage is read"),
          new Field("admin_comment", TEXT, "", "AdminComment", "remark of an administrator"),
          new Field("array", TEXT, "array", "", "indexes of an array of jobs"),
          new Field("array_max_tasks", NUMBER, "", "ArrayTaskThrottle", "tasks at one time"),
          new Field("batch_features", TEXT, "batch", "", "features of the batch host"),
          new Field("begin_time", TIME, "begin", "StartTime", "not to start before"),
          new Field("burst_buffer", TEXT, "bb", "", "burst buffer"),
          new Field("cluster_constraint", TEXT, "cluster-constraint", "", "features of clusters"),
          new Field("comment", TEXT, "comment", "Comment", "any remark"),
          new Field("constraints", TEXT, "constraint", "Features", "features of nodes"),
          new Field("container", TEXT, "container", "", "OCI bundle"),
          new Field("container_id", TEXT, "container-id", "", "OCI container"),
          new Field("contiguous", FLAG, "contiguous", "Contiguous", "nodes side by side"),
          new Field("core_specification", NUMBER, "core-spec", "", "cores kept for the system"),
          new Field("cores_per_socket", NUMBER, "cores-per-socket", "ReqCores", "cores of sockets"),
          new Field("cpu_frequency", TEXT, "cpu-freq", "", "frequency of CPUs"),
          new Field("cpus_per_task", NUMBER, "cpus-per-task", "CPUsPerTask", "CPUs of each task"),
          new Field("deadline", TIME, "deadline", "Deadline", "removed unless it can end by then"),
          new Field("delay_boot", NUMBER, "delay-boot", "", "minutes before nodes are booted"),
          new Field("dependency", TEXT, "dependency", "Dependency", "jobs that come first"),
          new Field("distribution", TEXT, "distribution", "", "how tasks are dealt out"),
          new Field("end_time", TIME, "", "EndTime", "when it is to have ended"),
          new Field("excluded_nodes", TEXTS, "exclude", "ExcNodeList", "nodes to stay away from"),
          new Field("extra", TEXT, "extra", "Extra", "any text"),
          new Field("group_id", TEXT, "gid", "", "group that it runs as"),
          new Field("licenses", TEXT, "licenses", "Licenses", "licences"),
          new Field("mail_type", TEXTS, "mail-type", "MailType", "events that are mailed"),
          new Field("mail_user", TEXT, "mail-user", "MailUser", "to whom"),
          new Field("mcs_label", TEXT, "mcs-label", "", "label of multi-category security"),
          new Field("memory_binding", TEXT, "mem-bind", "", "binding of memory"),
          new Field("memory_per_cpu", MEBIBYTES, "mem-per-cpu", "MinMemoryCPU", "MiB per CPU"),
          new Field("memory_per_node", MEBIBYTES, "mem", "MinMemoryNode", "MiB per node"),
          new Field("minimum_cpus_per_node", NUMBER, "mincpus", "MinCPUsNode", "CPUs of nodes"),
          new Field("name", TEXT, "job-name", "Name", "name of the job"),
          new Field("network", TEXT, "network", "", "of the interconnect"),
          new Field("nice", NUMBER, "nice", "Nice", "how far others go first"),
          new Field("ntasks_per_tres", NUMBER, "ntasks-per-gpu", "", "tasks of each GPU"),
          new Field("overcommit", FLAG, "overcommit", "", "CPUs for more than one task"),
          new Field("oversubscribe", FLAG, "oversubscribe", "OverSubscribe", "share with others"),
          new Field("partition", TEXT, "partition", "Partition", "partitions, by commas"),
          new Field("prefer", TEXT, "prefer", "Prefer", "features that would be nice"),
          new Field("priority", NUMBER, "priority", "Priority", "priority; 0 holds"),
          new Field("profile", TEXTS, "profile", "", "what is recorded"),
          new Field("qos", TEXT, "qos", "QOS", "quality of service"),
          new Field("reboot", FLAG, "reboot", "", "nodes are booted first"),
          new Field("required_nodes", TEXTS, "nodelist", "ReqNodeList", "nodes that it needs"),
          new Field("reservation", TEXT, "reservation", "Reservation", "reservation"),
          new Field("site_factor", NUMBER, "", "SiteFactor", "part of the priority"),
          new Field("sockets_per_node", NUMBER, "sockets-per-node", "ReqSockets", "of nodes"),
          new Field("standard_error", TEXT, "error", "StdErr", "file"),
          new Field("standard_input", TEXT, "input", "StdIn", "file"),
          new Field("standard_output", TEXT, "output", "StdOut", "file"),
          new Field("tasks", NUMBER, "ntasks", "NumTasks", "how many tasks"),
          new Field("tasks_per_core", NUMBER, "ntasks-per-core", "", "at most"),
          new Field("tasks_per_node", NUMBER, "ntasks-per-node", "TasksPerNode", "at most"),
          new Field("tasks_per_socket", NUMBER, "ntasks-per-socket", "", "at most"),
          new Field("temporary_disk_per_node", MEBIBYTES, "tmp", "MinTmpDiskNode", "MiB"),
          new Field("thread_specification", NUMBER, "thread-spec", "", "kept for the system"),
          new Field("threads_per_core", NUMBER, "threads-per-core", "ReqThreads", "of nodes"),
          new Field("time_limit", MINUTES, "time", "TimeLimit", "minutes"),
          new Field("time_minimum", MINUTES, "time-min", "", "minutes that would do"),
          new Field("tres_bind", TEXT, "tres-bind", "", "binding of devices to tasks"),
          new Field("tres_per_node", TEXT, "gres", "TresPerNode", "devices of each node"),
          new Field("tres_per_task", TEXT, "tres-per-task", "", "of each task"),
          new Field("user_id", TEXT, "uid", "", "user that it runs as"),
          new Field("wckey", TEXT, "wckey", "WCKey", "workload characterisation key"));

  /** Fields that take more than to name an option; {@link JobWords} knows how. */
  private static final List<Field> SPECIAL =
      List.of(
          new Field("argv", TEXTS, "*", "", "the script's name, then its arguments"),
          new Field("cpus_per_tres", TEXT, "*", "", "such as gres/gpu:4"),
          new Field("current_working_directory", TEXT, "*", "", "absolute path"),
          new Field("environment", TEXTS, "*", "", "NAME=VALUE of each variable"),
          new Field("exclusive", TEXTS, "*", "*", "true, user, mcs or topo"),
          new Field("hold", CHOICE, "*", "*", "kept until it is released"),
          new Field("kill_on_node_fail", CHOICE, "*", "", "false: goes on without the node"),
          new Field("kill_warning_delay", NUMBER, "*", "", "seconds before the end"),
          new Field("kill_warning_flags", TEXTS, "*", "", "BATCH_JOB"),
          new Field("kill_warning_signal", TEXT, "*", "", "signal that warns"),
          new Field("maximum_nodes", NUMBER, "*", "*", "most nodes"),
          new Field("memory_per_tres", TEXT, "*", "", "such as gres/gpu:1024 (MiB)"),
          new Field("minimum_cpus", NUMBER, "*", "*", "tasks, where these aren't given"),
          new Field("minimum_nodes", NUMBER, "*", "*", "fewest nodes"),
          new Field("nodes", TEXT, "*", "*", "N or MIN-MAX"),
          new Field("open_mode", TEXTS, "*", "", "APPEND or TRUNCATE"),
          new Field("requeue", CHOICE, "*", "*", "may start anew"),
          new Field("required_switches", NUMBER, "*", "*", "most switches between its nodes"),
          new Field("script", TEXT, "*", "", "the batch script"),
          new Field("shared", TEXTS, "*", "*", "none, oversubscribe, user, mcs or topo"),
          new Field("tres_per_job", TEXT, "*", "", "such as gres/gpu:2"),
          new Field("tres_per_socket", TEXT, "*", "", "such as gres/gpu:1"),
          new Field("wait_for_switch", NUMBER, "*", "", "seconds to wait for them"),
          new Field("wait_all_nodes", CHOICE, "*", "", "until all nodes are ready"));

  private static final Map<String, Field> BY_NAME = new LinkedHashMap<>();

  static {
    PLAIN.forEach(field -> BY_NAME.put(field.name(), field));
    SPECIAL.forEach(field -> BY_NAME.put(field.name(), field));
  }

  private JobFields() {}

  /** The field of this name, or null. */
  static Field find(String name) {
    return BY_NAME.get(name);
  }

  /** Fields of a submission. */
  static List<Field> submitted() {
    return BY_NAME.values().stream().filter(field -> !field.option().isEmpty()).toList();
  }

  /** Fields that can be changed. */
  static List<Field> updated() {
    return BY_NAME.values().stream().filter(field -> !field.update().isEmpty()).toList();
  }
}
