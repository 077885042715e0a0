package org.headrace.commands.internal.salloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.commands.testing.Running.until;

import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobState;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.headrace.control.command.Command;
import org.headrace.control.command.Command.SignalJob;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;

class SallocTest {
  private final FakeControl control = new FakeControl().startingJobs();

  private Running start(FakeControl with, FakeInvocation invocation) {
    return Running.start(with, new FakeStreams(), invocation);
  }

  @Test
  void runsACommandInItsAllocation() throws Exception {
    FakeInvocation invocation = new FakeInvocation("salloc", "-N2", "-n4", "make", "-j");
    Running running = start(control, invocation);
    until("child", () -> !invocation.childArguments().isEmpty());
    assertThat(invocation.childArguments()).containsExactly("make", "-j");
    assertThat(invocation.childEnvironment())
        .containsEntry("SLURM_JOB_ID", "1")
        .containsEntry("SLURM_JOB_NODELIST", "n[1-2]")
        .containsEntry("SLURM_NNODES", "2")
        .containsEntry("SLURM_NTASKS", "4")
        .containsEntry("SLURM_JOB_CPUS_PER_NODE", "2(x2)")
        .containsEntry("SLURM_TASKS_PER_NODE", "1(x2)")
        .containsEntry("SLURM_CLUSTER_NAME", "peer")
        .containsEntry("SLURM_JOB_NAME", "interactive")
        .containsEntry("HOME", "/home/ada");
    invocation.endChild(3);
    assertThat(running.status()).isEqualTo(3);
    assertThat(invocation.errText())
        .isEqualTo("salloc: Granted job allocation 1\nsalloc: Relinquishing job allocation 1\n");
    SignalJob completion = control.only(SignalJob.class);
    assertThat(completion.complete()).isTrue();
    assertThat(completion.exit()).isEqualTo(new ExitStatus(3, 0));
  }

