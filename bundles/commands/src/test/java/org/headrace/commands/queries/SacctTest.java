package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.headrace.api.account.Amounts;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobHistory.StepHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.headrace.api.job.Usage;
import org.headrace.commands.internal.sacct.SacctCommand;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.query.History;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The texts of sacct, compared with those that a Slurm printed for the same jobs. */
class SacctTest {
  private static final String NOW = "2026-11-23T06:47:54Z";
  private final Past past = new Past();

  @Test
  void whatAJobStoodStillIsNotElapsed() throws Exception {
    FakeInvocation call =
        new FakeInvocation("sacct", "-j", "6", "-X", "-n", "-P", "-o", "Elapsed,Suspended").as(0);
    run(0, call, NOW);
    assertThat(call.outText()).isEqualTo("00:00:09|00:01:18\n");
  }

  @Test
  void withoutAccountingThereIsNothingToShow() throws Exception {
    past.settings = Map.of("AccountingStorageType", "accounting_storage/none");
    FakeInvocation call = new FakeInvocation("sacct").as(0);
    run(1, call, NOW);
    assertThat(call.outText()).isEmpty();
    assertThat(call.errText()).startsWith("Slurm accounting storage is disabled\n");
  }

  private String submission(String... arguments) throws Exception {
    FakeInvocation call = new FakeInvocation("sacct", arguments).as(0);
    run(0, call, NOW);
    return call.outText();
  }

  private void keep(long id, long of, String script, String environment) {
    long submitted = past.snapshot.jobs.get(of).status().submitted();
    byte[] variables = environment.getBytes(StandardCharsets.UTF_8);
    past.files.put(
        id, new SubmittedFiles(id, submitted, script.getBytes(StandardCharsets.UTF_8), variables));
  }

  /** As a Slurm 22.05 prints it. */
  @Test
  void withWhatJobsWereSubmittedIsShown() throws Exception {
    keep(7, 7, "#!/bin/bash\n#SBATCH -n1\necho hi $1\n", "FOO=bar\0SHELL=/bin/bash\0");
    String line = "-".repeat(80) + "\n";
    assertThat(submission("-B", "-j", "7"))
        .isEqualTo("Batch Script for 7\n" + line + "#!/bin/bash\n#SBATCH -n1\necho hi $1\n\n");
    assertThat(submission("--env-vars", "-j", "7,9"))
        .isEqualTo(
            "Environment used for 7 (must be batch to display)\n"
                + line
                + "FOO=bar\nSHELL=/bin/bash\n\n"
                + "Environment used for 9 (must be batch to display)\n"
                + line
                + "NONE\n\n");
  }

  @Test
  void onlyTheirOwnersAndOperatorsSeeIt() throws Exception {
    keep(7, 7, "secret\n", "PASSWORD=x\0");
    FakeInvocation call = new FakeInvocation("sacct", "-B", "-j", "7").as(4711);
    run(0, call, NOW);
    assertThat(call.outText()).isEmpty();
  }

  @Test
  void scriptsOfAllJobsAreNotShown() throws Exception {
    FakeInvocation call = new FakeInvocation("sacct", "-B").as(0);
    run(1, call, NOW);
    assertThat(call.errText())
        .isEqualTo(
            "sacct: fatal: When requesting job scripts you must also request specific jobs with"
                + " the '-j' option.\n");
    call = new FakeInvocation("sacct", "--env-vars").as(0);
    run(1, call, NOW);
    assertThat(call.errText()).contains("When requesting job environment you must also request");
    call = new FakeInvocation("sacct", "-B", "--env-vars", "-j", "7").as(0);
    run(1, call, NOW);
    assertThat(call.errText())
        .isEqualTo("sacct: fatal: Options --batch-script and --env-vars are mutually exclusive\n");
  }

  /** Accounting of the model's jobs. */
  private static final class Past implements History {
    private static final List<Long> ORDER =
        List.of(1L, 5L, 6L, 7L, 9L, 10L, 11L, 2L, 12L, 13L, 14L, 15L);
    private final QuerySnapshot snapshot = PeerModel.snapshot();
    private final List<JobQuery> queries = new ArrayList<>();
    private boolean broken;
    private Map<String, String> settings = Map.of("ClusterName", "peer");
    private final Map<Long, SubmittedFiles> files = new HashMap<>();

    @Override
    public SubmittedFiles files(long jobId, long submitted) {
      SubmittedFiles known = files.get(jobId);
      return known != null && known.submitted() == submitted ? known : null;
    }

