package org.headrace.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.accounting.internal.SqliteAccounting;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Timing;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.sim.internal.SimulatedMachine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A history of one node of ten CPUs: a job of six, one of eight, and a short one of four that had
 * to wait for both.
 */
class HistoryTest {
  private static final long MINUTE = 60_000;
  private static final long BEGUN = 1_700_000_000_000L;

  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<AccountingRecord> records = new ArrayList<>();
  private Path conf;
  private String partition = "main";
  private long arrived = BEGUN;
  private JobComponent component = JobComponent.NONE;

  @BeforeEach
  void history() throws Exception {
    conf = directory.resolve("slurm.conf");
    Files.writeString(
        conf,
        """
        ClusterName=past
        SlurmctldHost=localhost
        StateSaveLocation=%s
        AccountingStorageType=accounting_storage/sqlite
        SchedulerType=sched/backfill
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core
        PriorityType=priority/basic
        NodeName=n1 CPUs=10 State=UNKNOWN
        PartitionName=main Nodes=n1 Default=YES MaxTime=INFINITE State=UP
        """
            .formatted(directory));
    ran(1, 6, 0, 100);
    ran(2, 8, 100, 50);
    ran(3, 4, 150, 90);
    neverRan(4);
    write();
  }

  private void write() throws Exception {
    SqliteAccounting store = new SqliteAccounting();
    store.open("past", Map.of("directory", directory.toString()));
    store.write(records);
    store.close();
    records.clear();
  }

  private void ran(long id, int cpus, long start, long minutes) {
    int[] cores = new int[cpus];
    for (int i = 0; i < cpus; i++) {
      cores[i] = i;
    }
    NodeAllocation part = new NodeAllocation(0, CoreSet.of(cores), cpus, 0, List.of(), cpus);
    long started = BEGUN + start * MINUTE;
    record(
        id,
        cpus,
        minutes,
        JobState.COMPLETED,
        started,
        started + minutes * MINUTE,
        new Allocation(List.of(part), false));
  }

  private void neverRan(long id) {
    record(id, 1, 10, JobState.CANCELLED, 0, BEGUN + MINUTE, null);
  }

  private void record(
      long id,
      int cpus,
      long minutes,
      JobState state,
      long started,
      long ended,
      Allocation allocation) {
    ResourceRequest one = ResourceRequest.singleCpu();
    long limit = minutes * MINUTE;
    JobSpec spec =
        SimulatedMachine.job("job" + id, one.withLayout(one.layout().withTasks(cpus)))
            .withTiming(Timing.ANY.withTimeLimit(limit))
            .withComponent(component)
            .withExecution(SimulatedMachine.execution().withRequeue(true));
    JobStatus status =
        new JobStatus(
            state,
            Set.of(),
            Reason.NONE,
            1,
            partition,
            arrived,
            arrived,
            started,
            started,
            ended,
            limit,
            allocation,
            ExitStatus.SUCCESS,
            ExitStatus.SUCCESS,
            0,
            JobArray.NONE,
            BEGUN,
            -1,
            0,
            0);
    records.add(
        new AccountingRecord.JobChanged(
            1_000 * id,
            ended,
            new Job(id, 0, Job.NO_TASK, spec, status),
            allocation == null ? List.of() : List.of("n1")));
  }

  private int run(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--history", "--conf", conf.toString()));
    arguments.addAll(List.of(more));
    return Main.run(arguments, new PrintStream(out, true), new PrintStream(err, true));
  }

