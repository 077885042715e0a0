package org.headrace.commands.internal.scontrol;

import static org.headrace.commands.internal.format.JobFacts.orAny;
import static org.headrace.commands.internal.format.JobFacts.orNull;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Segments;
import org.headrace.api.model.SystemCores;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.internal.format.FilePatterns;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.StateNames;
import org.headrace.commands.internal.text.TresText;
import org.headrace.slurmconf.text.BitmapList;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;

/** A job as {@code scontrol show job} prints it. */
final class JobText {
  private static final String UNKNOWN = "Unknown";
  private static final String NOT_AVAILABLE = "N/A";

  private final JobFacts facts;
  private final TimeTexts times;
  private final boolean details;
  private final Job job;
  private final JobSpec spec;
  private final JobStatus status;
  private final Block block = new Block();

  JobText(JobFacts facts, TimeTexts times, boolean details) {
    this.facts = facts;
    this.times = times;
    this.details = details;
    this.job = facts.job();
    this.spec = job.spec();
    this.status = job.status();
  }

  String text(boolean oneLine) {
    identity();
    states();
    clock();
    nodes();
    resources();
    request();
    files();
    return block.line("").text(oneLine);
  }

  private void identity() {
    StringBuilder line = new StringBuilder("JobId=").append(job.id());
    if (job.arrayId() != 0) {
      line.append(" ArrayJobId=").append(job.arrayId()).append(" ArrayTaskId=");
      line.append(
          job.pendingArray()
              ? Ids.indexes(status.pendingTasks())
              : Integer.toString(job.arrayTask()));
      if (spec.array().maxRunning() > 0) {
        line.append(" ArrayTaskThrottle=").append(spec.array().maxRunning());
      }
    }
    JobComponent component = spec.component();
    if (component.grouped()) {
      line.append(" HetJobId=%d HetJobOffset=%d".formatted(component.group(), component.index()));
    }
    block.line(line.append(" JobName=").append(spec.name()).toString());
    if (component.grouped()) {
      block.line(
          "HetJobIdSet=%d-%d"
              .formatted(component.group(), component.group() + component.count() - 1));
    }
    block.line(
        "UserId=%s(%d) GroupId=%s(%d) MCS_label=N/A"
            .formatted(
                spec.owner().user(), spec.owner().uid(), spec.owner().group(), spec.owner().gid()));
    String wckey = spec.charge().wckey().isEmpty() ? "" : " WCKey=" + spec.charge().wckey();
    block.line(
        "Priority=%d Nice=%d Account=%s QOS=%s%s"
            .formatted(
                JobFacts.priority(job),
                spec.timing().nice(),
                orNull(spec.charge().account()),
                orNull(spec.charge().qos()),
                wckey));
  }

  private void states() {
    block.line(
        "JobState=%s Reason=%s Dependency=%s"
            .formatted(
                StateNames.name(status), facts.reason().replace(' ', '_'), facts.dependency()));
    block.line(
        "Requeue=%d Restarts=%d BatchFlag=%d Reboot=%d ExitCode=%s"
            .formatted(
                spec.execution().requeue() ? 1 : 0,
                status.restarts(),
                spec.execution().batch() ? 1 : 0,
                facts.attribute(Attributes.REBOOT).isEmpty() ? 0 : 1,
                exit(status.exit())));
    if (details) {
      block.line("DerivedExitCode=" + exit(status.worstStepExit()));
    }
  }

  private static String exit(ExitStatus exit) {
    return exit.code() + ":" + exit.signal();
  }

  private void clock() {
    String limit =
        SlurmDuration.formatFull(facts.unlimited() ? SlurmDuration.INFINITE : facts.limitSeconds());
    long least = spec.timing().timeMin();
    block.line(
        "RunTime=%s TimeLimit=%s TimeMin=%s"
            .formatted(
                SlurmDuration.formatFull(facts.elapsed()),
                limit,
                least == 0 ? NOT_AVAILABLE : SlurmDuration.formatFull(least / 1000)));
    block.line("SubmitTime=%s EligibleTime=%s".formatted(point(status.submitted()), eligible()));
    block.line("AccrueTime=" + point(status.accruesSince()));
    if (status.resized() > 0) {
      block.line("ResizeTime=" + point(status.resized()));
    }
    block.line(
        "StartTime=%s EndTime=%s Deadline=%s"
            .formatted(
                point(facts.start()),
                point(facts.end()),
                times.point(spec.timing().deadline(), NOT_AVAILABLE)));
    if (facts.preemptible() > 0) {
      block.line(
          "PreemptEligibleTime=%s PreemptTime=%s"
              .formatted(point(facts.preemptible()), times.point(status.preempted(), "None")));
    }
    block.line(
        "SuspendTime=%s SecsPreSuspend=%d LastSchedEval=%s Scheduler=Main"
            .formatted(
                times.point(status.suspended(), "None"),
                secondsBeforeSuspension(),
                point(status.lastConsidered())));
  }