    @Override
    public List<JobHistory> jobs(JobQuery query) throws AccountingException {
      if (broken) {
        throw new AccountingException("no route to host", null);
      }
      queries.add(query);
      List<JobHistory> found = new ArrayList<>();
      for (long id : ORDER) {
        JobHistory history = history(snapshot.jobs.get(id));
        if (matches(query, history.job())) {
          found.add(history);
        }
      }
      return found;
    }

    private static boolean matches(JobQuery query, Job job) {
      boolean named =
          query.jobs().stream()
              .anyMatch(
                  wanted ->
                      wanted.id() == job.id()
                          || wanted.id() == job.arrayId()
                              && (wanted.arrayTask() == Job.NO_TASK
                                  || wanted.arrayTask() == job.arrayTask()));
      boolean eligible = job.status().eligible() > 0;
      return (query.jobs().isEmpty() ? eligible : named)
          && (query.states().isEmpty() || query.states().contains(job.status().state()))
          && (query.names().isEmpty() || query.names().contains(job.spec().name()))
          && (query.accounts().isEmpty()
              || query.accounts().contains(job.spec().charge().account()));
    }

    private JobHistory history(Job job) {
      List<StepHistory> steps = new ArrayList<>();
      for (Step step : snapshot.steps.getOrDefault(job.id(), List.of())) {
        boolean suspended = job.status().state() == JobState.SUSPENDED;
        add(steps, suspended ? ended(step, JobState.SUSPENDED, 0, step.exit()) : step);
      }
      QuerySnapshot more = PeerModel.snapshot();
      if (job.id() == 5) {
        Step batch = PeerJobs.step(more, 5, Step.BATCH, "batch", 64, 0, new int[] {1}, 1);
        add(steps, ended(batch, JobState.CANCELLED, 1, new ExitStatus(0, 15)));
      } else if (job.id() == 7) {
        Step batch = PeerJobs.step(more, 7, Step.BATCH, "batch", 1, 0, new int[] {1}, 1);
        add(steps, ended(batch, JobState.FAILED, 1, new ExitStatus(3, 0)));
        Step task = PeerJobs.step(more, 7, 0, "false", 1, 0, new int[] {1}, 1);
        add(steps, ended(task, JobState.FAILED, 1, new ExitStatus(1, 0)));
      } else if (job.id() == 9) {
        Step batch = PeerJobs.step(more, 9, Step.BATCH, "batch", 1, 0, new int[] {1}, 1);
        add(steps, ended(batch, JobState.COMPLETED, 1, ExitStatus.SUCCESS));
      }
      Job shown = job.id() == 5 ? job.withStatus(killed(job.status())) : job;
      return new JobHistory(shown, NodeNames.of(job.status().allocation(), snapshot), steps);
    }

    private void add(List<StepHistory> steps, Step step) {
      List<String> nodes =
          step.parts().stream().map(part -> NodeNames.of(part.node(), snapshot)).toList();
      steps.add(new StepHistory(step, nodes));
    }

    private static Step ended(Step step, JobState state, long end, ExitStatus exit) {
      return new Step(
          step.jobId(),
          step.id(),
          step.spec(),
          step.parts(),
          state,
          step.started(),
          end,
          exit,
          new Usage(14, 2, 2048));
    }

    private static JobStatus killed(JobStatus old) {
      return new JobStatus(
          old.state(),
          Set.of(),
          old.reason(),
          old.priority(),
          old.partition(),
          old.submitted(),
          old.eligible(),
          0,
          old.started(),
          old.ended(),
          old.timeLimit(),
          old.allocation(),
          old.exit(),
          old.worstStepExit(),
          0,
          old.pendingTasks(),
          0,
          0,
          0,
          0);
    }
  }

  private FakeInvocation run(int status, FakeInvocation call, String now) throws Exception {
    QueryControl control = new QueryControl(new QuerySnapshot(PeerModel.definition(past.settings)));
    int found = new SacctCommand(control, past, PeerModel.clock(now)).run(call);
    assertThat(found).as(call.errText()).isEqualTo(status);
    return call;
  }

  private FakeInvocation run(String... arguments) throws Exception {
    return run(0, new FakeInvocation("sacct", arguments).as(0), NOW);
  }

