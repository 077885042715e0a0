package org.headrace.commands.internal.squeue;

import static org.headrace.commands.internal.format.JobFacts.orAny;
import static org.headrace.commands.internal.format.JobFacts.orNotAvailable;
import static org.headrace.commands.internal.format.JobFacts.orNull;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.SystemCores;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.internal.format.Column;
import org.headrace.commands.internal.format.FilePatterns;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.LongFormat;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.StateNames;
import org.headrace.commands.internal.text.TresText;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;

/** The columns that squeue has for jobs, by letter and by name. */
final class JobColumns {
  private static final int INDEX_CHARACTERS = 64;
  private static final String NO_TEXT = "(null)";

  private final Map<Character, Column<JobLine>> letters = new HashMap<>();
  private final Map<String, Column<JobLine>> names = new HashMap<>();

  JobColumns(int indexCharacters) {
    identity(indexCharacters);
    people();
    requests();
    nodes();
    times();
    states();
    files();
    constants();
  }

  /** How many characters of indexes SLURM_BITSTR_LEN allows; zero for any number. */
  static int indexCharacters(Map<String, String> environment) {
    String text = environment.getOrDefault("SLURM_BITSTR_LEN", "");
    int length = text.matches("\\d{1,6}") ? Integer.parseInt(text) : INDEX_CHARACTERS;
    return length == 0 ? Integer.MAX_VALUE : length;
  }

  Map<Character, Column<JobLine>> letters() {
    return letters;
  }

  Map<String, Column<JobLine>> names() {
    return names;
  }

  private void add(char letter, String name, String header, Function<JobLine, String> value) {
    Column<JobLine> column = Column.of(header, value);
    letters.put(letter, column);
    names.put(LongFormat.key(name), column);
  }

  private void add(String name, String header, Function<JobLine, String> value) {
    names.put(LongFormat.key(name), Column.of(header, value));
  }

  private static JobSpec spec(JobLine line) {
    return line.job().spec();
  }

  private static JobStatus status(JobLine line) {
    return line.job().status();
  }

  private static NodeConstraint constraint(JobLine line) {
    return spec(line).request().nodes();
  }

  private static TaskLayout layout(JobLine line) {
    return spec(line).request().layout();
  }

  private static long arrayId(Job job) {
    return job.arrayId() == 0 ? job.id() : job.arrayId();
  }

  private void identity(int indexCharacters) {
    add('i', "JobArrayID", "JOBID", line -> Ids.job(line.job(), indexCharacters));
    add("HetJobID", "HET_JOB_ID", line -> het(line, one -> Long.toString(one.group())));
    add(
        "HetJobIDSet",
        "HET_JOB_ID_SET",
        line -> het(line, one -> one.group() + "-" + (one.group() + one.count() - 1)));
    add("HetJobOffset", "HET_JOB_OFFSET", line -> het(line, one -> Integer.toString(one.index())));
    add('A', "JobID", "JOBID", line -> Long.toString(line.job().id()));
    add('F', "ArrayJobID", "ARRAY_JOB_ID", line -> Long.toString(arrayId(line.job())));
    add('K', "ArrayTaskID", "ARRAY_TASK_ID", line -> tasks(line.job(), indexCharacters));
    add('j', "Name", "NAME", line -> spec(line).name());
    add('k', "Comment", "COMMENT", line -> orNull(line.facts().attribute(Attributes.COMMENT)));
    add("admin_comment", "ADMIN_COMMENT", line -> orNull(line.facts().attribute("AdminComment")));
    add(
        "system_comment",
        "SYSTEM_COMMENT",
        line -> orNull(line.facts().attribute("SystemComment")));
    add("Extra", "EXTRA", line -> orNull(line.facts().attribute(Attributes.EXTRA)));
    add("SubmitLine", "SUBMIT_LINE", line -> orNull(submitLine(line)));
    add("Cluster", "CLUSTER", line -> line.facts().snapshot().definition().name());
  }

  private static String submitLine(JobLine line) {
    return line.facts().attribute(Attributes.SUBMIT_LINE);
  }

