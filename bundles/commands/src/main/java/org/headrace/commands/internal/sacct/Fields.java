package org.headrace.commands.internal.sacct;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.headrace.api.account.Amounts;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.commands.internal.format.FieldTable.Field;
import org.headrace.commands.internal.format.FilePatterns;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.text.ReasonNames;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.SlurmDuration;

/** The columns of sacct. What accounting doesn't know is empty. */
final class Fields {
  private static final long UNLIMITED = Long.MAX_VALUE;

  /** Names and widths in the order of help. */
  private static final String WIDTHS =
      "Account:10 AdminComment:15 AllocCPUS:10 AllocNodes:10 AllocTRES:10 AssocID:7 AveCPU:10"
          + " AveCPUFreq:10 AveDiskRead:14 AveDiskWrite:14 AvePages:10 AveRSS:10 AveVMSize:10"
          + " BlockID:16 Cluster:10 Comment:14 Constraints:19 ConsumedEnergy:14"
          + " ConsumedEnergyRaw:17 Container:19 CPUTime:10 CPUTimeRAW:10 DBIndex:10"
          + " DerivedExitCode:15 Elapsed:10 ElapsedRaw:10 Eligible:19 End:19 Exclusive:9 ExitCode:8"
          + " Extra:14 FailedNode:15 Flags:19 GID:6 Group:9 JobID:-12 JobIDRaw:-12 JobName:10"
          + " Layout:9 Licenses:10 MaxDiskRead:12 MaxDiskReadNode:15 MaxDiskReadTask:15"
          + " MaxDiskWrite:12 MaxDiskWriteNode:16 MaxDiskWriteTask:16 MaxPages:8 MaxPagesNode:12"
          + " MaxPagesTask:14 MaxRSS:10 MaxRSSNode:10 MaxRSSTask:10 MaxVMSize:10 MaxVMSizeNode:14"
          + " MaxVMSizeTask:14 McsLabel:12 MinCPU:10 MinCPUNode:10 MinCPUTask:10 NCPUS:10 NNodes:8"
          + " NodeList:15 NTasks:8 OriginalSLUID:13 OverSubscribe:13 Partition:10 Planned:10"
          + " PlannedCPU:10 PlannedCPURAW:13 Priority:10 QOS:10 QOSRAW:6 QOSREQ:10 Reason:22"
          + " ReqCPUFreq:10 ReqCPUFreqGov:13 ReqCPUFreqMax:13 ReqCPUFreqMin:13 ReqCPUS:8 ReqMem:10"
          + " ReqNodes:8 ReqTRES:10 Reservation:20 ReservationId:8 ReqReservation:20 Restarts:8"
          + " SegmentSize:11 SLUID:15 Start:19 State:10 StdErr:20 StdIn:20 StdOut:20 Submit:19"
          + " SubmitLine:20 Suspended:10 SystemComment:15 SystemCPU:10 Timelimit:10"
          + " TimelimitRaw:10 TotalCPU:10 TRESUsageInAve:14 TRESUsageInMax:14"
          + " TRESUsageInMaxNode:18 TRESUsageInMaxTask:18 TRESUsageInMin:14 TRESUsageInMinNode:18"
          + " TRESUsageInMinTask:18 TRESUsageInTot:14 TRESUsageOutAve:15 TRESUsageOutMax:15"
          + " TRESUsageOutMaxNode:19 TRESUsageOutMaxTask:19 TRESUsageOutMin:15"
          + " TRESUsageOutMinNode:19 TRESUsageOutMinTask:19 TRESUsageOutTot:15 UID:6 User:9"
          + " UserCPU:10 WCKey:10 WCKeyID:10 WorkDir:20";

  private final Map<String, Function<Line, String>> values = new LinkedHashMap<>();
  private final Map<String, Field<Line>> fields = new LinkedHashMap<>();

  Fields(Snapshot snapshot) {
    both(snapshot);
    jobs();
    times();
    usage();
    for (String entry : WIDTHS.split(" ")) {
      String[] words = entry.split(":");
      String key = words[0].toLowerCase(Locale.ROOT);
      Function<Line, String> value = values.getOrDefault(key, line -> "");
      fields.put(key, new Field<>(words[0], Integer.parseInt(words[1]), value));
    }
    fields.put("reserved", new Field<>("Reserved", 10, fields.get("planned").value()));
    fields.put("resvcpu", new Field<>("ResvCPU", 10, fields.get("plannedcpu").value()));
    fields.put("resvcpuraw", new Field<>("ResvCPURAW", 10, fields.get("plannedcpuraw").value()));
  }

