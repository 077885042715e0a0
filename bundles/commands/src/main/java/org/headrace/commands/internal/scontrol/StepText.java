package org.headrace.commands.internal.scontrol;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.model.GresRequest;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.commands.internal.text.TresText;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;

/** A step as {@code scontrol show step} prints it. */
final class StepText {
  private StepText() {}

  static String text(Job job, Step step, Snapshot snapshot, TimeTexts times, boolean oneLine) {
    List<String> nodes =
        step.parts().stream().map(part -> NodeNames.of(part.node(), snapshot)).toList();
    long limit = step.spec().timeLimit();
    String limitText =
        limit == 0 || limit == Long.MAX_VALUE
            ? "UNLIMITED"
            : SlurmDuration.formatFull(limit / 1000);
    int cpus = step.parts().stream().mapToInt(Step.Part::cpus).sum();
    Block block = new Block();
    block.line(
        "StepId=%s UserId=%d StartTime=%s TimeLimit=%s"
            .formatted(
                Ids.step(job, step.id()),
                job.spec().owner().uid(),
                times.point(step.started(), "Unknown"),
                limitText));
    block.line(
        "State=%s Partition=%s NodeList=%s"
            .formatted(step.state(), job.status().partition(), Hostlist.compress(nodes)));
    block.line(
        "Nodes=%d CPUs=%d Tasks=%d Name=%s Network=(null)"
            .formatted(nodes.size(), cpus, step.tasks(), step.spec().name()));
    block.line("TRES=" + tres(step, cpus));
    String ports = step.spec().attributes().getOrDefault(StepSpec.RESERVED_PORTS, "(null)");
    block.line("ResvPorts=" + ports);
    String distribution = distribution(step);
    block.line("CPUFreqReq=Default" + (distribution.isEmpty() ? "" : " Dist=" + distribution));
    Map<String, String> kept = step.spec().attributes();
    block.line(
        "SrunHost:Pid=%s:%s"
            .formatted(
                kept.getOrDefault(Attributes.SRUN_HOST, JobFacts.NULL),
                kept.getOrDefault(Attributes.SRUN_PID, "0")));
    StringBuilder gres = new StringBuilder();
    wishes(job, step)
        .forEach(wish -> gres.append(gres.length() == 0 ? "" : ",").append(TresText.wish(wish)));
    block.optional("TresPerNode", gres.toString());
    return block.text(oneLine);
  }

  /** A step that asked for none has what its job asked for on each node. */
  private static List<GresRequest> wishes(Job job, Step step) {
    boolean given = step.parts().stream().anyMatch(part -> !part.gres().isEmpty());
    if (!step.spec().gres().isEmpty() || !given) {
      return step.spec().gres();
    }
    return job.spec().request().gres().stream()
        .filter(wish -> wish.scope() == GresRequest.Scope.NODE)
        .toList();
  }

  /** How tasks are spread over nodes; empty for what has no tasks of its own. */
  static String distribution(Step step) {
    if (step.id() < 0) {
      return "";
    }
    String text = step.spec().layout().distribution();
    String shown =
        text.isEmpty()
            ? (step.parts().size() >= step.tasks() ? "Cyclic" : "Block")
            : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    return shown;
  }

  static String tres(Step step, int cpus) {
    if (cpus == 0) {
      return JobFacts.NULL;
    }
    Map<String, Long> gres = new TreeMap<>();
    long memory = 0;
    for (Step.Part part : step.parts()) {
      memory += part.memory();
      part.gres().forEach(one -> gres.merge(one.name(), one.count(), Long::sum));
    }
    StringBuilder text = new StringBuilder("cpu=").append(cpus);
    gres.forEach((kind, many) -> text.append(",gres/").append(kind).append('=').append(many));
    if (memory > 0) {
      text.append(",mem=").append(TresText.exactMemory(memory));
    }
    return text.append(",node=").append(step.parts().size()).toString();
  }
}
