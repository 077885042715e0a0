package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.commands.internal.json.TresData;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;

/** Writes a step that runs as the published schema of answers has steps. */
final class StepData {
  private final DataWriter data;
  private final Job job;
  private final Step step;
  private final Snapshot snapshot;

  StepData(DataWriter data, Job job, Step step, Snapshot snapshot) {
    this.data = data;
    this.job = job;
    this.step = step;
    this.snapshot = snapshot;
  }

  void write(long now) throws IOException {
    List<String> nodes =
        step.parts().stream().map(part -> NodeNames.of(part.node(), snapshot)).toList();
    data.startObject();
    time(now);
    data.exit(
        "exit_code", step.exit().code(), step.exit().signal(), step.state() == JobState.RUNNING);
    data.startObject("nodes");
    data.field("count", nodes.size());
    data.field("range", Hostlist.compress(nodes));
    data.texts("list", nodes);
    data.endObject();
    data.startObject("tasks");
    data.field("count", step.tasks());
    data.endObject();
    data.field("pid", step.spec().attributes().getOrDefault(Attributes.SRUN_PID, ""));
    data.startObject("CPU");
    data.startObject("requested_frequency");
    data.unset("min");
    data.unset("max");
    data.endObject();
    data.field("governor", "");
    data.endObject();
    data.texts("state", List.of(step.state().name()));
    data.startObject("step");
    data.field("id", Ids.step(job, step.id()));
    data.field("name", step.spec().name());
    data.endObject();
    data.startObject("task");
    data.field("distribution", StepText.distribution(step));
    data.endObject();
    data.startObject("tres");
    String tres = StepText.tres(step, step.parts().stream().mapToInt(Step.Part::cpus).sum());
    TresData.write(data, "allocated", tres.equals(JobFacts.NULL) ? "" : tres);
    data.endObject();
    data.endObject();
  }

  private void time(long now) throws IOException {
    long limit = step.spec().timeLimit();
    boolean unlimited = limit == 0 || limit == Long.MAX_VALUE;
    data.startObject("time");
    data.field("elapsed", step.started() == 0 ? 0 : Math.max(0, now - step.started()) / 1000);
    data.unset("end");
    data.time("start", step.started());
    data.number("limit", !unlimited, unlimited, unlimited ? 0 : limit / 60_000);
    data.endObject();
  }
}