  @Test
  void allocatesSeveralComponentsAndTellsOfEach() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("salloc", "-n1", ":", "-N2", "-n4", "-c2", "make");
    Running running = start(control, invocation);
    until("child", () -> !invocation.childArguments().isEmpty());
    assertThat(invocation.childArguments()).containsExactly("make");
    assertThat(invocation.childEnvironment())
        .containsEntry("SLURM_JOB_ID", "1")
        .containsEntry("SLURM_HET_SIZE", "2")
        .containsEntry("SLURM_JOB_ID_HET_GROUP_0", "1")
        .containsEntry("SLURM_JOB_ID_HET_GROUP_1", "2")
        .containsEntry("SLURM_NTASKS_HET_GROUP_1", "4")
        .containsEntry("SLURM_CPUS_PER_TASK_HET_GROUP_1", "2")
        .containsEntry("SLURM_JOB_NODELIST_HET_GROUP_1", "n[1-2]")
        .doesNotContainKey("SLURM_JOBID_HET_GROUP_0");
    invocation.endChild(0);
    assertThat(running.status()).isZero();
    Command.SubmitComponents submitted = control.only(Command.SubmitComponents.class);
    assertThat(submitted.components()).hasSize(2);
    assertThat(control.only(SignalJob.class).target().jobId()).isEqualTo(1);
    assertThat(invocation.errText())
        .isEqualTo("salloc: Granted job allocation 1\nsalloc: Relinquishing job allocation 1\n");
  }

  @Test
  void isNotGrantedBeforeAllComponentsRun() throws Exception {
    FakeControl slow = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("salloc", "-n1", ":", "-n2", "true");
    Running running = start(slow, invocation);
    until("message", () -> invocation.errText().contains("waiting"));
    slow.start(1);
    assertThat(invocation.childArguments()).isEmpty();
    slow.start(2);
    until("child", () -> !invocation.childArguments().isEmpty());
    invocation.endChild(0);
    assertThat(running.status()).isZero();
  }

  /** As many tasks as CPUs allow, where none were asked for: a whole node can be filled. */
  @Test
  void tasksFollowFromCpusUnlessTheyWereAskedFor() throws Exception {
    FakeInvocation invocation = new FakeInvocation("salloc", "-N2", "--exclusive", "true");
    Running running = start(control, invocation);
    until("child", () -> !invocation.childArguments().isEmpty());
    assertThat(invocation.childEnvironment()).containsEntry("SLURM_TASKS_PER_NODE", "2(x2)");
    invocation.endChild(0);
    assertThat(running.status()).isZero();
  }

  /** As a Slurm 22.05 says it. */
  @Test
  void saysThatANodeHasFailed() throws Exception {
    FakeInvocation invocation = new FakeInvocation("salloc", "-k", "-N2", "true");
    Running running = start(control, invocation);
    until("child", () -> !invocation.childArguments().isEmpty());
    control.nodesLeft(1);
    until("message", () -> invocation.errText().contains("salloc: error: Node failure on n[1-2]"));
    invocation.endChild(0);
    assertThat(running.status()).isZero();
  }

  @Test
  void saysThatItWaits() throws Exception {
    FakeControl slow = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("salloc", "true");
    Running running = start(slow, invocation);
    until("message", () -> invocation.errText().contains("waiting"));
    slow.start(1);
    invocation.endChild(0);
    assertThat(running.status()).isZero();
    assertThat(invocation.errText())
        .isEqualTo(
            "salloc: Pending job allocation 1\n"
                + "salloc: job 1 queued and waiting for resources\n"
                + "salloc: job 1 has been allocated resources\n"
                + "salloc: Granted job allocation 1\n"
                + "salloc: Relinquishing job allocation 1\n");
  }

  @Test
  void interruptedWhileWaiting() throws Exception {
    FakeControl slow = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("salloc", "true");
    Running running = start(slow, invocation);
    until("message", () -> invocation.errText().contains("waiting"));
    invocation.signal(2);
    assertThat(running.status()).isEqualTo(1);
    assertThat(invocation.errText())
        .endsWith(
            "salloc: Job allocation 1 has been revoked.\nsalloc: Job aborted due to signal\n");
  }

  @Test
  void aCancelledAllocationEndsAShell() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("salloc").with("SHELL", "/bin/bash").onTerminal();
    Running running = start(control, invocation);
    until("child", () -> !invocation.childArguments().isEmpty());
    assertThat(invocation.childArguments()).containsExactly("/bin/bash");
    control.end(1, JobState.CANCELLED, ExitStatus.SUCCESS);
    assertThat(running.status()).isEqualTo(129);
    assertThat(invocation.childSignals()).containsExactly(1);
    assertThat(invocation.errText()).endsWith("salloc: Job allocation 1 has been revoked.\n");
  }

  @Test
  void killCommandChoosesTheSignal() throws Exception {
    FakeInvocation invocation = new FakeInvocation("salloc", "-KUSR1", "true");
    Running running = start(control, invocation);
    until("child", () -> !invocation.childArguments().isEmpty());
    control.end(1, JobState.TIMEOUT, ExitStatus.SUCCESS);
    assertThat(running.status()).isEqualTo(138);
    assertThat(invocation.childSignals()).containsExactly(10);
  }

  @Test
  void withoutShellLeavesTheAllocation() throws Exception {
    FakeInvocation invocation = new FakeInvocation("salloc", "--no-shell");
    assertThat(start(control, invocation).status()).isZero();
    assertThat(invocation.errText()).isEqualTo("salloc: Granted job allocation 1\n");
    assertThat(control.only(Command.SubmitJob.class).spec().name()).isEqualTo("no-shell");
    assertThat(control.commands()).noneMatch(SignalJob.class::isInstance);
  }

  @Test
  void refusedInSlurmsWords() throws Exception {
    control.answering(
        command -> new Outcome.Rejected(ErrorCode.INVALID_PARTITION, "there is main alone"));
    FakeInvocation invocation = new FakeInvocation("salloc", "-pnope", "true");
    assertThat(start(control, invocation).status()).isEqualTo(1);
    assertThat(invocation.errText())
        .isEqualTo(
            "salloc: error: Job submit/allocate failed: Invalid partition name specified\n"
                + "salloc: error: there is main alone\n");
  }
}