  @TestFactory
  Stream<DynamicTest> printsWhatSlurmPrints() {
    return Golden.cases("sacct.txt").stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.command(),
                    () -> {
                      FakeInvocation call = new FakeInvocation("sacct", golden.arguments()).as(0);
                      run(golden.status(), call, golden.now());
                      assertThat(call.outText() + call.errText()).isEqualTo(golden.text());
                    }));
  }

  @Test
  void everyFieldIsKnown() throws Exception {
    String header = run("-P", "-o", "all", "-X").outText().lines().findFirst().orElseThrow();
    assertThat(header.split("\\|")).hasSizeGreaterThan(110).contains("AllocTRES", "WorkDir");
    assertThat(run("-e").outText())
        .startsWith("Account             AdminComment        AllocCPUS ");
    assertThat(run("-l", "-j", "1").errText()).isEmpty();
  }

  @Test
  void usersSeeTheirOwnJobs() throws Exception {
    run(0, new FakeInvocation("sacct").as(1000), NOW);
    assertThat(past.queries.get(0).users()).containsExactly(1000);
    run(0, new FakeInvocation("sacct", "-a").as(1000), NOW);
    assertThat(past.queries.get(1).users()).isEmpty();
  }

  @Test
  void theWindowStartsAtMidnightUnlessJobsAreNamed() throws Exception {
    run();
    assertThat(past.queries.get(0).from()).isEqualTo(PeerModel.at("2026-11-23T00:00:00Z"));
    assertThat(past.queries.get(0).to()).isEqualTo(PeerModel.at(NOW));
    run("-j", "1");
    assertThat(past.queries.get(1).from()).isZero();
    run("-s", "R");
    assertThat(past.queries.get(2).from()).isEqualTo(PeerModel.at(NOW));
    run("-S", "2026-11-01", "-E", "2026-11-02", "-s", "F");
    assertThat(past.queries.get(3).to()).isEqualTo(PeerModel.at("2026-11-02T00:00:00Z"));
    run("-S", "00:00", "-E", "05:30");
    assertThat(past.queries.get(4).from()).isEqualTo(PeerModel.at("2026-11-23T00:00:00Z"));
    assertThat(past.queries.get(4).to()).isEqualTo(PeerModel.at("2026-11-23T05:30:00Z"));
  }

  @Test
  void stepsCanBeNamed() throws Exception {
    assertThat(run("-n", "-P", "-o", "JobID,MaxRSS,TotalCPU", "-j", "7.0").outText())
        .isEqualTo("7.0|2M|00:00.016\n");
    assertThat(run("-n", "-P", "-o", "JobID,ReqNodes", "-j", "7.0").outText()).isEqualTo("7.0|1\n");
  }

  /** Of components, the first stands for all; another is meant by its offset alone. */
  @Test
  void theFirstComponentStandsForAll() throws Exception {
    for (int i = 0; i < 2; i++) {
      Job job = past.snapshot.jobs.get(9L + i);
      past.snapshot.jobs.put(
          9L + i, job.withSpec(job.spec().withComponent(new JobComponent(9, i, 2))));
    }
    assertThat(run("-n", "-P", "-X", "-o", "JobID", "-j", "9").outText()).isEqualTo("9+0\n9+1\n");
    assertThat(run("-n", "-P", "-o", "JobID", "-j", "9,1").outText())
        .startsWith("1\n")
        .contains("9+0\n9+0.batch\n9+1\n");
    assertThat(run("-n", "-P", "-X", "-o", "JobID", "-j", "9+0").outText()).isEqualTo("9+0\n");
    assertThat(run("-n", "-P", "-X", "-o", "JobID", "-j", "9+1").outText()).isEqualTo("9+1\n");
    assertThat(run("-n", "-P", "-X", "-o", "JobID", "-j", "9,10").outText())
        .isEqualTo("9+0\n9+1\n");
  }

  /**
   * Of a requeued job each run is listed, and the one that was cut short isn't called cancelled.
   */
  @Test
  void runsThatWerePutBackInTheQueueAreCalledThat() throws Exception {
    Job job = past.snapshot.jobs.get(11L);
    JobStatus s = past.snapshot.jobs.get(9L).status();
    JobStatus requeued =
        new JobStatus(
            JobState.CANCELLED,
            Set.of(JobFlag.REQUEUED),
            s.reason(),
            s.priority(),
            s.partition(),
            s.submitted(),
            s.eligible(),
            0,
            s.started(),
            s.ended(),
            s.timeLimit(),
            s.allocation(),
            s.exit(),
            s.worstStepExit(),
            0,
            s.pendingTasks(),
            0,
            -1,
            0,
            0);
    past.snapshot.jobs.put(11L, job.withStatus(requeued));
    assertThat(run("-D", "-n", "-P", "-X", "-o", "State,Reason", "-j", "11").outText())
        .isEqualTo("REQUEUED|None\n");
    assertThat(run("-D", "-n", "-P", "-X", "-o", "State", "-j", "9,11", "-s", "RQ").outText())
        .isEqualTo("REQUEUED\n");
    assertThat(run("-D", "-n", "-P", "-X", "-o", "State", "-j", "11", "-s", "CA").outText())
        .isEmpty();
    assertThat(run("--json", "-D", "-j", "11").outText()).contains("\"REQUEUED\"");
  }

  @Test
  void aJobThatNeverStartedHasNoStart() throws Exception {
    Job held = past.snapshot.jobs.get(15L);
    past.snapshot.jobs.put(
        15L, held.withStatus(ended(held.status(), PeerModel.at("2026-11-23T06:47:00Z"))));
    assertThat(run("-n", "-P", "-X", "-o", "Start,State", "-j", "15").outText())
        .isEqualTo("None|CANCELLED\n");
  }

  private static JobStatus ended(JobStatus s, long when) {
    return new JobStatus(
        JobState.CANCELLED,
        Set.of(),
        s.reason(),
        s.priority(),
        s.partition(),
        s.submitted(),
        s.eligible(),
        0,
        0,
        when,
        s.timeLimit(),
        null,
        s.exit(),
        s.worstStepExit(),
        0,
        s.pendingTasks(),
        0,
        -1,
        0,
        0);
  }

  @Test
  void aWidthAlignsRightUnlessItIsNegative() throws Exception {
    assertThat(run("-n", "-X", "-j", "1", "-o", "jobid%4,jobname%-6,jobid").outText())
        .isEqualTo("   1 run1   1            \n");
  }

  @Test
  void memoryIsKeptInItsUnit() throws Exception {
    Job job = past.snapshot.jobs.get(1L);
    long memory = Amounts.memory(job.spec().request());
    assertThat(run("-n", "-P", "-X", "--noconvert", "-o", "ReqMem", "-j", "1").outText())
        .isEqualTo(memory + "M\n");
  }

  @Test
  void whatIsNoOptionIsRefused() throws Exception {
    FakeInvocation words = new FakeInvocation("sacct", "7", "8").as(0);
    assertThat(run(1, words, NOW).errText())
        .isEqualTo("sacct: error: Unknown arguments:\nsacct: error:  7\nsacct: error:  8\n");
    FakeInvocation group = new FakeInvocation("sacct", "-g", "no-such-group").as(0);
    assertThat(run(1, group, NOW).errText())
        .isEqualTo("sacct: error: Invalid group id: no-such-group\n");
    FakeInvocation flag = new FakeInvocation("sacct", "-F", "nosuch").as(0);
    assertThat(run(1, flag, NOW).errText())
        .isEqualTo("sacct: error: str_2_job_flags: Invalid job flag nosuch\n");
    assertThat(run("-n", "-X", "-j", "1", "-C", "nosuch").outText()).isEmpty();
    assertThat(run("-n", "-X", "-j", "1", "-F", "schedmain").outText()).isNotEmpty();
  }

  @Test
  void aMissingDatabaseIsSaid() throws Exception {
    past.broken = true;
    FakeInvocation call = run(1, new FakeInvocation("sacct").as(0), NOW);
    assertThat(call.errText()).contains("no route to host");
  }

  @Test
  void hostileFormatsAreHarmless() throws Exception {
    assertThat(run("-n", "-X", "-j", "1", "-o", "jobid%2,".repeat(10_000)).outText())
        .hasSize(30_001);
    assertThat(run("-n", "-X", "-j", "1", "-o", "jobid%9999,".repeat(10_000)).outText().length())
        .as("characters of a line that were 100 MB")
        .isBetween(100_000, 300_000);
    assertThat(run("-n", "-X", "-j", "1", "-o", "jobid%-99999999999").outText())
        .hasSizeLessThan(10_000);
    assertThat(run("-n", "-X", "-j", "1", "-o", "jobid%,jobid%-,jobid%x").outText())
        .isEqualTo("1            1            1            \n");
    FakeInvocation bad = new FakeInvocation("sacct", "-o", "a\u001b[2Jb").as(0);
    assertThat(run(1, bad, NOW).errText()).doesNotContain("\u001b");
  }

  @Test
  void dataHasJobsAndSteps() throws Exception {
    assertThat(run("--json", "-j", "7").outText())
        .contains("\"job_id\" : 7", "\"id\" : \"7.batch\"", "\"current\" : [");
  }
}