  private long secondsBeforeSuspension() {
    if (status.suspended() == 0) {
      return 0;
    }
    return (status.suspended() - status.started() - status.stoodStill()) / 1000;
  }

  private String eligible() {
    return point(status.eligible());
  }

  private String point(long millis) {
    return times.point(millis, UNKNOWN);
  }

  private void nodes() {
    NodeConstraint wanted = spec.request().nodes();
    String from = facts.attribute(Attributes.ALLOC_NODE_SID);
    block.line("Partition=%s AllocNode:Sid=%s".formatted(facts.partitions(), orNull(from)));
    block.line(
        "ReqNodeList=%s ExcNodeList=%s"
            .formatted(
                orNull(Hostlist.compress(wanted.required())),
                orNull(Hostlist.compress(wanted.excluded()))));
    String setAside = facts.nodesSetAside();
    block.line(
        "NodeList=" + facts.nodeList() + (setAside.isEmpty() ? "" : " SchedNodeList=" + setAside));
    if (facts.batchHost() != null) {
      block.line("BatchHost=" + facts.batchHost());
    }
  }

  private void resources() {
    TaskLayout layout = spec.request().layout();
    NodeConstraint wanted = spec.request().nodes();
    block.line(
        "NumNodes=%s NumCPUs=%d NumTasks=%d CPUs/Task=%d ReqB:S:C:T=0:%d:%s:%s"
            .formatted(
                nodeCount(),
                facts.cpus(),
                facts.tasks(),
                layout.cpusPerTask(),
                wanted.sockets(),
                orAny(wanted.coresPerSocket()),
                orAny(wanted.threadsPerCore())));
    block.line("ReqTRES=" + TresText.of(spec.request(), facts.billing()));
    block.line(
        "AllocTRES="
            + orNull(TresText.of(facts.pending() ? null : status.allocation(), facts.billing())));
    block.line(
        "Socks/Node=%s NtasksPerN:B:S:C=%d:0:%s:%s %s"
            .formatted(
                orAny(wanted.sockets()),
                layout.tasksPerNode(),
                orAny(layout.tasksPerSocket()),
                orAny(layout.tasksPerCore()),
                system(facts.system())));
    if (details && !facts.pending() && status.allocation() != null) {
      allocation(status.allocation());
    }
  }

