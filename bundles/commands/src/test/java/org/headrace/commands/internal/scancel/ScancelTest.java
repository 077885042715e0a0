package org.headrace.commands.internal.scancel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.command.Command;
import org.headrace.control.command.Command.SignalJob;
import org.headrace.control.command.Command.SignalScope;
import org.headrace.control.command.Command.SignalStep;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScancelTest {
  private final FakeControl control = new FakeControl();

  /** Jobs 1 (pending), 2 (running, named two) and 3 (another user's). */
  @BeforeEach
  void submit() throws Exception {
    Commands.run(control, new FakeInvocation("sbatch", "-p", "a", "--wrap=true"));
    Commands.run(control, new FakeInvocation("sbatch", "-J", "two", "-A", "proj", "--wrap=true"));
    control.start(2);
    Commands.run(control, new FakeInvocation("sbatch", "--wrap=true").as(1001));
    control.commands().clear();
    control.answering(command -> Outcome.DONE);
  }

  private FakeInvocation scancel(int status, String... arguments) throws Exception {
    FakeInvocation invocation = new FakeInvocation("scancel", arguments);
    assertThat(Commands.run(control, invocation)).as(invocation.errText()).isEqualTo(status);
    return invocation;
  }

  private List<Long> signalled() {
    return control.commands().stream()
        .map(command -> ((SignalJob) command).target().jobId())
        .toList();
  }

  @Test
  void variablesAreReadAsTheirOptions() throws Exception {
    FakeInvocation state = new FakeInvocation("scancel", "1").with("SCANCEL_STATE", "foo");
    assertThat(Commands.run(new FakeControl(), state)).isEqualTo(1);
    assertThat(state.errText())
        .isEqualTo(
            "Unrecognized SCANCEL_STATE value: foo\n"
                + "Valid job states are PENDING, RUNNING, and SUSPENDED\n");
    FakeInvocation cluster = new FakeInvocation("scancel", "1").with("SLURM_CLUSTERS", "foo");
    assertThat(Commands.run(new FakeControl(), cluster)).isEqualTo(1);
    assertThat(cluster.errText())
        .isEqualTo(
            "scancel: error: No cluster 'foo' known by database.\n"
                + "scancel: error: 'foo' can't be reached now, or it is an invalid entry for"
                + " --cluster.  Use 'sacctmgr list clusters' to see available clusters.\n");
  }

  @Test
  void cancelsJobs() throws Exception {
    FakeInvocation invocation = scancel(0, "1", "2");
    assertThat(signalled()).containsExactly(1L, 2L);
    assertThat(((SignalJob) control.commands().get(0)).signal()).isEqualTo(SignalJob.CANCEL);
    assertThat(invocation.outText() + invocation.errText()).isEmpty();
  }

  @Test
  void cancelsTasksOfArrays() throws Exception {
    scancel(0, "-v", "7_3", "7_[1-3,9]");
    assertThat(((SignalJob) control.commands().get(0)).target().tasks())
        .containsExactly(new JobArray.Range(3, 3, 1));
    assertThat(((SignalJob) control.commands().get(1)).target().tasks())
        .containsExactly(new JobArray.Range(1, 3, 1), new JobArray.Range(9, 9, 1));
  }

  @Test
  void signalsStepsAndScripts() throws Exception {
    scancel(0, "-s", "USR1", "2.0", "2.extern");
    assertThat(control.commands())
        .containsExactly(new SignalStep(2, 0, 10), new SignalStep(2, Step.EXTERN, 10));
    control.commands().clear();
    scancel(0, "-s", "USR1", "2");
    scancel(0, "-b", "-s", "15", "2");
    scancel(0, "-f", "-s", "SIGHUP", "2");
    scancel(0, "-s", "KILL", "2");
    assertThat(control.commands())
        .extracting(command -> ((SignalJob) command).signal())
        .containsExactly(10, 15, 1, 0);
    assertThat(control.commands())
        .extracting(command -> ((SignalJob) command).scope())
        .containsExactly(SignalScope.STEPS, SignalScope.BATCH, SignalScope.FULL, SignalScope.FULL);
  }

  @Test
  void filtersChooseAmongTheCallersJobs() throws Exception {
    scancel(0, "-t", "PD");
    assertThat(signalled()).containsExactly(1L);
    control.commands().clear();
    scancel(0, "-n", "two");
    assertThat(signalled()).containsExactly(2L);
    control.commands().clear();
    scancel(0, "--me");
    assertThat(signalled()).containsExactly(1L, 2L);
    control.commands().clear();
    scancel(0, "-w", "n1", "-A", "proj");
    assertThat(signalled()).containsExactly(2L);
    control.commands().clear();
    scancel(0, "-u", "user1001");
    assertThat(signalled()).containsExactly(3L);
    control.commands().clear();
    scancel(0, "-p", "a");
    assertThat(signalled()).containsExactly(1L);
    control.commands().clear();
    scancel(0, "--state=RUNNING", "1", "2");
    assertThat(signalled()).containsExactly(2L);
  }

  @Test
  void aUserWhoDoesNotExistIsAMistake() throws Exception {
    assertThat(scancel(1, "-u", "no such user").errText())
        .isEqualTo("scancel: error: Invalid user name: no such user\n");
    assertThat(control.commands()).isEmpty();
  }

  @Test
  void endedJobsAreLeftAlone() throws Exception {
    Job job = control.snapshot().job(1);
    control.put(FakeControl.job(1, job.spec(), JobState.COMPLETED));
    scancel(0, "--me");
    assertThat(signalled()).containsExactly(2L);
  }

  @Test
  void asksFirst() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("scancel", "-i", "1", "2").input("maybe\nn\ny\n");
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(invocation.outText())
        .isEqualTo(
            "Cancel job_id=1 name=wrap partition=main [y/n]? ".repeat(2)
                + "Cancel job_id=2 name=two partition=main [y/n]? ");
    assertThat(signalled()).containsExactly(2L);
  }

  @Test
  void saysWhatItDoes() throws Exception {
    assertThat(scancel(0, "-v", "1").errText()).isEqualTo("scancel: Terminating job 1\n");
    assertThat(scancel(0, "-v", "-s", "USR1", "2").errText())
        .isEqualTo("scancel: Signal 10 to job 2\n");
    assertThat(scancel(0, "-v", "-n", "none").errText())
        .isEqualTo(
            "scancel: error: No active jobs match ALL job filters, including: job_name=none \n");
  }

  @Test
  void errorsOfTheController() throws Exception {
    control.answering(rejecting(ErrorCode.INVALID_JOB_ID));
    assertThat(scancel(1, "99").errText())
        .isEqualTo("scancel: error: Kill job error on job id 99: Invalid job id specified\n");
    assertThat(scancel(1, "-Q", "99").errText()).isEmpty();
    control.answering(rejecting(ErrorCode.ACCESS_DENIED));
    assertThat(scancel(1, "3").errText())
        .isEqualTo("scancel: error: Kill job error on job id 3: Access/permission denied\n");
    control.answering(rejecting(ErrorCode.ALREADY_DONE));
    assertThat(scancel(0, "1").errText()).isEmpty();
    assertThat(scancel(0, "-v", "1").errText())
        .endsWith("Kill job error on job id 1: Job/step already completing or completed\n");
  }

  private static Function<Command, Outcome> rejecting(ErrorCode code) {
    return command -> new Outcome.Rejected(code, "");
  }

  @Test
  void hostileIds() throws Exception {
    for (String id : List.of("-- -5", "99999999999999", "1_99999999999", "1_[0-", "\0", "1;2")) {
      FakeInvocation invocation = new FakeInvocation("scancel", id.split(" "));
      assertThat(Commands.run(control, invocation)).isEqualTo(1);
      assertThat(invocation.errText()).startsWith("scancel: error: Invalid job id ");
    }
    assertThat(control.commands()).isEmpty();
  }
}