  private List<String> row(String name) {
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> List.of(line.substring(24).trim().split("\\s+")))
        .orElse(List.of());
  }

  /** Backfill starts the small job beside the first one; in order it waits for both. */
  @Test
  void bothConfigurationsAreBesideWhatWasRecorded() throws IOException {
    Path plots = directory.resolve("plots.svg");
    assertThat(run("--set", "SchedulerType=sched/builtin", "--plots", plots.toString()))
        .as(err.toString(StandardCharsets.UTF_8))
        .isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("3 jobs replayed, 1 left out");
    assertThat(row("jobs that ran")).containsExactly("3", "3", "3");
    assertThat(row("mean wait, s")).containsExactly("5000.00", "2000.00", "5000.00");
    assertThat(row("makespan, s")).containsExactly("14400.00", "9000.00", "14400.00");
    assertThat(row("utilisation, %")).containsExactly("56.67", "90.67", "56.67");
    assertThat(Files.readString(plots))
        .startsWith("<svg ")
        .contains("Jobs that wait", "A, as it is", "B, changed")
        .endsWith("</svg>\n");
  }

  /** It takes a moment until a job that has reached its limit is gone. */
  @Test
  void aJobThatEndedByItsLimitDoesSoAgain() throws Exception {
    long started = BEGUN + 400 * MINUTE;
    NodeAllocation part = new NodeAllocation(0, CoreSet.of(0), 1, 0, List.of(), 1);
    Allocation one = new Allocation(List.of(part), false);
    record(5, 1, 10, JobState.TIMEOUT, started, started + 10 * MINUTE + 2_000, one);
    write();
    assertThat(run("--set", "SchedulerType=sched/builtin")).isZero();
    assertThat(row("jobs that ran")).containsExactly("4", "4", "4");
  }

  /** The end of a component was nobody's, and its node never free again. */
  @Test
  void componentsAreReplayedAsJobsOfTheirOwn() throws Exception {
    component = new JobComponent(5, 1, 2);
    ran(5, 10, 300, 10);
    component = JobComponent.NONE;
    ran(6, 10, 400, 10);
    write();
    assertThat(run("--set", "SchedulerType=sched/builtin")).isZero();
    assertThat(row("jobs that ran")).containsExactly("5", "5", "5");
  }

  /** Of two jobs that arrive together the second takes the place of the first, which comes back. */
  @Test
  void whatIsPreemptedComesBack() throws Exception {
    Files.writeString(
        conf,
        "PartitionName=urgent Nodes=n1 MaxTime=INFINITE PriorityTier=9\n",
        StandardOpenOption.APPEND);
    arrived = BEGUN + 500 * MINUTE;
    ran(5, 10, 500, 100);
    arrived += MINUTE;
    partition = "urgent";
    ran(6, 10, 600, 30);
    write();
    assertThat(
            run(
                "--set",
                "PreemptType=preempt/partition_prio",
                "--set",
                "PreemptMode=REQUEUE",
                "--set",
                "AuthInfo=cred_expire=0"))
        .isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(row("jobs that ran")).containsExactly("5", "5", "5");
    assertThat(row("makespan, s")).containsExactly("37800.00", "37800.00", "37860.00");
  }

  @Test
  void jobsThatNeverStartAreCounted() throws IOException {
    Path other = directory.resolve("other.conf");
    Files.writeString(other, Files.readString(conf).replace("State=UP", "State=DOWN"));
    assertThat(run("--with", other.toString())).isZero();
    assertThat(row("jobs that ran")).containsExactly("3", "3", "0");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("sim: B, changed: 3 jobs never start; what they wait for: PARTITION_DOWN");
  }

  @Test
  void anotherConfigurationCanBeAFile() throws IOException {
    Path other = directory.resolve("other.conf");
    Files.writeString(other, Files.readString(conf).replace("sched/backfill", "sched/builtin"));
    assertThat(run("--with", other.toString())).isZero();
    assertThat(row("mean wait, s")).containsExactly("5000.00", "2000.00", "5000.00");
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--set", "SchedulerType=sched/none")).isEqualTo(2);
    assertThat(run("--set", "nonsense")).isEqualTo(2);
    assertThat(run("--set", "A=b", "--since", "yesterday")).isEqualTo(2);
    assertThat(run("--set", "SchedulerType=sched/builtin", "--since", "2040-01-01")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("nothing to compare with", "sched/none", "KEY=VALUE is right")
        .contains("a time such as", "no job that ran and ended in that time");
  }

  /** Keys are those of slurm.conf, in any case, and mean there what they mean here. */
  @Test
  void keysOfSettingsAreThoseOfTheFile() {
    assertThat(run("--set", "schedulertype=sched/builtin"))
        .as(err.toString(StandardCharsets.UTF_8))
        .isZero();
    assertThat(row("mean wait, s")).containsExactly("5000.00", "2000.00", "5000.00");
  }

  @Test
  void keysAndValuesThatThereAreNotAreSaid() {
    assertThat(run("--set", "ShedulerType=sched/builtin")).isEqualTo(2);
    assertThat(run("--set", "MinJobAge=soon")).isEqualTo(2);
    assertThat(run("--set", "TopologyType=topology/flat")).isEqualTo(2);
    assertThat(run("--set", "accountingstorageenforce=limits")).isEqualTo(2);
    assertThat(out.size()).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("--set: error: unknown key 'ShedulerType'; did you mean SchedulerType?")
        .contains("--set: error: MinJobAge: ", "use TopologyPlugin", "aren't replayed");
  }

  /** A word of the plugins' that nobody reads would change nothing in silence. */
  @Test
  void wordsWithoutEffectAreSaid() {
    assertThat(run("--set", "SchedulerParameters=bf_max_reservation=2")).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("--set: warning: ", "bf_max_reservation");
  }
}
