package org.headrace.commands.internal.sacct;

import java.io.IOException;
import java.util.List;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobHistory.StepHistory;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Usage;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.MemoryRequest;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.commands.internal.json.TresData;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.ReasonNames;

/** Writes jobs of accounting as the published schema of answers has them. */
final class HistoryData {
  private final String cluster;
  private final TimeTexts times;
  private final HistoryQuery query;

  HistoryData(String cluster, TimeTexts times, HistoryQuery query) {
    this.cluster = cluster;
    this.times = times;
    this.query = query;
  }

  void write(DataWriter data, List<JobHistory> jobs) throws IOException {
    data.startArray("jobs");
    for (JobHistory job : jobs) {
      data.startObject();
      identity(data, job.job());
      state(data, job);
      times(data, new Line(job, null, times, ""));
      resources(data, job);
      data.startArray("steps");
      for (StepHistory step : job.steps()) {
        if (query.step(job.job(), step.step())) {
          step(data, new Line(job, step, times, ""));
        }
      }
      data.endArray();
      data.endObject();
    }
    data.endArray();
  }

  private void identity(DataWriter data, Job job) throws IOException {
    data.field("job_id", job.id());
    data.field("name", job.spec().name());
    data.field("account", job.spec().charge().account());
    data.field("user", job.spec().owner().user());
    data.field("group", job.spec().owner().group());
    data.field("cluster", cluster);
    data.field("partition", job.status().partition());
    data.field("qos", job.spec().charge().qos());
    data.field("submit_line", job.spec().attributes().getOrDefault(Attributes.SUBMIT_LINE, ""));
    data.field("working_directory", job.spec().execution().workDirectory());
    data.startObject("comment");
    data.field("administrator", "");
    data.field("job", job.spec().attributes().getOrDefault(Attributes.COMMENT, ""));
    data.field("system", "");
    data.endObject();
    data.startObject("array");
    data.field("job_id", job.arrayId());
    data.number("task_id", job.arrayTask() >= 0, false, Math.max(0, job.arrayTask()));
    data.field("task", job.pendingArray() ? Ids.indexes(job.status().pendingTasks()) : "");
    data.endObject();
    data.startObject("association");
    data.field("account", job.spec().charge().account());
    data.field("cluster", cluster);
    data.field("partition", "");
    data.field("user", job.spec().owner().user());
    data.endObject();
    data.startObject("wckey");
    data.field("wckey", job.spec().charge().wckey());
    data.texts("flags", List.of());
    data.endObject();
  }

  private static void state(DataWriter data, JobHistory history) throws IOException {
    Job job = history.job();
    data.startObject("state");
    String current = Line.requeued(job) ? "REQUEUED" : job.status().state().name();
    data.texts("current", List.of(current));
    data.field("reason", ReasonNames.name(Line.reason(job)));
    data.endObject();
    boolean pending = !job.status().state().ended();
    exit(data, "exit_code", job.status().exit(), pending);
    exit(data, "derived_exit_code", job.status().worstStepExit(), pending);
    int killer = job.status().killedBy();
    data.field("kill_request_user", killer < 0 ? "" : Integer.toString(killer));
    data.number("priority", job.status().priority());
    data.field("restart_cnt", job.status().restarts());
    data.field("constraints", job.spec().request().nodes().features());
  }

  private static void exit(DataWriter data, String name, ExitStatus exit, boolean pending)
      throws IOException {
    data.exit(name, exit.code(), exit.signal(), pending);
  }

  private static void times(DataWriter data, Line line) throws IOException {
    Job job = line.job();
    data.startObject("time");
    data.field("elapsed", line.elapsed());
    data.field("eligible", job.status().eligible() / 1000);
    data.field("submission", job.status().submitted() / 1000);
    data.field("start", line.start() / 1000);
    data.field("end", line.end() / 1000);
    data.field("suspended", line.suspended());
    data.number("planned", line.plannedSeconds());
    long limit = job.status().timeLimit();
    boolean unlimited = limit == JobClass.UNLIMITED;
    data.number("limit", !unlimited, unlimited, unlimited ? 0 : limit / 60_000);
    cpu(data, line.usage());
    data.endObject();
  }

  private static void cpu(DataWriter data, Usage usage) throws IOException {
    span(data, "system", usage.systemMillis());
    span(data, "user", usage.userMillis());
    span(data, "total", usage.userMillis() + usage.systemMillis());
  }

  private static void span(DataWriter data, String name, long millis) throws IOException {
    data.startObject(name);
    data.field("seconds", millis / 1000);
    data.field("microseconds", millis % 1000 * 1000);
    data.endObject();
  }

  private void resources(DataWriter data, JobHistory history) throws IOException {
    Line line = new Line(history, null, times, "");
    MemoryRequest memory = history.job().spec().request().memory();
    data.field("allocation_nodes", history.nodes().size());
    data.field("nodes", line.nodeList());
    data.startObject("required");
    data.field("CPUs", history.job().spec().request().minCpus());
    boolean perCpu = memory.basis() == MemoryRequest.Basis.CPU;
    boolean perNode = memory.basis() == MemoryRequest.Basis.NODE;
    data.number("memory_per_cpu", perCpu, false, perCpu ? memory.mebibytes() : 0);
    data.number("memory_per_node", perNode, false, perNode ? memory.mebibytes() : 0);
    data.endObject();
    data.startObject("tres");
    TresData.write(data, "allocated", line.allocated());
    TresData.write(data, "requested", line.requested());
    data.endObject();
  }

  private static void step(DataWriter data, Line line) throws IOException {
    data.startObject();
    data.startObject("step");
    data.field("id", line.rawId());
    data.field("name", line.step().spec().name());
    data.endObject();
    data.texts("state", List.of(line.step().state().name()));
    exit(data, "exit_code", line.step().exit(), line.step().state() == JobState.RUNNING);
    data.startObject("nodes");
    data.field("count", line.nodes().size());
    data.field("range", line.nodeList());
    data.texts("list", line.nodes());
    data.endObject();
    data.startObject("tasks");
    data.field("count", line.step().tasks());
    data.endObject();
    data.startObject("time");
    data.field("elapsed", line.elapsed());
    data.number("start", line.start() / 1000);
    data.number("end", line.end() / 1000);
    data.field("suspended", line.suspended());
    cpu(data, line.usage());
    data.endObject();
    data.startObject("tres");
    TresData.write(data, "allocated", line.allocated());
    data.endObject();
    data.endObject();
  }
}