  private static String tasks(Job job, int characters) {
    if (job.arrayId() == 0) {
      return "N/A";
    }
    if (!job.pendingArray()) {
      return Integer.toString(job.arrayTask());
    }
    String text = Ids.indexes(job.status().pendingTasks());
    return text.length() > characters ? text.substring(0, characters) + "..." : text;
  }

  private static String het(JobLine line, Function<JobComponent, String> text) {
    JobComponent component = spec(line).component();
    return component.grouped() ? text.apply(component) : "N/A";
  }

  private void people() {
    add('u', "UserName", "USER", line -> spec(line).owner().user());
    add('U', "UserID", "UID", line -> Integer.toString(spec(line).owner().uid()));
    add('g', "GroupName", "GROUP", line -> spec(line).owner().group());
    add('G', "GroupID", "GROUP", line -> Integer.toString(spec(line).owner().gid()));
    add('a', "Account", "ACCOUNT", line -> orNull(spec(line).charge().account()));
    add('q', "QOS", "QOS", line -> orNull(spec(line).charge().qos()));
    add('w', "WCKey", "WCKEY", line -> orNull(spec(line).charge().wckey()));
    add('v', "Reservation", "RESERVATION", line -> orNull(line.facts().job().reservation()));
    add("AllocNodes", "ALLOC_NODES", line -> orNull(line.facts().submitHost()));
    add("AllocSid", "ALLOC_SID", line -> orNull(line.facts().submitSession()));
    add("AssocID", "ASSOC_ID", line -> "0");
    add("MailType", "MAIL_TYPE", line -> orNull(line.facts().attribute(Attributes.MAIL_TYPE)));
    add("MailUser", "MAIL_USER", line -> orNull(line.facts().attribute(Attributes.MAIL_USER)));
  }

  private void requests() {
    add('c', "MinCpus", "MIN_CPUS", line -> Integer.toString(line.facts().minCpusPerNode()));
    add('C', "NumCPUs", "CPUS", line -> Integer.toString(line.facts().cpus()));
    add('d', "MinTmpDisk", "MIN_TMP_DISK", line -> Long.toString(constraint(line).minTmpDisk()));
    add('f', "Feature", "FEATURES", line -> orNull(constraint(line).features()));
    add("Prefer", "PREFER", line -> orNull(constraint(line).prefer()));
    add('h', "OverSubscribe", "OVER_SUBSCRIBE", line -> line.facts().sharing());
    add('H', "Sockets", "SOCKETS_PER_NODE", line -> orAny(constraint(line).sockets()));
    add('I', "Cores", "CORES_PER_SOCKET", line -> orAny(constraint(line).coresPerSocket()));
    add('J', "Threads", "THREADS_PER_CORE", line -> orAny(constraint(line).threadsPerCore()));
    add('z', "SCT", "S:C:T", JobColumns::shape);
    add('m', "MinMemory", "MIN_MEMORY", JobLine::memory);
    add('O', "Contiguous", "CONTIGUOUS", line -> constraint(line).contiguous() ? "1" : "0");
    add('W', "Licenses", "LICENSES", line -> orNull(line.facts().licenses()));
    add('b', "tres-per-node", "TRES_PER_NODE", line -> wishes(line, Scope.NODE));
    names.put("gres", letters.get('b'));
    add("tres-per-job", "TRES_PER_JOB", line -> wishes(line, Scope.JOB));
    add("tres-per-socket", "TRES_PER_SOCKET", line -> wishes(line, Scope.SOCKET));
    add("tres-per-task", "TRES_PER_TASK", line -> wishes(line, Scope.TASK));
    add("tres-alloc", "TRES_ALLOC", JobColumns::resources);
    names.put("tres", names.get("tresalloc"));
    add("NumTasks", "TASKS", line -> Integer.toString(line.facts().tasks()));
    add("cpus-per-task", "CPUS_PER_TASK", line -> Integer.toString(layout(line).cpusPerTask()));
    add("NTPerNode", "NTASKS_PER_NODE", line -> Integer.toString(layout(line).tasksPerNode()));
    add("NTPerSocket", "NTASKS_PER_SOCKET", line -> limit(layout(line).tasksPerSocket()));
    add("NTPerCore", "NTASKS_PER_CORE", line -> limit(layout(line).tasksPerCore()));
    add("ReqSwitch", "REQ_SWITCH", line -> Integer.toString(constraint(line).maxSwitches()));
    add("Wait4Switch", "WAIT4SWITCH", line -> duration(constraint(line).switchWait()));
    add("MaxCPUs", "MAX_CPUS", line -> Integer.toString(line.facts().cpus()));
    add("MaxNodes", "MAX_NODES", line -> Integer.toString(maxNodes(line)));
  }

