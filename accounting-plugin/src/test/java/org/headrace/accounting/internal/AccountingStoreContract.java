package org.headrace.accounting.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.headrace.accounting.internal.Samples.T0;
import static org.headrace.accounting.internal.Samples.changed;
import static org.headrace.accounting.internal.Samples.job;
import static org.headrace.accounting.internal.Samples.status;
import static org.headrace.accounting.internal.Samples.window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.AccountingRecord.BookChanged;
import org.headrace.api.accounting.AccountingRecord.BookChanged.Change;
import org.headrace.api.accounting.AccountingRecord.BookChanged.Kind;
import org.headrace.api.accounting.AccountingRecord.JobChanged;
import org.headrace.api.accounting.AccountingRecord.NodeChanged;
import org.headrace.api.accounting.AccountingStore;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.JobQuery.JobRef;
import org.headrace.api.accounting.JobUse;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.accounting.WorkKey;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store must do, whatever the database. */
abstract class AccountingStoreContract {
  private AccountingStore store;
  private String cluster;

  /** A store that isn't open. */
  abstract AccountingStore newStore();

  /** Settings for {@link AccountingStore#open}; the same database each time in one test. */
  abstract Map<String, String> settings();

  @BeforeEach
  void open() throws AccountingException {
    cluster = "c" + System.nanoTime();
    store = newStore();
    store.open(cluster, settings());
  }

  @AfterEach
  void close() throws Exception {
    ((AutoCloseable) store).close();
  }

  AccountingStore store() {
    return store;
  }

  String cluster() {
    return cluster;
  }

  private static List<Long> ids(List<JobHistory> found) {
    return found.stream().map(history -> history.job().id()).toList();
  }

  private List<Long> find(JobQuery query) throws AccountingException {
    return ids(store.jobs(query));
  }

  @Test
  void givesBackWhatWasWritten() throws AccountingException {
    Job job = new Job(12, 10, 3, Samples.fullSpec("näme", 501), Samples.fullStatus());
    JobChanged change = changed(1, job);
    long started = job.status().started();
    AccountingRecord.StepChanged first = Samples.step(3, 12, started, 0, started + 5);
    AccountingRecord.StepChanged batch = Samples.step(2, 12, started, Step.BATCH, started);
    store.write(List.of(change, first, batch));
    assertThat(store.jobs(Samples.all()))
        .containsExactly(
            new JobHistory(
                job,
                change.nodes(),
                List.of(
                    new JobHistory.StepHistory(batch.step(), batch.nodes()),
                    new JobHistory.StepHistory(first.step(), first.nodes()))));
  }

  @Test
  void keepsEverythingAfterReopening() throws AccountingException {
    store.write(List.of(changed(1, job(1, 5, status(JobState.PENDING, T0, T0, 0, 0, 0)))));
    store.open(cluster, settings());
    assertThat(find(Samples.all())).containsExactly(1L);
  }

  @Test
  void keepsWhatJobsWereSubmittedWith() throws AccountingException {
    byte[] script = {'#', '!', 0, (byte) 0xff, '\n'};
    byte[] environment = new byte[3 << 20];
    Arrays.fill(environment, (byte) 'x');
    SubmittedFiles first = new SubmittedFiles(7, T0, script, environment);
    SubmittedFiles again = new SubmittedFiles(7, T0 + 1, new byte[0], new byte[] {1});
    store.keep(List.of(first, again, first));
    store.keep(List.of(first));
    store.keep(List.of());
    assertThat(store.files(7, T0).script()).isEqualTo(script);
    assertThat(store.files(7, T0).environment()).isEqualTo(environment);
    assertThat(store.files(7, T0 + 1).script()).isEmpty();
    assertThat(store.files(7, T0 + 2)).isNull();
    assertThat(store.files(8, T0)).isNull();
    store.open(cluster + "-other", settings());
    assertThat(store.files(7, T0)).isNull();
  }

  @Test
  void keepsClustersApart() throws AccountingException {
    store.write(List.of(changed(1, job(1, 5, status(JobState.PENDING, T0, T0, 0, 0, 0)))));
    store.open(cluster + "-other", settings());
    assertThat(find(Samples.all())).isEmpty();
  }

