package org.headrace.commands.internal.json;

import java.io.IOException;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Timing;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.SystemCores;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.internal.format.FilePatterns;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.ReasonNames;
import org.headrace.commands.internal.text.StateNames;
import org.headrace.commands.internal.text.TresText;
import org.headrace.slurmconf.text.Hostlist;

/** Writes a job as the published schema of answers has it. */
public final class JobJson {
  private static final long MINUTE = 60_000;
  private static final List<String> EMPTY_TEXTS_1 =
      List.of("admin_comment", "batch_features", "burst_buffer", "burst_buffer_state");
  private static final List<String> EMPTY_TEXTS_2 =
      List.of(
          "cluster_features",
          "container",
          "container_id",
          "cpus_per_tres",
          "cron",
          "failed_node",
          "federation_origin",
          "federation_siblings_active",
          "federation_siblings_viable",
          "het_job_id_set",
          "mcs_label",
          "memory_per_tres",
          "network",
          "selinux_context",
          "system_comment",
          "tres_bind",
          "tres_freq");

  private final DataWriter data;
  private final JobFacts facts;
  private final Job job;
  private final JobSpec spec;
  private final JobStatus status;

  public JobJson(DataWriter data, JobFacts facts) {
    this.data = data;
    this.facts = facts;
    this.job = facts.job();
    this.spec = job.spec();
    this.status = job.status();
  }

  /** Writes the job as an object. */
  public void write() throws IOException {
    data.startObject();
    identity();
    states();
    times();
    request();
    nodes();
    files();
    for (String name : EMPTY_TEXTS_1) {
      data.field(name, "");
    }
    for (String name : EMPTY_TEXTS_2) {
      data.field(name, "");
    }
    data.endObject();
  }

  private void identity() throws IOException {
    data.field("job_id", job.id());
    data.number("array_job_id", job.arrayId());
    data.number(
        "array_task_id", job.arrayTask() != Job.NO_TASK, false, Math.max(0, job.arrayTask()));
    data.number("array_max_tasks", spec.array().maxRunning());
    data.field("array_task_string", job.pendingArray() ? Ids.indexes(status.pendingTasks()) : "");
    data.field("name", spec.name());
    data.field("account", spec.charge().account());
    data.field("qos", spec.charge().qos());
    data.field("wckey", spec.charge().wckey());
    data.field("association_id", 0);
    data.field("cluster", facts.snapshot().definition().name());
    data.field("user_id", spec.owner().uid());
    data.field("user_name", spec.owner().user());
    data.field("group_id", spec.owner().gid());
    data.field("group_name", spec.owner().group());
    data.field("comment", facts.attribute(Attributes.COMMENT));
    data.field("extra", facts.attribute(Attributes.EXTRA));
    data.field("allocating_node", facts.submitHost());
    data.field("submit_line", facts.attribute(Attributes.SUBMIT_LINE));
    data.field("mail_user", facts.attribute(Attributes.MAIL_USER));
    String mail = facts.attribute(Attributes.MAIL_TYPE);
    data.texts("mail_type", mail.isEmpty() ? List.of() : List.of(mail.split(",")));
    JobComponent component = spec.component();
    data.number("het_job_id", component.group());
    if (component.grouped()) {
      data.number("het_job_offset", component.index());
    } else {
      data.unset("het_job_offset");
    }
    data.field("partition", facts.partitions());
    data.field("resv_name", job.reservation());
  }

  private void states() throws IOException {
    data.texts("job_state", StateNames.all(job));
    data.field("state_reason", ReasonNames.name(status.reason()));
    data.field("state_description", "");
    data.startArray("flags");
    if (status.has(JobFlag.REQUEUED)) {
      data.value("JOB_WAS_RUNNING");
    }
    data.endArray();
    data.field("batch_flag", spec.execution().batch());
    data.field("requeue", spec.execution().requeue());
    data.field("reboot", false);
    data.field("restart_cnt", status.restarts());
    data.field("hold", spec.timing().hold() != Timing.Hold.NONE);
    data.number("priority", JobFacts.priority(job));
    data.field("nice", spec.timing().nice());
    data.field("dependency", dependency());
    boolean pending = !status.state().ended();
    data.exit("exit_code", status.exit().code(), status.exit().signal(), pending);
    data.exit(
        "derived_exit_code",
        status.worstStepExit().code(),
        status.worstStepExit().signal(),
        pending);
    data.texts("profile", List.of("NOT_SET"));
    data.texts(
        "shared",
        spec.request().sharing() == org.headrace.api.model.Sharing.EXCLUSIVE
            ? List.of("none")
            : List.of());
  }

  private String dependency() {
    String text = facts.dependency();
    return text.equals(JobFacts.NULL) ? "" : text;
  }

  private void times() throws IOException {
    data.time("submit_time", status.submitted());
    data.time("eligible_time", status.eligible());
    data.time("accrue_time", status.accruesSince());
    data.time("start_time", facts.start());
    data.time("end_time", facts.endAsData());
    data.time("suspend_time", status.suspended());
    data.time("pre_sus_time", 0);
    data.time("preempt_time", status.preempted());
    data.time("preemptable_time", facts.preemptible());
    data.time("resize_time", status.resized());
    data.time("deadline", spec.timing().deadline());
    data.time("last_sched_evaluation", status.lastConsidered());
    data.unset("delay_boot");
    data.number(
        "time_limit",
        !facts.unlimited(),
        facts.unlimited(),
        facts.unlimited() ? 0 : status.timeLimit() / MINUTE);
    data.number("time_minimum", spec.timing().timeMin() / MINUTE);
    data.field("maximum_switch_wait_time", spec.request().nodes().switchWait() / 1000);
  }