  private static int maxNodes(JobLine line) {
    int most = spec(line).request().maxNodes();
    int known = line.facts().nodeCount();
    return line.facts().pending() && most < Integer.MAX_VALUE ? Math.max(known, most) : known;
  }

  private static String duration(long millis) {
    return SlurmDuration.format(millis / 1000);
  }

  private static String limit(int number) {
    return number == TaskLayout.UNSET ? "N/A" : Integer.toString(number);
  }

  private static String wishes(JobLine line, Scope scope) {
    return orNotAvailable(line.facts().wishes(scope));
  }

  private static String resources(JobLine line) {
    return line.facts().pending() || status(line).allocation() == null
        ? TresText.of(spec(line).request(), line.facts().billing())
        : TresText.of(status(line).allocation(), line.facts().billing());
  }

  private static String shape(JobLine line) {
    NodeConstraint wanted = constraint(line);
    return orAny(wanted.sockets())
        + ":"
        + orAny(wanted.coresPerSocket())
        + ":"
        + orAny(wanted.threadsPerCore());
  }

  private void nodes() {
    add('B', "BatchHost", "EXEC_HOST", JobLine::batchHost);
    add('D', "NumNodes", "NODES", line -> line.count(line.facts().nodeCount()));
    add('n', "ReqNodes", "REQ_NODES", line -> Hostlist.compress(constraint(line).required()));
    add('x', "ExcNodes", "EXC_NODES", line -> Hostlist.compress(constraint(line).excluded()));
    add('N', "NodeList", "NODELIST", line -> line.facts().nodeList());
    names.put("nodes", letters.get('N'));
    add('R', "ReasonList", "NODELIST(REASON)", line -> line.facts().nodesOrReason());
    add('Y', "SchedNodes", "SCHEDNODES", JobColumns::nodesSetAside);
    add('P', "Partition", "PARTITION", line -> line.facts().partitions());
  }

  private void times() {
    add('e', "EndTime", "END_TIME", JobLine::end);
    add('S', "StartTime", "START_TIME", JobLine::start);
    add('V', "SubmitTime", "SUBMIT_TIME", line -> point(line, status(line).submitted()));
    add("EligibleTime", "ELIGIBLE_TIME", line -> point(line, status(line).eligible()));
    add("AccrueTime", "ACCRUE_TIME", line -> point(line, status(line).accruesSince()));
    add("LastSchedEval", "LAST_SCHED_EVAL", line -> point(line, status(line).lastConsidered()));
    add("Deadline", "DEADLINE", line -> point(line, spec(line).timing().deadline()));
    add('l', "TimeLimit", "TIME_LIMIT", JobLine::limit);
    add('L', "TimeLeft", "TIME_LEFT", JobLine::left);
    add('M', "TimeUsed", "TIME", JobLine::used);
    add("MinTime", "TIME_MIN", line -> duration(spec(line).timing().timeMin()));
    add("PendingTime", "PENDING_TIME", JobColumns::pendingTime);
    add("PreemptTime", "PREEMPT_TIME", line -> point(line, status(line).preempted()));
    add("ResizeTime", "RESIZE_TIME", line -> point(line, status(line).resized()));
    add("DelayBoot", "DELAY_BOOT", line -> "0:00");
  }

  private static String point(JobLine line, long millis) {
    return line.times().point(millis, "N/A");
  }