  @Test
  void newestRecordOfSubjectWinsInWhateverOrder() throws AccountingException {
    JobChanged pending = changed(1, job(1, 5, status(JobState.PENDING, T0, T0, 0, 0, 0)));
    JobChanged running = changed(2, job(1, 5, status(JobState.RUNNING, T0, T0, T0 + 5, 0, 0)));
    JobChanged done = changed(3, job(1, 5, status(JobState.COMPLETED, T0, T0, T0 + 5, T0 + 9, 0)));
    store.write(List.of(done));
    store.write(List.of(pending, running));
    store.write(List.of(pending, running, done));
    store.write(List.of(done, running));
    List<JobHistory> found = store.jobs(Samples.all());
    assertThat(found).extracting(JobHistory::job).containsExactly(done.job());
  }

  @Test
  void findsByPeriod() throws AccountingException {
    store.write(
        List.of(
            changed(1, job(1, 5, status(JobState.COMPLETED, T0, T0, T0 + 10, T0 + 20, 0))),
            changed(2, job(2, 5, status(JobState.RUNNING, T0, T0 + 5, T0 + 30, 0, 0))),
            changed(3, job(3, 5, status(JobState.PENDING, T0, T0 + 100, 0, 0, 0))),
            changed(4, job(4, 5, status(JobState.PENDING, T0, 0, 0, 0, 0))),
            changed(5, job(5, 5, status(JobState.CANCELLED, T0, 0, 0, T0 + 25, 0)))));
    assertThat(find(Samples.all())).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(find(window(T0 + 20, T0 + 20))).containsExactly(1L, 2L);
    assertThat(find(window(T0 + 21, T0 + 90))).containsExactly(2L);
    assertThat(find(window(T0 + 21, T0 + 100))).containsExactly(2L, 3L);
    assertThat(find(window(0, T0 + 4))).containsExactly(1L);
    assertThat(find(window(T0 + 21, 0))).containsExactly(2L, 3L, 4L, 5L);
    assertThat(find(window(1, T0 - 1))).isEmpty();
  }

  @Test
  void findsByStateInPeriod() throws AccountingException {
    store.write(
        List.of(
            changed(1, job(1, 5, status(JobState.COMPLETED, T0, T0, T0 + 10, T0 + 20, 0))),
            changed(2, job(2, 5, status(JobState.RUNNING, T0, T0 + 5, T0 + 30, 0, 0))),
            changed(3, job(3, 5, status(JobState.PENDING, T0, T0 + 5, 0, 0, 0))),
            changed(4, job(4, 5, status(JobState.PENDING, T0, 0, 0, 0, 0))),
            changed(5, job(5, 5, status(JobState.CANCELLED, T0, 0, 0, T0 + 25, 0))),
            changed(6, job(6, 5, status(JobState.SUSPENDED, T0, T0, T0 + 2, 0, 0)))));
    // Was in the state then, whatever it is now.
    assertThat(find(window(T0 + 15, T0 + 15, JobState.RUNNING))).containsExactly(1L, 6L);
    assertThat(find(window(T0 + 40, T0 + 40, JobState.RUNNING))).containsExactly(2L, 6L);
    assertThat(find(window(T0 + 1, T0 + 50, JobState.PENDING))).containsExactly(1L, 2L, 3L, 6L);
    assertThat(find(window(T0 + 15, T0 + 50, JobState.PENDING))).containsExactly(2L, 3L);
    assertThat(find(window(T0 + 15, T0 + 19, JobState.COMPLETED))).isEmpty();
    assertThat(find(window(T0 + 15, T0 + 20, JobState.COMPLETED))).containsExactly(1L);
    assertThat(find(window(T0, T0 + 50, JobState.COMPLETED, JobState.CANCELLED)))
        .containsExactly(1L, 5L);
    assertThat(find(window(T0 + 40, T0 + 40, JobState.SUSPENDED))).containsExactly(6L);
    assertThat(find(window(0, 0, JobState.CANCELLED))).containsExactly(5L);
  }

  @Test
  void findsByUserAccountPartitionAndName() throws AccountingException {
    Job one = job(1, 5, status(JobState.PENDING, T0, T0, 0, 0, 0));
    Job two = new Job(2, 0, Job.NO_TASK, Samples.fullSpec("Two", 6), Samples.fullStatus());
    store.write(List.of(changed(1, one), changed(2, two)));
    assertThat(find(Samples.by(List.of(6), List.of(), List.of()))).containsExactly(2L);
    assertThat(find(Samples.by(List.of(5, 6), List.of(), List.of()))).containsExactly(1L, 2L);
    assertThat(find(Samples.by(List.of(5), List.of("physics"), List.of()))).isEmpty();
    assertThat(find(Samples.by(List.of(), List.of("physics"), List.of()))).containsExactly(2L);
    assertThat(find(Samples.by(List.of(), List.of(), List.of("debug")))).containsExactly(1L, 2L);
    assertThat(find(Samples.by(List.of(), List.of(), List.of("long")))).isEmpty();
    assertThat(find(Samples.named("Two"))).containsExactly(2L);
    // Case and trailing blanks count.
    assertThat(find(Samples.named("two", "Two ", "job1"))).containsExactly(1L);
    List<Integer> many = IntStream.range(6, 6 + 3 * JobSearch.MAX_LIST).boxed().toList();
    assertThat(find(Samples.by(many, List.of(), List.of()))).containsExactly(2L);
  }