  private void request() throws IOException {
    TaskLayout layout = spec.request().layout();
    NodeConstraint wanted = spec.request().nodes();
    data.number("cpus", facts.cpus());
    data.number("node_count", facts.nodeCount());
    data.number("tasks", facts.tasks());
    data.number("cpus_per_task", layout.cpusPerTask());
    count("tasks_per_node", layout.tasksPerNode());
    count("tasks_per_socket", layout.tasksPerSocket());
    count("tasks_per_core", layout.tasksPerCore());
    data.unset("tasks_per_tres");
    data.number("tasks_per_board", 0);
    data.number("max_cpus", 0);
    boolean bounded =
        spec.request().maxNodes() != org.headrace.api.model.ResourceRequest.ANY_NUMBER;
    data.number("max_nodes", bounded ? spec.request().maxNodes() : 0);
    data.number("minimum_cpus_per_node", facts.minCpusPerNode());
    data.number("minimum_tmp_disk_per_node", wanted.minTmpDisk());
    boolean perCpu = facts.memoryPerCpu();
    boolean perNode = spec.request().memory().basis() == MemoryRequest.Basis.NODE;
    data.number("memory_per_cpu", perCpu, false, perCpu ? facts.memory() : 0);
    data.number("memory_per_node", perNode, false, perNode ? facts.memory() : 0);
    data.field("features", wanted.features());
    data.field("prefer", wanted.prefer());
    data.field("contiguous", wanted.contiguous());
    SystemCores system = facts.system();
    data.field("core_spec", system == null || system.threads() ? 0 : system.count());
    data.field("thread_spec", system == null || !system.threads() ? 0 : system.count());
    count("sockets_per_node", wanted.sockets());
    count("cores_per_socket", wanted.coresPerSocket());
    count("threads_per_core", wanted.threadsPerCore());
    data.field("sockets_per_board", 0);
    data.field("required_switches", wanted.maxSwitches());
    data.field("licenses", facts.licenses());
    data.field("tres_per_job", facts.wishes(Scope.JOB));
    data.field("tres_per_node", facts.wishes(Scope.NODE));
    data.field("tres_per_socket", facts.wishes(Scope.SOCKET));
    data.field("tres_per_task", facts.wishes(Scope.TASK));
    data.field("tres_req_str", TresText.of(spec.request(), facts.billing()));
    data.field(
        "tres_alloc_str",
        TresText.of(facts.pending() ? null : status.allocation(), facts.billing()));
    data.number("billable_tres", facts.cpus());
    data.unset("cpu_frequency_minimum");
    data.unset("cpu_frequency_maximum");
    data.unset("cpu_frequency_governor");
  }

  private void count(String name, int number) throws IOException {
    data.number(name, number != TaskLayout.UNSET, false, number);
  }

  private void nodes() throws IOException {
    data.field("nodes", facts.nodeList());
    data.field("scheduled_nodes", facts.nodesSetAside());
    data.field("batch_host", facts.batchHost() == null ? "" : facts.batchHost());
    data.field("required_nodes", Hostlist.compress(spec.request().nodes().required()));
    data.field("excluded_nodes", Hostlist.compress(spec.request().nodes().excluded()));
    Allocation allocation = facts.pending() ? null : status.allocation();
    data.startArray("gres_detail");
    data.endArray();
    data.texts("job_size_str", spec.request().counts().stream().map(String::valueOf).toList());
    data.startObject("job_resources");
    if (allocation != null) {
      data.field("select_type", allocation.exclusive() ? "NODE" : "CORE");
      data.startObject("nodes");
      data.field("count", allocation.nodes().size());
      data.field("list", facts.nodeList());
      data.startArray("allocation");
      List<String> names = facts.nodes();
      for (int i = 0; i < names.size(); i++) {
        NodeAllocation node = allocation.nodes().get(i);
        data.startObject();
        data.field("name", names.get(i));
        data.startObject("cpus");
        data.field("count", node.cpus());
        data.field("used", node.cpus());
        data.endObject();
        data.startObject("memory");
        data.field("used", 0);
        data.field("allocated", node.memory());
        data.endObject();
        data.endObject();
      }
      data.endArray();
      data.endObject();
      data.field("cpus", allocation.cpus());
    }
    data.endObject();
  }

  private void files() throws IOException {
    boolean batch = spec.execution().batch();
    data.field("command", facts.attribute(Attributes.COMMAND));
    data.field("current_working_directory", spec.execution().workDirectory());
    data.field("standard_input", batch ? orDefault(spec.execution().input(), "/dev/null") : "");
    data.field("standard_output", batch ? spec.execution().output() : "");
    data.field("standard_error", batch ? spec.execution().error() : "");
    data.field("stdin_expanded", batch ? FilePatterns.input(job) : "");
    data.field("stdout_expanded", batch ? FilePatterns.output(job) : "");
    data.field("stderr_expanded", batch ? FilePatterns.error(job) : "");
  }

  private static String orDefault(String text, String absent) {
    return text.isEmpty() ? absent : text;
  }
}