  private static String nodesSetAside(JobLine line) {
    String nodes = line.facts().nodesSetAside();
    return nodes.isEmpty() ? NO_TEXT : nodes;
  }

  private static String pendingTime(JobLine line) {
    long until = line.facts().pending() ? line.times().now() : status(line).started();
    return Long.toString(Math.max(0, (until - status(line).submitted()) / 1000));
  }

  private void states() {
    add('t', "StateCompact", "ST", line -> StateNames.letters(status(line)));
    add('T', "State", "STATE", line -> StateNames.name(status(line)));
    add('r', "Reason", "REASON", line -> line.facts().reason());
    add('E', "Dependency", "DEPENDENCY", line -> line.facts().dependency());
    add('p', "Priority", "PRIORITY", JobLine::priorityFraction);
    add('Q', "PriorityLong", "PRIORITY", line -> Long.toString(JobFacts.priority(line.job())));
    add('y', "Nice", "NICE", line -> Integer.toString(spec(line).timing().nice()));
    add("exit_code", "EXIT_CODE", line -> exit(status(line).exit()));
    add("DerivedEC", "DERIVED_EC", line -> exit(status(line).worstStepExit()));
    add("RestartCnt", "RESTART_COUNT", line -> Integer.toString(status(line).restarts()));
    add("Requeue", "REQUEUE", line -> spec(line).execution().requeue() ? "1" : "0");
    add("BatchFlag", "BATCH_FLAG", line -> spec(line).execution().batch() ? "1" : "0");
  }

  private static String exit(org.headrace.api.job.ExitStatus exit) {
    return exit.success() ? "0" : exit.code() + ":" + exit.signal();
  }

  private void files() {
    add('o', "Command", "COMMAND", JobLine::command);
    add('Z', "WorkDir", "WORK_DIR", line -> spec(line).execution().workDirectory());
    add('X', "CoreSpec", "CORE_SPEC", line -> system(line.facts().system()));
    add("STDOUT", "STDOUT", line -> FilePatterns.output(line.job()));
    add("STDERR", "STDERR", line -> FilePatterns.error(line.job()));
    add("STDIN", "STDIN", line -> FilePatterns.input(line.job()));
  }

  private static String system(SystemCores system) {
    return system == null ? "N/A" : system.count() + (system.threads() ? " Threads" : "");
  }

  /** Columns about what this scheduler doesn't have. */
  private void constants() {
    letters.put('s', Column.of("", line -> ""));
    for (String entry :
        """
        BoardsPerNode BOARDS_PER_NODE 0
        SPerBoard SOCKETS_PER_BOARD 0
        NTPerBoard NTASKS_PER_BOARD 0
        BurstBuffer BURST_BUFFER (null)
        BurstBufferState BURST_BUFFER_STATE (null)
        ClusterFeature CLUSTER_FEATURES (null)
        Container CONTAINER (null)
        ContainerID CONTAINER_ID (null)
        cpus-per-tres CPUS_PER_TRES N/A
        mem-per-tres MEM_PER_TRES N/A
        CPUFreq CPU_FREQ N/A
        MCSLabel MCSLABEL (null)
        Network NETWORK (null)
        Origin ORIGIN NA
        OriginRaw ORIGIN_RAW NA
        Profile PROFILE NotSet
        Reboot REBOOT 0
        ResvPort RESV_PORTS (null)
        SiblingsActive ACTIVE_SIBLINGS NA
        SiblingsActiveRaw ACTIVE_SIBLINGS_RAW NA
        SiblingsViable VIABLE_SIBLINGS NA
        SiblingsViableRaw VIALBLE_SIBLINGS_RAW NA
        tres-bind TRES_BIND N/A
        tres-freq TRES_FREQ N/A
        tres-per-step TRES_PER_STEP N/A
        """
            .strip()
            .split("\n")) {
      String[] words = entry.split(" ");
      add(words[0], words[1], line -> words[2]);
    }
    add("SelectJobInfo", "", line -> "");
  }
}
