package org.headrace.commands.internal.srun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.commands.testing.Running.until;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobState;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.StepSpec.StepSharing;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.ResourceRequest;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Command.SignalJob;
import org.headrace.control.command.Command.SignalStep;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SrunTest {
  private final FakeControl control = new FakeControl().startingJobs();
  private final FakeStreams streams = new FakeStreams();

  private Command.CreateStep created() {
    return control.only(Command.CreateStep.class);
  }

  private void finish(int... codes) throws Exception {
    for (int task = 0; task < codes.length; task++) {
      streams.tasks().taskEnded(task, codes[task], 0, "n1");
    }
    streams.tasks().closed();
    int worst = 0;
    for (int code : codes) {
      worst = Math.max(worst, code);
    }
    control.endStep(created().jobId(), 0, new ExitStatus(worst, 0));
  }

  /** A batch job of two nodes, inside which steps are made. */
  private FakeInvocation inJob(String... arguments) throws Exception {
    Commands.run(control, new FakeInvocation("sbatch", "-N2", "--wrap=true"));
    return new FakeInvocation("srun", arguments).with("SLURM_JOB_ID", "1");
  }

  @Test
  void getsAnAllocationRunsAndGivesItBack() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "-n2", "echo", "-n", "hi").input("in");
    Running running = Running.start(control, streams, invocation);
    streams.print(0, "hi\n");
    streams.print(1, "ho\n");
    finish(0, 0);
    assertThat(running.status()).isZero();
    assertThat(invocation.outText()).isEqualTo("hi\nho\n");
    assertThat(invocation.errText()).isEmpty();
    assertThat(created().spec().argv()).containsExactly("echo", "-n", "hi");
    assertThat(created().spec().layout().tasks()).isEqualTo(2);
    assertThat(created().spec().attributes())
        .containsEntry("SrunHost", "login1")
        .containsEntry("SrunPid", "4711");
    assertThat(new String(created().environment(), StandardCharsets.UTF_8))
        .contains(
            "SLURM_JOB_ID=1\0", "SRUN_DEBUG=3\0", "HOME=/home/ada\0", "SLURM_JOB_NODELIST=n1\0");
    assertThat(streams.input()).isEqualTo("in");
    assertThat(streams.inputTask()).isEqualTo(-1);
    assertThat(streams.inputEnded()).isTrue();
    assertThat(streams.consumed()).isEqualTo(6);
    Command.SubmitJob submit = control.only(Command.SubmitJob.class);
    assertThat(submit.spec().execution().batch()).isFalse();
    assertThat(submit.spec().name()).isEqualTo("echo");
    SignalJob completion = control.only(SignalJob.class);
    assertThat(completion.complete()).isTrue();
    assertThat(completion.exit()).isEqualTo(ExitStatus.SUCCESS);
    assertThat(control.listeners()).isZero();
  }

  @Test
  void labelsLines() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "-n11", "-l", "x");
    Running running = Running.start(control, streams, invocation);
    streams.print(0, "a");
    streams.print(10, "c\nd");
    streams.print(0, "b\n");
    finish(new int[11]);
    assertThat(running.status()).isZero();
    assertThat(invocation.outText()).isEqualTo("10: c\n 0: ab\n10: d\n");
  }

  /** Their bytes have left the nodes, and the client hasn't printed them. */
  @Test
  void linesThatHadBegunWhenTheControllerWasLostComeWhole() throws Exception {
    FakeInvocation first = new FakeInvocation("srun", "-n3", "-l", "x");
    Running.start(control, streams, first);
    streams.print(0, "half a ");
    streams.print(1, "whole\nand ");
    until("it is told", () -> last(first.tokens()).matches(".*=17;0:.*;2:.*"));
    String token = last(first.tokens());
    String before = first.outText();
    FakeInvocation second = new FakeInvocation("srun", "-n3", "-l", "x").resuming(token);
    FakeStreams others = new FakeStreams();
    Running running = Running.start(control, others, second);
    others.print(0, "line\n");
    others.print(1, "more");
    until("it is printed", () -> second.outText().contains("line"));
    assertThat(second.tokens()).last().asString().doesNotContain(";0:");
    for (int task = 0; task < 3; task++) {
      others.tasks().taskEnded(task, 0, 0, "n1");
    }
    others.tasks().closed();
    control.endStep(created().jobId(), 0, ExitStatus.SUCCESS);
    assertThat(running.status()).isZero();
    assertThat(before + second.outText()).isEqualTo("1: whole\n0: half a line\n1: and more\n");
  }

  private static String last(List<String> tokens) {
    return tokens.isEmpty() ? "" : tokens.get(tokens.size() - 1);
  }

  @Test
  void reportsTasksThatFailAndReturnsTheWorst() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "-n4", "x");
    Running running = Running.start(control, streams, invocation);
    finish(0, 3, 3, 2);
    assertThat(running.status()).isEqualTo(3);
    assertThat(invocation.errText())
        .isEqualTo(
            "srun: error: n1: tasks 1-2: Exited with exit code 3\n"
                + "srun: error: n1: task 3: Exited with exit code 2\n");
    assertThat(control.only(SignalJob.class).exit()).isEqualTo(new ExitStatus(3, 0));
  }

  @Test
  void reportsSignals() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "x");
    Running running = Running.start(control, streams, invocation);
    streams.tasks().taskEnded(0, 0, 9, "n2");
    streams.tasks().closed();
    assertThat(running.status()).isEqualTo(137);
    assertThat(invocation.errText())
        .isEqualTo("srun: error: n2: task 0: Killed\nsrun: Force Terminated StepId=1.0\n");
  }

  @Test
  void saysThatSomebodyElseEndsTheJob() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "x");
    Running running = Running.start(control, streams, invocation);
    streams.tasks();
    control.end(1, JobState.CANCELLED, ExitStatus.SUCCESS);
    until("message", () -> invocation.errText().contains("aborted"));
    streams.tasks().taskEnded(0, 0, 15, "n1");
    streams.tasks().closed();
    assertThat(running.status()).isEqualTo(143);
    assertThat(invocation.errText())
        .isEqualTo(
            "srun: Job step aborted: Waiting up to 7 seconds for job step to finish.\n"
                + "srun: error: n1: task 0: Terminated\n");
  }

  @Test
  void saysWhichOfItsNodesFailed() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "x");
    Running running = Running.start(control, streams, invocation);
    streams.tasks();
    control.nodeDown("n2");
    control.nodeDown("n1");
    control.nodeDown("n1");
    until("message", () -> invocation.errText().contains("n1"));
    finish(0);
    assertThat(running.status()).isZero();
    assertThat(invocation.errText()).isEqualTo("srun: error: Node failure on n1\n");
  }

  @Test
  void saysThatSomebodyElseEndsTheStep() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "x");
    Running running = Running.start(control, streams, invocation);
    streams.tasks();
    control.signalRequested(1, 1, 15);
    control.signalRequested(1, 0, 15);
    until("message", () -> invocation.errText().contains("aborted"));
    finish(0);
    assertThat(running.status()).isZero();
    assertThat(invocation.errText())
        .isEqualTo("srun: Job step aborted: Waiting up to 7 seconds for job step to finish.\n");
  }

  @Test
  void saysThatItWaits() throws Exception {
    FakeControl slow = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("srun", "x");
    Running running = Running.start(slow, streams, invocation);
    until("message", () -> invocation.errText().contains("waiting"));
    slow.start(1);
    streams.tasks().taskEnded(0, 0, 0, "n1");
    streams.tasks().closed();
    assertThat(running.status()).isZero();
    assertThat(invocation.errText())
        .isEqualTo(
            "srun: job 1 queued and waiting for resources\n"
                + "srun: job 1 has been allocated resources\n");
  }

  @Test
  void interruptedWhileWaitingCancelsTheJob() throws Exception {
    FakeControl slow = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("srun", "x");
    Running running = Running.start(slow, streams, invocation);
    until("message", () -> invocation.errText().contains("waiting"));
    invocation.signal(2);
    assertThat(running.status()).isEqualTo(1);
    assertThat(invocation.errText())
        .endsWith("srun: Job allocation 1 has been revoked\nsrun: Force Terminated JobId=1\n");
    assertThat(slow.only(SignalJob.class).complete()).isFalse();
  }

  @Test
  void cancelledWhileWaiting() throws Exception {
    FakeControl slow = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("srun", "x");
    Running running = Running.start(slow, streams, invocation);
    until("message", () -> invocation.errText().contains("waiting"));
    slow.end(1, JobState.CANCELLED, ExitStatus.SUCCESS);
    assertThat(running.status()).isEqualTo(1);
    assertThat(invocation.errText())
        .contains(
            "srun: Job has been cancelled\n"
                + "srun: error: Unable to allocate resources: Job/step already completing or"
                + " completed\n");
  }

  @Test
  void immediateGivesUp() throws Exception {
    control.answering(
        command -> new Outcome.Rejected(ErrorCode.CANNOT_START_NOW, "all nodes are busy"));
    FakeInvocation invocation =
        new FakeInvocation("srun", "-I", "x").with("SLURM_EXIT_IMMEDIATE", "9");
    assertThat(Commands.run(control, invocation)).isEqualTo(9);
    assertThat(invocation.errText())
        .startsWith("srun: error: Unable to allocate resources: Requested nodes are busy\n");
    assertThat(control.only(Command.SubmitJob.class).immediateSeconds()).isEqualTo(1);
  }

  /** Ports of a node may be another job's. */
  @Test
  void waitsForPortsThatAStepOfAnotherJobHas() throws Exception {
    FakeInvocation invocation = inJob("--resv-ports=2", "x");
    control.put(FakeControl.job(2, control.snapshot().job(1).spec(), JobState.RUNNING));
    AtomicInteger attempts = new AtomicInteger();
    control.answering(
        command ->
            command instanceof Command.CreateStep create
                    && create.jobId() == 1
                    && attempts.getAndIncrement() < 2
                ? new Outcome.Rejected(ErrorCode.STEP_BUSY, "")
                : null);
    Running running = Running.start(control, streams, invocation);
    until("message", () -> invocation.errText().contains("retrying"));
    StepSpec plain = created().spec();
    for (StepSpec spec :
        List.of(plain, plain.withAttribute(StepSpec.RESERVED_PORTS, "31000-31001"))) {
      control.execute(new Command.CreateStep(2, spec, new byte[0]), Actor.SYSTEM);
    }
    control.endStep(2, 0, new ExitStatus(0, 0));
    control.endStep(2, 1, new ExitStatus(0, 0));
    until("second attempt", () -> attempts.get() == 2);
    control.endStep(2, 1, new ExitStatus(0, 0));
    streams.tasks().taskEnded(0, 0, 0, "n1");
    streams.tasks().closed();
    assertThat(running.status()).isZero();
    assertThat(attempts).hasValue(3);
  }

  @Test
  void insideAJobWaitsForItsTurnByEvents() throws Exception {
    FakeInvocation invocation = inJob("--exact", "-n1", "x");
    AtomicInteger attempts = new AtomicInteger();
    control.answering(
        command ->
            command instanceof Command.CreateStep && attempts.getAndIncrement() == 0
                ? new Outcome.Rejected(ErrorCode.STEP_BUSY, "")
                : null);
    Running running = Running.start(control, streams, invocation);
    until("message", () -> invocation.errText().contains("retrying"));
    assertThat(attempts).hasValue(1);
    control.put(control.snapshot().job(1));
    streams.tasks().taskEnded(0, 0, 0, "n1");
    streams.tasks().closed();
    assertThat(running.status()).isZero();
    assertThat(attempts).hasValue(2);
    assertThat(invocation.errText())
        .isEqualTo(
            "srun: Job 1 step creation temporarily disabled, retrying (Requested nodes are busy)\n"
                + "srun: Step created for job 1\n");
    assertThat(control.commands()).noneMatch(SignalJob.class::isInstance);
  }

  @Test
  void insideAJobTakesNodesAndTasksFromIt() throws Exception {
    FakeInvocation invocation =
        inJob("x").with("SLURM_NNODES", "2").with("SLURM_NTASKS_PER_NODE", "3");
    Running running = Running.start(control, streams, invocation);
    finish(0, 0, 0, 0, 0, 0);
    assertThat(running.status()).isZero();
    assertThat(created().spec().nodes()).isEqualTo(2);
    assertThat(created().spec().layout().tasks()).isEqualTo(6);
    assertThat(created().spec().sharing()).isEqualTo(StepSharing.WHOLE);
    assertThat(created().spec().attributes()).containsEntry("SubmitLine", "srun x");
  }

  /** As a Slurm 22.05 says it, of a job that goes on without a node. */
  @Test
  void whatItWasToldOfNodesThatHaveLeftTheJobDoesNotCount() throws Exception {
    FakeInvocation invocation = inJob("-k", "-K", "x").with("SLURM_JOB_NUM_NODES", "3");
    Running running = Running.start(control, streams, invocation);
    finish(0, 0);
    assertThat(running.status()).isZero();
    assertThat(created().spec().nodes()).isEqualTo(2);
    assertThat(created().spec().outlivesNodes()).isTrue();
    assertThat(created().spec().killOnBadExit()).isFalse();
    assertThat(invocation.errText())
        .isEqualTo(
            "srun: error: SLURM_JOB_NUM_NODES environment variable conflicts with allocated node"
                + " count (3 != 2).\n");
  }

  /** What a Slurm 22.05 makes of a file with these names: the n-th is that of task n. */
  @Test
  void aHostFileSaysWhereEachTaskRuns() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("srun", "x")
            .with("SLURM_HOSTFILE", "hosts")
            .file("./hosts", "n2\nn1\nn2");
    Running running = Running.start(control, streams, invocation);
    finish(0, 0, 0);
    assertThat(running.status()).isZero();
    assertThat(created().spec().nodeNames()).containsExactly("n2", "n1", "n2");
    assertThat(created().spec().layout().tasks()).isEqualTo(3);
    assertThat(created().spec().layout().distribution()).isEqualTo("arbitrary");
    ResourceRequest request = control.only(Command.SubmitJob.class).spec().request();
    assertThat(request.nodes().required()).containsExactly("n2", "n1");
    assertThat(request.minNodes()).isEqualTo(2);
    assertThat(request.layout().tasksPerNode()).as("room for two on each").isEqualTo(2);
  }

  @Test
  void moreTasksThanNamedNodesAndNoNamesAreRefused() throws Exception {
    FakeInvocation few = new FakeInvocation("srun", "-marbitrary", "-n3", "-wn1,n2", "x");
    assertThat(Commands.run(control, few)).isEqualTo(1);
    assertThat(few.errText())
        .isEqualTo(
            "srun: error: Too few NodeNames in Slurm Hostfile\n"
                + "srun: error: 3 tasks, 2 names of nodes: write one for each task\n");
    FakeInvocation none = new FakeInvocation("srun", "-m", "arbitrary", "-n2", "x");
    assertThat(Commands.run(control, none)).isEqualTo(1);
    assertThat(none.errText())
        .isEqualTo(
            "srun: error: With Arbitrary distribution you need to specify a nodelist or hostfile"
                + " with the -w option\n");
  }

  @Test
  void moreTasksThanTheJobHasRoomForAreRefusedInSlurmsWords() throws Exception {
    control.answering(
        command ->
            command instanceof Command.CreateStep
                ? new Outcome.Rejected(ErrorCode.INVALID_TASK_COUNT, "room for 4")
                : null);
    FakeInvocation invocation = inJob("-n9", "x");
    assertThat(Commands.run(control, invocation)).isEqualTo(1);
    assertThat(invocation.errText())
        .isEqualTo(
            "srun: error: Unable to create step for job 1: More processors requested than"
                + " permitted\nsrun: error: room for 4\n");
  }

  @Test
  void aStepTakesAsManyNodesOfItsRangeAsTheJobHas() throws Exception {
    FakeInvocation invocation = inJob("-N1-3", "x");
    Running running = Running.start(control, streams, invocation);
    finish(0, 0);
    assertThat(running.status()).isZero();
    assertThat(created().spec().nodes()).isEqualTo(2);
    assertThat(created().spec().layout().tasks()).isEqualTo(2);
  }

  @Test
  void aStepOfARangeHasNoMoreNodesThanTasks() throws Exception {
    FakeInvocation invocation = inJob("-N1-2", "-n1", "x");
    Running running = Running.start(control, streams, invocation);
    finish(0);
    assertThat(running.status()).isZero();
    assertThat(created().spec().nodes()).isEqualTo(1);
  }

  @Test
  void insideAJobWaitsInSilenceUntilAllNodesAreReady() throws Exception {
    FakeInvocation invocation = inJob("-n1", "x");
    control.prepare(1);
    Running running = Running.start(control, streams, invocation);
    until("it waits", () -> control.listeners() > 0);
    assertThat(control.commands()).noneMatch(Command.CreateStep.class::isInstance);
    control.start(1);
    finish(0);
    assertThat(running.status()).isZero();
    assertThat(invocation.errText()).isEmpty();
  }

  @Test
  void otherSignalsGoToTheTasks() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "x");
    Running running = Running.start(control, streams, invocation);
    streams.tasks();
    invocation.signal(10);
    until("signal", () -> control.commands().stream().anyMatch(SignalStep.class::isInstance));
    finish(0);
    assertThat(running.status()).isZero();
    assertThat(control.only(SignalStep.class).signal()).isEqualTo(10);
  }

  @Test
  void endsWithItsUser() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "x");
    Running running = Running.start(control, streams, invocation);
    streams.tasks();
    invocation.disconnect();
    assertThat(running.status()).isEqualTo(1);
    SignalJob end = control.only(SignalJob.class);
    assertThat(end.signal()).isEqualTo(SignalJob.CANCEL);
    assertThat(end.complete()).as("its user has gone, which is a cancellation").isFalse();
  }

  @Test
  void oneTasksOutputAlone() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "-n2", "-o", "1", "x");
    Running running = Running.start(control, streams, invocation);
    streams.print(0, "zero\n");
    streams.print(1, "one\n");
    finish(0, 0);
    assertThat(running.status()).isZero();
    assertThat(invocation.outText()).isEqualTo("one\n");
  }

  private String memoryBinding(String wish) throws Exception {
    FakeControl own = new FakeControl().startingJobs();
    FakeStreams ownStreams = new FakeStreams();
    FakeInvocation invocation = new FakeInvocation("srun", "--mem-bind=" + wish, "x");
    Running running = Running.start(own, ownStreams, invocation);
    ownStreams.tasks().taskEnded(0, 0, 0, "n1");
    ownStreams.tasks().closed();
    assertThat(running.status()).isZero();
    assertThat(invocation.errText()).isEmpty();
    assertThat(own.only(Command.CreateStep.class).spec().attributes())
        .containsEntry(StepSpec.MEM_BIND, wish);
    String all =
        new String(own.only(Command.CreateStep.class).environment(), StandardCharsets.UTF_8);
    return Arrays.stream(all.split("\0"))
        .filter(entry -> entry.startsWith("SLURM_MEM_BIND"))
        .map(entry -> entry.substring("SLURM_MEM_BIND".length()))
        .collect(Collectors.joining(" "));
  }

  @Test
  void tasksFindHowTheirMemoryShouldBeBound() throws Exception {
    assertThat(memoryBinding("local")).isEqualTo("=quiet,local _VERBOSE=quiet _TYPE=local _LIST=");
    assertThat(memoryBinding("v,none"))
        .isEqualTo("=verbose,none _VERBOSE=verbose _TYPE=none _LIST=");
    assertThat(memoryBinding("map_mem:0,1"))
        .isEqualTo("=quiet,map_mem:0,1 _VERBOSE=quiet _TYPE=map_mem: _LIST=0,1");
    assertThat(memoryBinding("mask_mem:0x1"))
        .isEqualTo("=quiet,mask_mem:1 _VERBOSE=quiet _TYPE=mask_mem: _LIST=1");
    assertThat(memoryBinding("prefer,sort,local"))
        .isEqualTo(
            "=quiet,prefer,local _VERBOSE=quiet _TYPE=local _LIST= _PREFER=prefer _SORT=sort");
  }

  @Test
  void aStepOfItsOwnJobHasTheTasksThatFollowFromItsGpus() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("srun", "--gpus=2", "--gpus-per-task=1", "--cpu-bind=none", "x");
    Running running = Running.start(control, streams, invocation);
    finish(0, 0);
    assertThat(running.status()).as(invocation.errText()).isZero();
    assertThat(created().spec().layout().tasks()).isEqualTo(2);
    assertThat(created().spec().gres())
        .containsExactly(new GresRequest("gpu", "", 1, GresRequest.Scope.TASK));
  }

  @Test
  void mpiList() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "--mpi=list");
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(invocation.outText()).isEqualTo("MPI plugin types are...\n\tnone\n\tpmi2\n");
  }

  @Test
  void mpiListByVariable() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "x").with("SLURM_MPI_TYPE", "list");
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(invocation.outText()).startsWith("MPI plugin types are...\n");
  }

  @Test
  void aStepMayHaveNoneOfTheResourcesOfItsJob() throws Exception {
    Running running =
        Running.start(control, streams, new FakeInvocation("srun", "--gres=none", "x"));
    finish(0);
    assertThat(running.status()).isZero();
    assertThat(created().spec().attributes()).containsEntry(StepSpec.NO_GRES, "1");
  }

  @Test
  void tasksOfAParallelProgramAreToldHow() throws Exception {
    Running running =
        Running.start(control, streams, new FakeInvocation("srun", "--mpi=pmi2", "-n2", "x"));
    finish(0, 0);
    assertThat(running.status()).isZero();
    assertThat(created().spec().attributes()).containsEntry(StepSpec.MPI, StepSpec.PMI);
    assertThat(new String(created().environment(), StandardCharsets.UTF_8))
        .contains("SLURM_MPI_TYPE=pmi2\0");
  }

  @Test
  void otherKindsOfMpiAreNoneOrRefused() throws Exception {
    Running running =
        Running.start(control, streams, new FakeInvocation("srun", "--mpi=openmpi", "x"));
    finish(0);
    assertThat(running.status()).isZero();
    assertThat(created().spec().attributes()).doesNotContainKey(StepSpec.MPI);
    FakeInvocation unknown = new FakeInvocation("srun", "--mpi=xyz", "x");
    assertThat(Commands.run(control, unknown)).isEqualTo(1);
    assertThat(unknown.errText())
        .isEqualTo("srun: error: Invalid MPI type 'xyz', --mpi=list for acceptable types\n");
    FakeInvocation pmix = new FakeInvocation("srun", "--mpi=pmix_v4", "x");
    assertThat(Commands.run(control, pmix)).isEqualTo(1);
    assertThat(pmix.errText())
        .contains("Invalid MPI type 'pmix_v4'", "built without PMIx", "run with --mpi=pmi2");
  }

  /** The program of the distribution says whether it was built with PMIx. */
  @Test
  void pmixIsThereWhereItWasBuilt(@TempDir Path home) throws Exception {
    Path server = Files.createDirectory(home.resolve("sbin")).resolve("headrace-pmix");
    Files.writeString(server, "#!/bin/sh\necho pmix_v4 OpenPMIx 4.2\n");
    assertThat(server.toFile().setExecutable(true)).isTrue();
    System.setProperty("headrace.home", home.toString());
    try {
      FakeInvocation list = new FakeInvocation("srun", "--mpi=list");
      Commands.run(control, list);
      assertThat(list.outText())
          .isEqualTo(
              "MPI plugin types are...\n\tnone\n\tpmi2\n\tpmix\n"
                  + "specific pmix plugin versions available: pmix_v4\n");
      FakeInvocation older = new FakeInvocation("srun", "--mpi=pmix_v3", "x");
      assertThat(Commands.run(control, older)).isEqualTo(1);
      Running running =
          Running.start(control, streams, new FakeInvocation("srun", "--mpi=pmix_v4", "x"));
      finish(0);
      assertThat(running.status()).isZero();
      assertThat(created().spec().attributes()).containsEntry(StepSpec.MPI, StepSpec.PMIX);
    } finally {
      System.clearProperty("headrace.home");
    }
  }

  @Test
  void severalProgramsAreOneScript() throws Exception {
    String file = "# two programs\n0 echo 'a b' %t\n1-2 echo it\\'s %o:%t\n";
    MultiProgram programs =
        MultiProgram.parse(
            "mp", file.replace("\\'", "").getBytes(StandardCharsets.UTF_8), List.of());
    for (int task = 0; task < 3; task++) {
      ProcessBuilder builder = new ProcessBuilder(programs.argv(3));
      builder.environment().put("SLURM_PROCID", Integer.toString(task));
      Process process = builder.start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(printed)
          .isEqualTo(task == 0 ? "a b 0\n" : "its " + (task - 1) + ":" + task + "\n");
    }
  }
}