  /** Names in the order of help. */
  static List<String> names() {
    return java.util.Arrays.stream(WIDTHS.split(" ")).map(word -> word.split(":")[0]).toList();
  }

  /** The column of that name in any case, or null. */
  Field<Line> find(String name) {
    return fields.get(name.toLowerCase(Locale.ROOT));
  }

  private void put(String name, Function<Line, String> value) {
    values.put(name.toLowerCase(Locale.ROOT), value);
  }

  /** A column that steps leave empty. */
  private void job(String name, Function<Job, String> value) {
    put(name, line -> line.isStep() ? "" : value.apply(line.job()));
  }

  private void both(Snapshot snapshot) {
    String cluster = snapshot.definition().name();
    put("Cluster", line -> cluster);
    put("Account", line -> line.job().spec().charge().account());
    put("JobID", Line::id);
    put("JobIDRaw", Line::rawId);
    put("JobName", line -> line.isStep() ? line.step().spec().name() : line.job().spec().name());
    put("State", Line::state);
    put("ExitCode", Line::exit);
    put("AllocCPUS", line -> Integer.toString(line.cpus()));
    put("NCPUS", line -> Integer.toString(line.cpus()));
    put("ReqCPUS", line -> Integer.toString(requestedCpus(line)));
    put("AllocNodes", line -> Integer.toString(line.nodes().size()));
    put("NNodes", line -> Integer.toString(line.nodeCount()));
    put("NodeList", Line::nodeList);
    put("NTasks", line -> line.isStep() ? Integer.toString(line.step().tasks()) : "");
    put("AllocTRES", Line::allocated);
    put("ReqTRES", Line::requested);
    put("Layout", line -> line.isStep() ? layout(line) : "");
    for (String name : List.of("ReqCPUFreq", "ReqCPUFreqMin", "ReqCPUFreqMax", "ReqCPUFreqGov")) {
      put(name, line -> line.isStep() && line.step().id() < 0 ? "0" : "Unknown");
    }
  }

  private static int requestedNodes(Line line) {
    return line.isStep() ? line.nodeCount() : line.job().spec().request().minNodes();
  }

  private static int requestedCpus(Line line) {
    return line.isStep() ? line.cpus() : line.job().spec().request().minCpus();
  }