  private String nodeCount() {
    ResourceRequest request = spec.request();
    if (!facts.pending() || request.maxNodes() == ResourceRequest.ANY_NUMBER) {
      return Integer.toString(facts.nodeCount());
    }
    return request.counts().isEmpty()
        ? request.minNodes() + "-" + request.maxNodes()
        : request.counts().stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static String system(SystemCores system) {
    return system == null
        ? "CoreSpec=*"
        : (system.threads() ? "ThreadSpec=" : "CoreSpec=") + system.count();
  }

  private void allocation(Allocation allocation) {
    Map<String, Long> total = new LinkedHashMap<>();
    Map<String, List<String>> groups = new LinkedHashMap<>();
    List<String> names = facts.nodes();
    for (int i = 0; i < names.size(); i++) {
      NodeAllocation node = allocation.nodes().get(i);
      for (GresAllocation gres : node.gres()) {
        total.merge(name(gres), gres.count(), Long::sum);
      }
      groups.computeIfAbsent(held(node), key -> new java.util.ArrayList<>()).add(names.get(i));
    }
    StringBuilder sum = new StringBuilder();
    total.forEach(
        (name, count) ->
            sum.append(sum.length() == 0 ? "" : ",").append(name).append(':').append(count));
    block.line("JOB_GRES=" + orNull(sum.toString()));
    groups.forEach((held, nodes) -> block.line("  Nodes=" + Hostlist.compress(nodes) + held));
  }

  private static String name(GresAllocation gres) {
    return gres.type().isEmpty() ? gres.name() : gres.name() + ":" + gres.type();
  }

  private String held(NodeAllocation node) {
    StringBuilder gres = new StringBuilder();
    for (GresAllocation one : node.gres()) {
      gres.append(gres.length() == 0 ? "" : ",").append(name(one)).append(':').append(one.count());
      if (!one.devices().isEmpty()) {
        gres.append("(IDX:").append(one.devices()).append(')');
      }
    }
    return " CPU_IDs=%s Mem=%d GRES=%s".formatted(cpuIds(node), node.memory(), gres);
  }

  /** Numbers of the node's CPUs: those of a core follow each other. */
  private String cpuIds(NodeAllocation node) {
    NodeView view = facts.snapshot().node(node.node());
    int threads = view == null ? 1 : Math.max(1, view.hardware().threadsPerCore());
    BitSet cpus = new BitSet();
    for (int core : node.cores().toArray()) {
      cpus.set(core * threads, (core + 1) * threads);
    }
    return BitmapList.format(cpus);
  }

  private void request() {
    NodeConstraint wanted = spec.request().nodes();
    String basis = facts.memoryPerCpu() ? "MinMemoryCPU" : "MinMemoryNode";
    block.line(
        "MinCPUsNode=%d %s=%s MinTmpDiskNode=%d"
            .formatted(
                facts.minCpusPerNode(),
                basis,
                Sizes.formatMemory(facts.memory()),
                wanted.minTmpDisk()));
    block.line("Features=%s DelayBoot=%s".formatted(orNull(wanted.features()), delayBoot()));
    if (!job.reservation().isEmpty()) {
      block.line("Reservation=" + job.reservation());
    }
    String licenses = orNull(facts.licenses());
    block.line(
        "OverSubscribe=%s Contiguous=%d Licenses=%s LicensesAlloc=%s Network=(null)"
            .formatted(
                facts.sharing(),
                wanted.contiguous() ? 1 : 0,
                licenses,
                facts.pending() ? JobFacts.NULL : licenses));
  }

  private String delayBoot() {
    String text = facts.attribute(Attributes.DELAY_BOOT);
    return SlurmDuration.formatFull(text.isEmpty() ? 0 : SlurmDuration.parseSeconds(text));
  }

  private void files() {
    block.line("Command=" + orNull(facts.attribute(Attributes.COMMAND)));
    block.optional("SubmitLine", facts.attribute(Attributes.SUBMIT_LINE));
    block.line("WorkDir=" + spec.execution().workDirectory());
    String comment = facts.attribute(Attributes.COMMENT);
    block.optional("AdminComment", suffixed(facts.attribute("AdminComment")));
    block.optional("Comment", suffixed(comment));
    block.optional("Extra", facts.attribute(Attributes.EXTRA));
    if (spec.execution().batch()) {
      block.line("StdErr=" + FilePatterns.error(job));
      block.line("StdIn=" + FilePatterns.input(job));
      block.line("StdOut=" + FilePatterns.output(job));
    }
    Segments segments = spec.request().nodes().segments();
    if (segments.size() > 0) {
      block.line(
          "SegmentSize=%d SpreadSegments=%s ConsolidateSegments=%s"
              .formatted(
                  segments.size(),
                  segments.spread() ? "Yes" : "No",
                  segments.consolidated() ? "Yes" : "No"));
    }
    if (wantedSwitches() > 0) {
      block.line(
          "Switches=%d@%s"
              .formatted(
                  wantedSwitches(),
                  SlurmDuration.formatFull(spec.request().nodes().switchWait() / 1000)));
    }
    switch (spec.request().devices().locality()) {
      case ENFORCED -> block.line("GresEnforceBind=Yes");
      case IGNORED -> block.line("GresEnforceBind=No");
      default -> {}
    }
    if (spec.request().cpusPerGpu() > 0) {
      block.line("CpusPerTres=gres/gpu:" + spec.request().cpusPerGpu());
    }
    if (spec.request().memory().basis() == MemoryRequest.Basis.GPU) {
      block.line("MemPerTres=gres/gpu:" + spec.request().memory().mebibytes());
    }
    block.optional("TresPerJob", facts.wishes(Scope.JOB));
    block.optional("TresPerNode", facts.wishes(Scope.NODE));
    block.optional("TresPerSocket", facts.wishes(Scope.SOCKET));
    block.optional("TresPerTask", facts.wishes(Scope.TASK));
    String mail = facts.attribute(Attributes.MAIL_TYPE);
    if (!mail.isEmpty()) {
      block.line("MailUser=%s MailType=%s".formatted(facts.attribute(Attributes.MAIL_USER), mail));
    }
  }

  private int wantedSwitches() {
    return spec.request().nodes().maxSwitches();
  }

  /** A remark is followed by a blank, as it always was. */
  private static String suffixed(String remark) {
    return remark.isEmpty() ? "" : remark + " ";
  }
}