  @Test
  void findsArraysAndTheirTasks() throws AccountingException {
    JobStatus pending = status(JobState.PENDING, T0, T0, 0, 0, 0);
    JobArray left = new JobArray(List.of(new JobArray.Range(4, 8, 2)), 0);
    JobStatus rest =
        new JobStatus(
            pending.state(),
            pending.flags(),
            pending.reason(),
            1,
            "debug",
            T0,
            T0,
            0,
            0,
            0,
            0,
            null,
            pending.exit(),
            pending.worstStepExit(),
            0,
            left,
            0,
            -1,
            0,
            0);
    JobStatus running = status(JobState.RUNNING, T0, T0, T0 + 1, 0, 0);
    store.write(
        List.of(
            changed(1, new Job(10, 10, Job.NO_TASK, Samples.plainSpec("a", 5), rest)),
            changed(2, new Job(11, 10, 0, Samples.plainSpec("a", 5), running)),
            changed(3, new Job(12, 10, 2, Samples.plainSpec("a", 5), running)),
            changed(4, job(13, 5, running))));
    assertThat(find(Samples.of(new JobRef(10, Job.NO_TASK)))).containsExactly(10L, 11L, 12L);
    assertThat(find(Samples.of(new JobRef(10, 2)))).containsExactly(12L);
    assertThat(find(Samples.of(new JobRef(10, 6)))).containsExactly(10L);
    assertThat(find(Samples.of(new JobRef(10, 5)))).isEmpty();
    assertThat(find(Samples.of(new JobRef(12, Job.NO_TASK), new JobRef(13, Job.NO_TASK))))
        .containsExactly(12L, 13L);
    JobRef[] many =
        LongStream.range(0, 1700).mapToObj(id -> new JobRef(id, -1)).toArray(JobRef[]::new);
    assertThat(find(Samples.of(many))).containsExactly(10L, 11L, 12L, 13L);
  }

  @Test
  void tellsRunsApart() throws AccountingException {
    JobStatus first = status(JobState.RUNNING, T0, T0, T0 + 5, 0, 0);
    JobStatus queued = status(JobState.PENDING, T0 + 20, T0 + 20, 0, 0, 1);
    JobStatus second = status(JobState.RUNNING, T0 + 20, T0 + 20, T0 + 30, 0, 1);
    store.write(
        List.of(
            changed(1, job(1, 5, first)),
            Samples.step(2, 1, T0 + 5, 0, T0 + 6),
            changed(20, job(1, 5, queued))));
    store.write(List.of(changed(30, job(1, 5, second)), Samples.step(31, 1, T0 + 30, 0, T0 + 31)));
    List<JobHistory> runs = store.jobs(Samples.runs(Samples.all()));
    assertThat(runs).extracting(run -> run.job().status().restarts()).containsExactly(0, 1);
    assertThat(runs).extracting(run -> run.steps().size()).containsExactly(1, 1);
    // Nobody wrote that the first run ended; that there is a second says so.
    assertThat(runs.get(0).job().status().ended()).isEqualTo(T0 + 20);
    assertThat(runs.get(0).job().status().flags()).contains(JobFlag.REQUEUED);
    assertThat(store.jobs(Samples.all()))
        .extracting(run -> run.job().status().restarts())
        .containsExactly(1);
    assertThat(store.jobs(window(T0 + 5, T0 + 6)))
        .extracting(run -> run.job().status().restarts())
        .as("the last run of those in the period")
        .containsExactly(0);
  }

