package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Timing;
import org.headrace.api.model.JobClass;
import org.headrace.commands.internal.squeue.SqueueCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The texts of squeue, compared with those that a Slurm printed for the same jobs. */
class SqueueTest {
  private static final String NOW = "2026-11-23T06:46:36Z";

  private static FakeInvocation run(String... arguments) throws Exception {
    return run(PeerModel.snapshot(), new FakeInvocation("squeue", arguments), 0);
  }

  private static FakeInvocation run(QuerySnapshot snapshot, FakeInvocation call, int status)
      throws Exception {
    QueryControl control = new QueryControl(snapshot);
    int found = new SqueueCommand(control, PeerModel.clock(NOW)).run(call);
    assertThat(found).as(call.errText()).isEqualTo(status);
    return call;
  }

  @TestFactory
  Stream<DynamicTest> printsWhatSlurmPrints() {
    return Golden.cases("squeue.txt").stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.command(),
                    () -> {
                      FakeInvocation call = new FakeInvocation("squeue", golden.arguments());
                      QueryControl control = new QueryControl(PeerModel.snapshot());
                      SqueueCommand squeue =
                          new SqueueCommand(control, PeerModel.clock(golden.now()));
                      assertThat(squeue.run(call)).isEqualTo(golden.status());
                      assertThat(lines(call.outText() + call.errText()))
                          .isEqualTo(lines(golden.text()));
                    }));
  }

  /** Slurm leaves the order of jobs of one priority open, so it isn't compared. */
  private static String lines(String text) {
    return text.lines().sorted().collect(java.util.stream.Collectors.joining("\n"));
  }

  @Test
  void jobsAreInOrder() throws Exception {
    assertThat(run("-h", "-o", "%i").outText().lines())
        .containsExactly(
            "15", "8", "2_[3-9%2]", "4", "14", "3", "12", "1", "2_1", "2_2", "13", "6");
    assertThat(run("-h", "-o", "%i", "-S", "-i").outText().lines())
        .containsExactly(
            "15", "14", "13", "12", "8", "6", "4", "3", "2_[3-9%2]", "2_2", "2_1", "1");
    assertThat(run("-h", "-o", "%i", "--start").outText().lines())
        .containsExactly("8", "2_[3-9%2]", "3", "4", "14", "15");
  }

  /** As in Slurm: it isn't among those that run. */
  @Test
  void aStoppedJobIsInAStateOfItsOwn() throws Exception {
    QuerySnapshot snapshot = PeerModel.snapshot();
    Job job = snapshot.jobs.get(1L);
    snapshot.jobs.put(1L, job.withStatus(with(job.status(), Set.of(JobFlag.STOPPED), 60_000)));
    for (String states : List.of("ST", "STOPPED", "stopped,PD", "all")) {
      FakeInvocation call =
          new FakeInvocation("squeue", "-h", "-j", "1", "-t", states, "-o", "%i %t %T");
      assertThat(run(snapshot, call, 0).outText()).isEqualTo("1 ST STOPPED\n");
    }
    FakeInvocation usual = new FakeInvocation("squeue", "-h", "-j", "1", "-o", "%i %t");
    assertThat(run(snapshot, usual, 0).outText()).isEqualTo("1 ST\n");
    FakeInvocation running = new FakeInvocation("squeue", "-h", "-j", "1", "-t", "R");
    assertThat(run(snapshot, running, 0).outText()).isEmpty();
    assertThat(run(PeerModel.snapshot(), new FakeInvocation("squeue", "-h", "-t", "ST"), 0))
        .extracting(FakeInvocation::outText)
        .isEqualTo("");
  }

  /** As a Slurm 22.05 says of one that runs; there is no end in texts. */
  @Test
  void asDataAJobWithoutALimitEndsInAYear() throws Exception {
    QuerySnapshot snapshot = PeerModel.snapshot();
    Job job = snapshot.jobs.get(1L);
    snapshot.jobs.put(1L, job.withStatus(with(job.status(), Set.of(), JobClass.UNLIMITED)));
    long end = job.status().started() / 1000 + 365 * 86_400;
    String data = run(snapshot, new FakeInvocation("squeue", "-j", "1", "--json"), 0).outText();
    assertThat(data.replaceAll("\\s", ""))
        .contains("\"end_time\":{\"set\":true,\"infinite\":false,\"number\":" + end + "}");
    FakeInvocation text = new FakeInvocation("squeue", "-h", "-j", "1", "-o", "%e %l");
    assertThat(run(snapshot, text, 0).outText()).isEqualTo("NONE UNLIMITED\n");
  }

  private static JobStatus with(JobStatus s, Set<JobFlag> flags, long limit) {
    return new JobStatus(
        s.state(),
        flags,
        s.reason(),
        s.priority(),
        s.partition(),
        s.submitted(),
        s.eligible(),
        s.expectedStart(),
        s.started(),
        s.ended(),
        limit,
        s.allocation(),
        s.exit(),
        s.worstStepExit(),
        s.restarts(),
        s.pendingTasks(),
        s.lastConsidered(),
        s.killedBy(),
        s.suspended(),
        s.stoodStill());
  }

  /** They are read by several threads. */
  @Test
  void manyJobsAreInOrder() throws Exception {
    QuerySnapshot snapshot = PeerModel.snapshot();
    Job model = snapshot.jobs.get(3L);
    JobSpec spec = model.spec().withTiming(Timing.ANY);
    snapshot.jobs.clear();
    for (long id = 1; id <= 12_000; id++) {
      JobStatus status = model.status().planned(model.status().reason(), id % 7, 0, 0, 0, 0);
      snapshot.jobs.put(id, new Job(id, 0, Job.NO_TASK, spec, status));
    }
    List<String> byId = LongStream.rangeClosed(1, 12_000).mapToObj(Long::toString).toList();
    FakeInvocation call = new FakeInvocation("squeue", "-h", "-o", "%i", "-S", "i");
    assertThat(run(snapshot, call, 0).outText().lines().toList()).isEqualTo(byId);
    List<String> byPriority =
        LongStream.rangeClosed(1, 12_000)
            .boxed()
            .sorted(Comparator.comparing(id -> -(id % 7)))
            .map(id -> id + " " + id % 7)
            .toList();
    call = new FakeInvocation("squeue", "-h", "-o", "%i %Q", "-S", "-p");
    assertThat(run(snapshot, call, 0).outText().lines().toList()).isEqualTo(byPriority);
  }

  @Test
  void namedJobsAreFoundWithoutLookingAtOthers() throws Exception {
    QuerySnapshot snapshot = PeerModel.snapshot();
    run(snapshot, new FakeInvocation("squeue", "-j", "1"), 0);
    assertThat(snapshot.jobsRead).isZero();
  }

  @Test
  void columnsAreGivenByLetterOrByName() throws Exception {
    FakeInvocation both = new FakeInvocation("squeue", "-o", "%i", "-O", "JobID");
    assertThat(run(PeerModel.snapshot(), both, 1).errText())
        .isEqualTo("squeue: error: -O (--Format) is incompatible with -o (--format)\n");
    FakeInvocation set =
        new FakeInvocation("squeue", "-h", "-j", "1", "-O", "JobID:3").with("SQUEUE_FORMAT", "%j");
    assertThat(run(PeerModel.snapshot(), set, 0).outText()).isEqualTo("1  \n");
  }

  @Test
  void columnsOfAVariableAreForThePlainListAlone() throws Exception {
    for (String option : List.of("-l", "--start", "-s")) {
      String plain = run("-h", option).outText();
      for (String variable : List.of("SQUEUE_FORMAT", "SQUEUE_FORMAT2")) {
        FakeInvocation set = new FakeInvocation("squeue", "-h", option).with(variable, "%j");
        assertThat(run(PeerModel.snapshot(), set, 0).outText()).as(option).isEqualTo(plain);
      }
    }
  }

  @Test
  void aClusterThatIsNotThereIsNamedWithItsPlace() throws Exception {
    FakeInvocation set = new FakeInvocation("squeue").with("SLURM_CLUSTERS", "foo");
    assertThat(run(PeerModel.snapshot(), set, 1).errText())
        .isEqualTo(
            "squeue: error: No cluster 'foo' known by database.\n"
                + "squeue: error: 'foo' can't be reached now, or it is an invalid entry for"
                + " SLURM_CLUSTERS.  Use 'sacctmgr list clusters' to see available clusters.\n");
  }

  @Test
  void tasksOfArraysAreNamedInBrackets() throws Exception {
    assertThat(run("-h", "-j", "2_[3,5],1", "-o", "%i").outText().lines())
        .containsExactlyInAnyOrder("1", "2_[3,5%2]");
    assertThat(run("-h", "-j", "2_[3,5]", "--array-unique", "-o", "%i").outText())
        .isEqualTo("2_[3,5%2]\n");
  }

  @Test
  void stepsAreInTheOrderThatIsAskedFor() throws Exception {
    List<String> ids = run("-h", "-s", "-o", "%i", "-S", "i").outText().lines().toList();
    assertThat(ids).hasSizeGreaterThan(3);
    List<String> backwards = run("-h", "-s", "-o", "%i", "-S", "-i").outText().lines().toList();
    assertThat(backwards)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, ids.size())
                .mapToObj(back -> ids.get(ids.size() - back))
                .toList());
    FakeInvocation wrong = new FakeInvocation("squeue", "-s", "x");
    assertThat(run(PeerModel.snapshot(), wrong, 1).errText())
        .isEqualTo("squeue: error: Invalid job_step id: x.??\n");
  }

  @Test
  void theMachineOfTheCallerIsLocalhost() throws Exception {
    FakeInvocation here = new FakeInvocation("squeue", "-h", "-w", "localhost", "-o", "%N");
    String host = PeerModel.snapshot().definition().nodes().get(0).host();
    assertThat(run(PeerModel.snapshot(), here.on(host), 0).outText().lines())
        .isNotEmpty()
        .allMatch(nodes -> nodes.contains("n1") || nodes.contains("n[1"));
  }

  @Test
  void everyLetterHasAColumn() throws Exception {
    for (char letter : "aABcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ".toCharArray()) {
      assertThat(run("-a", "-o", "%" + letter).errText()).as("%" + letter).isEmpty();
    }
  }

  @Test
  void textAfterTheSizeEndsAColumn() throws Exception {
    assertThat(run("-j", "1", "-O", "JobID:abc,Name:x").outText())
        .isEqualTo("JOBIDabcNAMEx\n1abcrun1x\n");
    assertThat(run("-j", "1", "-O", "JobID:.,Name:4 ,JobID:-3,Name:").outText())
        .isEqualTo("JOBIDNAME JOBID NAME\n1run1 1 run1\n");
    assertThat(run("-j", "1", "-h", "-O", "JobID:.3|,Name:0<").outText()).isEqualTo("  1|run1<\n");
  }

  @Test
  void remarksAndTheMostNodesAreShown() throws Exception {
    QuerySnapshot snapshot = PeerModel.snapshot();
    Job held = snapshot.jobs.get(3L);
    JobSpec spec =
        held.spec()
            .withRequest(held.spec().request().withNodes(2, 3))
            .withAttributes(Map.of("AdminComment", "seen", "SystemComment", "kept"));
    snapshot.jobs.put(3L, held.withSpec(spec));
    String format = "admin_comment:6,system_comment:6,NumNodes:6,MaxNodes:2";
    FakeInvocation call = new FakeInvocation("squeue", "-h", "-j", "3", "-O", format);
    assertThat(run(snapshot, call, 0).outText()).isEqualTo("seen  kept  2     3 \n");
  }

  @Test
  void hostileFormatsArePrintedAsFarAsTheyMakeSense() throws Exception {
    String many = "%.3i".repeat(10_000);
    String line = run("-j", "1", "-h", "-o", many).outText();
    assertThat(line).hasSize(30_001).startsWith("  1  1");
    assertThat(run("-j", "1", "-h", "-o", "%").outText()).isEqualTo("\n");
    assertThat(run("-j", "1", "-h", "-o", "").outText()).isEqualTo("\n");
    assertThat(run("-j", "1", "-h", "-o", "%5").errText())
        .isEqualTo("squeue: error: Invalid job format specification: \n");
    assertThat(run("-j", "1", "-h", "-o", "%999999999999i").outText()).hasSizeLessThan(10_000);
    assertThat(run("-j", "1", "-h", "-O", "JobID:-5,:,,,Name:.,foo:3").errText()).contains("foo");
  }

  @Test
  void usersSeeTheirOwnJobsAloneWhereJobsArePrivate() throws Exception {
    QuerySnapshot snapshot =
        new QuerySnapshot(PeerModel.definition(Map.of("PrivateData", "jobs,nodes")));
    snapshot.jobs.putAll(PeerModel.snapshot().jobs);
    assertThat(run(snapshot, new FakeInvocation("squeue", "-h").as(1001), 0).outText()).isEmpty();
    assertThat(run(snapshot, new FakeInvocation("squeue", "-h", "-j", "1").as(1001), 0).outText())
        .isEmpty();
    assertThat(run(snapshot, new FakeInvocation("squeue", "-h").as(0), 0).outText()).isNotEmpty();
  }

  @Test
  void theEnvironmentSetsWhatTheCommandLineDoesNot() throws Exception {
    FakeInvocation call =
        new FakeInvocation("squeue", "-h")
            .with("SQUEUE_FORMAT", "%i %T")
            .with("SQUEUE_STATES", "F,CD")
            .with("SQUEUE_SORT", "-i");
    assertThat(run(PeerModel.snapshot(), call, 0).outText()).isEqualTo("9 COMPLETED\n7 FAILED\n");
  }

  @Test
  void dataHasTheDocumentedFrame() throws Exception {
    String json = run("--json", "-j", "2").outText();
    assertThat(json)
        .startsWith("{\n  \"jobs\" : [")
        .contains(
            "\"array_task_string\" : \"3-9%2\"", "\"errors\" : [", "\"release\" : \"26.05.3\"");
    FakeInvocation unknown = new FakeInvocation("squeue", "--json", "-j", "99999");
    assertThat(run(PeerModel.snapshot(), unknown, 1).outText()).isEmpty();
    String yaml = run("--yaml", "-j", "1").outText();
    assertThat(yaml).startsWith("---\njobs:\n  - job_id: 1\n    array_job_id:\n      set: true\n");
  }

  @Test
  void aHundredThousandJobsTakeLittleTime() throws Exception {
    QuerySnapshot snapshot = PeerModel.snapshot();
    Job model = snapshot.jobs.get(15L);
    for (long id = 100; id < 100_100; id++) {
      snapshot.jobs.put(id, new Job(id, 0, Job.NO_TASK, model.spec(), model.status()));
    }
    long start = System.nanoTime();
    String text = run(snapshot, new FakeInvocation("squeue", "-h"), 0).outText();
    assertThat(text.lines().count()).isEqualTo(100_012);
    assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(20_000);
  }

  @Test
  void aHugeArrayIsOneLineUnlessItsTasksAreAskedFor() throws Exception {
    assertThat(run("-h", "-j", "2_[3-4000000]", "-o", "%i").outText()).isEqualTo("2_[3-9%2]\n");
  }
}