  private static String layout(Line line) {
    String text = line.step().spec().layout().distribution();
    if (text.isEmpty()) {
      return line.step().id() < 0 ? "Unknown" : "Block";
    }
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private static String attribute(Job job, String name) {
    return job.spec().attributes().getOrDefault(name, "");
  }

  private void jobs() {
    job("AdminComment", job -> attribute(job, "AdminComment"));
    job("SystemComment", job -> attribute(job, "SystemComment"));
    job("Comment", job -> attribute(job, Attributes.COMMENT));
    job("Extra", job -> attribute(job, Attributes.EXTRA));
    put("SubmitLine", Fields::submitLine);
    job("Licenses", job -> attribute(job, Attributes.LICENSES));
    job("Constraints", job -> job.spec().request().nodes().features());
    job("DerivedExitCode", Fields::derived);
    job("Flags", job -> String.join(",", flags(job)));
    job("GID", job -> Integer.toString(job.spec().owner().gid()));
    job("Group", job -> job.spec().owner().group());
    job("UID", job -> Integer.toString(job.spec().owner().uid()));
    job("User", job -> job.spec().owner().user());
    job("Partition", job -> job.status().partition());
    job("Priority", job -> Long.toString(job.status().priority()));
    job("QOS", job -> job.spec().charge().qos());
    job("QOSREQ", job -> job.spec().charge().qos());
    job("Reason", job -> ReasonNames.name(Line.reason(job)));
    job("ReqMem", job -> "");
    put("ReqMem", Fields::requestedMemory);
    put("ReqNodes", line -> Integer.toString(requestedNodes(line)));
    job("Reservation", job -> job.reservation());
    job("ReqReservation", job -> job.spec().reservation());
    job("Restarts", job -> Integer.toString(job.status().restarts()));
    job("WCKey", job -> job.spec().charge().wckey());
    job("WorkDir", job -> job.spec().execution().workDirectory());
    job("StdOut", job -> file(job, FilePatterns.output(job)));
    job("StdErr", job -> file(job, FilePatterns.error(job)));
    job("StdIn", job -> file(job, FilePatterns.input(job)));
    job("OverSubscribe", job -> sharing(job.spec()));
    job("Timelimit", Fields::limit);
    job("TimelimitRaw", Fields::rawLimit);
  }

  private static String requestedMemory(Line line) {
    if (line.isStep()) {
      return "";
    }
    long mebibytes = Amounts.memory(line.job().spec().request());
    return line.units().equals(Line.UNCONVERTED) ? mebibytes + "M" : line.memory(mebibytes * 1024);
  }

  static List<String> flags(Job job) {
    return job.status().started() == 0 ? List.of() : List.of("SchedMain", "StartReceived");
  }

  private static String submitLine(Line line) {
    return line.isStep()
        ? line.step().spec().attributes().getOrDefault(Attributes.SUBMIT_LINE, "")
        : attribute(line.job(), Attributes.SUBMIT_LINE);
  }

  private static String derived(Job job) {
    return job.status().worstStepExit().code() + ":" + job.status().worstStepExit().signal();
  }

  private static String file(Job job, String name) {
    return job.spec().execution().batch() ? name : "";
  }

  private static String sharing(JobSpec spec) {
    return switch (spec.request().sharing()) {
      case OVERSUBSCRIBE -> "YES";
      case TOPOLOGY -> "TOPO";
      case EXCLUSIVE -> "NO";
      default -> "OK";
    };
  }

  private static String limit(Job job) {
    long limit = job.status().timeLimit();
    if (limit == 0) {
      return "Partition_Limit";
    }
    return SlurmDuration.formatFull(limit == UNLIMITED ? SlurmDuration.INFINITE : limit / 1000);
  }

  private static String rawLimit(Job job) {
    long limit = job.status().timeLimit();
    return limit == UNLIMITED || limit == 0 ? limit(job) : Long.toString(limit / 60_000);
  }

  private void times() {
    put("Elapsed", line -> SlurmDuration.formatFull(line.elapsed()));
    put("ElapsedRaw", line -> Long.toString(line.elapsed()));
    put("Start", line -> line.times().point(line.start(), line.end() == 0 ? "Unknown" : "None"));
    put("End", line -> line.times().point(line.end(), "Unknown"));
    put(
        "Submit",
        line ->
            line.times()
                .point(line.isStep() ? line.start() : line.job().status().submitted(), "Unknown"));
    put(
        "Eligible",
        line ->
            line.times()
                .point(line.isStep() ? line.start() : line.job().status().eligible(), "Unknown"));
    put("Suspended", line -> SlurmDuration.formatFull(line.suspended()));
    put("Planned", line -> line.isStep() ? "" : line.planned());
    put(
        "PlannedCPU",
        line -> line.isStep() ? "" : SlurmDuration.formatFull(line.plannedSeconds() * line.cpus()));
    put(
        "PlannedCPURAW",
        line -> line.isStep() ? "" : Long.toString(line.plannedSeconds() * line.cpus()));
    put("CPUTime", line -> SlurmDuration.formatFull(line.elapsed() * line.cpus()));
    put("CPUTimeRAW", line -> Long.toString(line.elapsed() * line.cpus()));
  }

  private void usage() {
    put("UserCPU", line -> Line.cpuTime(line.usage().userMillis()));
    put("SystemCPU", line -> Line.cpuTime(line.usage().systemMillis()));
    put("TotalCPU", line -> Line.cpuTime(line.usage().userMillis() + line.usage().systemMillis()));
    put("MaxRSS", Fields::resident);
    put("AveRSS", Fields::resident);
    put("MaxRSSNode", line -> single(line) ? line.nodeList() : "");
    put("MaxRSSTask", line -> single(line) && line.step().tasks() == 1 ? "0" : "");
    put("AveCPU", Fields::cpuPerTask);
  }

  private static boolean single(Line line) {
    return line.isStep() && !resident(line).isEmpty() && line.nodes().size() == 1;
  }

  private static String resident(Line line) {
    return line.isStep() && line.usage().maxResidentKibibytes() > 0
        ? line.memory(line.usage().maxResidentKibibytes())
        : "";
  }

  private static String cpuPerTask(Line line) {
    if (!line.isStep() || line.end() == 0) {
      return "";
    }
    long millis = line.usage().userMillis() + line.usage().systemMillis();
    return SlurmDuration.formatFull(millis / 1000 / Math.max(1, line.step().tasks()));
  }
}