  @Test
  void returnsTheFirstOnesInOrderOfSubmission() throws AccountingException {
    List<AccountingRecord> records = new ArrayList<>();
    for (int id = 1; id <= 50; id++) {
      long submitted = T0 + (id % 5);
      records.add(changed(id, job(id, 5, status(JobState.PENDING, submitted, submitted, 0, 0, 0))));
    }
    store.write(records);
    assertThat(find(Samples.limited(Samples.all(), 12)))
        .containsExactly(5L, 10L, 15L, 20L, 25L, 30L, 35L, 40L, 45L, 50L, 1L, 6L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'; DROP TABLE headrace_jobs; --",
        "' OR '1'='1",
        "\" OR 1=1 --",
        "\\' OR 1=1 #",
        "a\\",
        "%",
        "_",
        "nul\0inside",
        "\0",
        "\ud83d",
        "\udc00x",
        "😀 ünï 中文",
        "¿' OR 1=1 -- \u00bf\u0027",
        "$1 ? ?? :name {fn now()}",
        "/*!50000 drop table headrace_jobs */",
        "line\nbreak\ttab\r",
        " leading and trailing ",
        "\uFFFE\uFFFF",
        "' || (SELECT password FROM users) || '"
      })
  void takesAnyTextAsText(String evil) throws AccountingException {
    Job job =
        new Job(
            1,
            0,
            Job.NO_TASK,
            Samples.plainSpec(evil, 5)
                .withCharge(new Charge(evil, evil, evil))
                .withAttributes(Map.of(evil, evil, "Comment", evil)),
            status(JobState.RUNNING, T0, T0, T0 + 1, 0, 0));
    JobChanged change = new JobChanged(1, T0, job, List.of(evil));
    NodeChanged node = new NodeChanged(2, T0, evil, evil, false, evil, evil, 4);
    Job other = job(2, 5, status(JobState.PENDING, T0, T0, 0, 0, 0));
    store.open(cluster + evil, settings());
    store.write(List.of(change, node, changed(3, other)));
    List<JobHistory> found = store.jobs(Samples.named(evil));
    assertThat(found).containsExactly(new JobHistory(job, List.of(evil), List.of()));
    assertThat(find(Samples.by(List.of(), List.of(evil), List.of()))).containsExactly(1L);
    assertThat(store.nodeEvents(T0, T0)).containsExactly(node);
    // Second order: what came out of the database goes back in.
    String stored = found.get(0).job().spec().name();
    assertThat(find(Samples.named(stored))).containsExactly(1L);
    assertThat(find(Samples.all())).containsExactly(1L, 2L);
  }

  @Test
  void takesHugeValues() throws AccountingException {
    String huge = "x".repeat(300_000) + "€";
    List<String> nodes = IntStream.range(0, 10_000).mapToObj(i -> "node" + i).toList();
    Job job =
        job(1, 5, status(JobState.RUNNING, T0, T0, T0 + 1, 0, 0))
            .withSpec(
                Samples.plainSpec(huge, Integer.MAX_VALUE)
                    .withAttributes(Map.of("Comment", huge, huge, "")));
    store.write(List.of(new JobChanged(Long.MAX_VALUE, T0, job, nodes)));
    assertThat(store.jobs(Samples.named(huge)))
        .containsExactly(new JobHistory(job, nodes, List.of()));
    assertThat(find(Samples.named("x".repeat(300_000)))).isEmpty();
  }

  @Test
  void cutsWhatNoDatabaseWouldTakeInsteadOfBlockingTheRest() throws AccountingException {
    Job job =
        job(1, 5, status(JobState.PENDING, T0, T0, 0, 0, 0))
            .withSpec(
                Samples.plainSpec("big", 5)
                    .withAttributes(Map.of("Comment", "y".repeat(RecordJson.MAX_LENGTH + 1))));
    store.write(List.of(changed(1, job)));
    JobHistory found = store.jobs(Samples.named("big")).get(0);
    assertThat(found.job().spec().attributes().get("Comment")).hasSize(1024);
  }

  @Test
  void findsNodeEventsInOrder() throws AccountingException {
    NodeChanged down = new NodeChanged(7, T0 + 5, "n1", "DOWN", false, "Not responding", "", 8);
    NodeChanged drained = new NodeChanged(8, T0 + 5, "n0", "DRAIN", false, "disk", "root", 8);
    NodeChanged up = new NodeChanged(9, T0 + 9, "n1", "IDLE", true, "", "", 8);
    store.write(List.of(up, down));
    store.write(List.of(down, drained));
    assertThat(store.nodeEvents(0, Long.MAX_VALUE)).containsExactly(down, drained, up);
    assertThat(store.nodeEvents(T0 + 5, T0 + 8)).containsExactly(down, drained);
    assertThat(store.nodeEvents(T0 + 6, T0 + 8)).isEmpty();
  }

  /**
   * Of each run, what lies in the period: one began before, one still runs, one only waits in it.
   */
  @Test
  void addsUpWhatJobsUsedInAPeriod() throws AccountingException {
    long from = T0 + 100;
    store.write(
        List.of(
            changed(1, job(1, 5, status(JobState.COMPLETED, T0, T0, T0 + 50, T0 + 120, 0))),
            changed(2, job(2, 5, status(JobState.RUNNING, T0, T0 + 110, T0 + 150, 0, 0))),
            changed(3, job(3, 6, status(JobState.COMPLETED, T0, T0 + 90, T0 + 250, T0 + 300, 0))),
            changed(4, job(4, 5, status(JobState.COMPLETED, T0, T0, T0 + 10, from, 0))),
            changed(5, job(5, 5, status(JobState.PENDING, T0, T0, 0, 0, 0)))));
    assertThat(store.use(from, T0 + 200))
        .containsExactly(
            new JobUse(
                "user5", "acct", "", "debug", 5, 14, 2, 70 * 14, 70 * 5120, 70 * 2, 70 * 2,
                40 * 14),
            new JobUse("user6", "acct", "", "debug", 6, 14, 0, 0, 0, 0, 0, 100 * 14));
    assertThat(store.use(0, T0)).isEmpty();
  }

  @Test
  void findsTheKeysOfJobs() throws AccountingException {
    JobStatus waits = status(JobState.PENDING, T0, T0, 0, 0, 0);
    store.write(
        List.of(
            changed(1, keyed(1, 6, "k1", waits)),
            changed(2, keyed(2, 5, "k1", waits)),
            changed(3, keyed(3, 5, "", waits)),
            changed(4, keyed(4, 5, "k0", waits)),
            changed(5, keyed(5, 5, "k1", waits))));
    assertThat(store.workKeys())
        .containsExactly(
            new WorkKey("k0", "user5"), new WorkKey("k1", "user5"), new WorkKey("k1", "user6"));
  }

  private static Job keyed(long id, int uid, String key, JobStatus status) {
    Job plain = job(id, uid, status);
    Charge charge = plain.spec().charge();
    return new Job(
        id,
        plain.arrayId(),
        plain.arrayTask(),
        plain.spec().withCharge(new Charge(charge.account(), charge.qos(), key)),
        status);
  }

  @Test
  void findsChangesOfAccountsInOrder() throws AccountingException {
    BookChanged added =
        new BookChanged(
            7, T0 + 5, "root", Change.ADDED, Kind.ASSOCIATION, "3", "a", "u", "it's = \u20ac");
    BookChanged changed =
        new BookChanged(8, T0 + 5, "ann", Change.CHANGED, Kind.QOS, "q", "", "", "x=1");
    BookChanged gone =
        new BookChanged(9, T0 + 9, "ann", Change.REMOVED, Kind.ACCOUNT, "a", "", "", "");
    store.write(List.of(gone, added));
    store.write(List.of(added, changed));
    assertThat(store.bookEvents(0, Long.MAX_VALUE)).containsExactly(added, changed, gone);
    assertThat(store.bookEvents(T0 + 6, T0 + 9)).containsExactly(gone);
  }

  @Test
  void writesAllOrNone() throws AccountingException {
    JobChanged good = changed(1, job(1, 5, status(JobState.PENDING, T0, T0, 0, 0, 0)));
    List<AccountingRecord> bad = new ArrayList<>(List.of(good));
    Job broken = new Job(2, 0, Job.NO_TASK, null, status(JobState.PENDING, T0, T0, 0, 0, 0));
    bad.add(new NodeChanged(2, T0, "n1", "DOWN", false, "", "", 1));
    bad.add(new JobChanged(3, T0, broken, List.of()));
    assertThatThrownBy(() -> store.write(bad)).isInstanceOf(RuntimeException.class);
    assertThat(find(Samples.all())).isEmpty();
    assertThat(store.nodeEvents(0, Long.MAX_VALUE)).isEmpty();
    store.write(List.of(good));
    assertThat(find(Samples.all())).containsExactly(1L);
  }

  @Test
  void readersGoOnWhileWriting() throws Exception {
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int batch = 0; batch < 20; batch++) {
                  List<AccountingRecord> records = new ArrayList<>();
                  for (int i = 1; i <= 100; i++) {
                    long id = batch * 100L + i;
                    records.add(changed(id, job(id, 5, status(JobState.PENDING, T0, T0, 0, 0, 0))));
                  }
                  store.write(records);
                }
              } catch (AccountingException e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    int last = 0;
    while (writer.isAlive()) {
      int seen = store.jobs(Samples.all()).size();
      assertThat(seen).isGreaterThanOrEqualTo(last);
      assertThat(seen % 100).as("whole batches").isZero();
      last = seen;
    }
    assertThat(store.jobs(Samples.all())).hasSize(2000);
  }
}
