package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.BERT;

import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.StepSpec.StepSharing;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StepTest {
  private final TestCluster cluster = TestCluster.up(2);
  private long job;

  @BeforeEach
  void twoNodesOfFourCpus() {
    ResourceRequest request = ResourceRequest.singleCpu().withNodes(2, 2);
    request = request.withLayout(request.layout().withTasks(8));
    job = cluster.submit(Specs.allocationOnly(ANNA).withRequest(request));
    cluster.schedule();
  }

  private Outcome create(StepSpec spec) {
    return cluster.apply(new Command.CreateStep(job, spec, new byte[] {7}), ANNA);
  }

  private Step step(StepSpec spec) {
    return ((Outcome.StepAccepted) create(spec)).step();
  }

  @Test
  void stepsWaitForTheNodes() {
    assertThat(((Outcome.Rejected) create(Specs.step(2, 2, 1, StepSharing.EXACT))).code())
        .isEqualTo(ErrorCode.STEP_BUSY);
    cluster.ready(job);
    assertThat(create(Specs.step(2, 2, 1, StepSharing.EXACT)))
        .isInstanceOf(Outcome.StepAccepted.class);
    assertThat(cluster.machine.publish().stepEnvironment(job, 0)).containsExactly(7);
  }

  @Test
  void tasksAreDealtInBlocksOfTheSameSize() {
    cluster.ready(job);
    Step step = step(Specs.step(2, 4, 1, StepSharing.EXACT));
    assertThat(step.parts().get(0).taskRanks()).containsExactly(0, 1);
    assertThat(step.parts().get(1).taskRanks()).containsExactly(2, 3);
    assertThat(step.parts().get(0).cores().size()).isEqualTo(2);
  }

  @Test
  void packedTasksFillANodeBeforeTheNext() {
    cluster.ready(job);
    TaskLayout layout = new TaskLayout(4, 1, 0, 0, 0, false, "block,Pack");
    Step step = step(Specs.step(2, List.of(), layout, StepSharing.EXACT));
    assertThat(step.parts().stream().map(Step.Part::taskRanks))
        .containsExactly(List.of(0, 1, 2), List.of(3));
    cluster.stepEnds(job, step.id(), "n1", 0, 0);
    cluster.stepEnds(job, step.id(), "n2", 0, 0);
    assertThat(nodesOf(step(Specs.step(0, List.of(), layout, StepSharing.EXACT))))
        .containsExactly("n1");
  }

  @Test
  void tasksRunWhereTheirUserSays() {
    cluster.ready(job);
    TaskLayout layout = new TaskLayout(3, 1, 0, 0, 0, false, "arbitrary");
    Step step = step(Specs.step(2, List.of("n2", "n1", "n1"), layout, StepSharing.EXACT));
    assertThat(step.parts().stream().map(Step.Part::taskRanks))
        .containsExactly(List.of(1, 2), List.of(0));
    cluster.stepEnds(job, step.id(), "n1", 0, 0);
    cluster.stepEnds(job, step.id(), "n2", 0, 0);
    List<String> crowded = List.of("n2", "n2", "n2", "n2", "n2", "n1");
    TaskLayout six = new TaskLayout(6, 1, 0, 0, 0, false, "arbitrary");
    assertThat(
            step(Specs.step(2, crowded, six, StepSharing.EXACT)).parts().stream()
                .map(Step.Part::taskRanks))
        .containsExactly(List.of(5), List.of(0, 1, 2, 3, 4));
  }

  @Test
  void fewerTasksThanNodesRunWhereTheirUserSays() {
    cluster.ready(job);
    TaskLayout layout = new TaskLayout(1, 1, 0, 0, 0, false, "arbitrary");
    Step step = step(Specs.step(2, List.of("n2"), layout, StepSharing.EXACT));
    assertThat(nodesOf(step)).containsExactly("n2");
    assertThat(step.parts().get(0).taskRanks()).containsExactly(0);
  }

  /** As Slurm 22.05 deals them: each node has as many as it has CPUs, and of the rest its share. */
  @Test
  void moreTasksThanCpusAreDealtEvenly() {
    cluster.ready(job);
    step(Specs.step(1, List.of("n2"), 3, 1, StepSharing.EXACT));
    assertThat(ranks(9, "")).containsExactly(List.of(0, 1, 2, 3, 4, 5), List.of(6, 7, 8));
    assertThat(ranks(9, "cyclic")).containsExactly(List.of(0, 2, 4, 6, 7, 8), List.of(1, 3, 5));
    assertThat(ranks(6, "")).containsExactly(List.of(0, 1, 2, 3, 4), List.of(5));
    assertThat(ranks(3, "")).containsExactly(List.of(0, 1), List.of(2));
  }

  @Test
  void numbersWhoseProductsAreTooLargeAreRefusedOrCutAndNeverTurnAround() {
    cluster.ready(job);
    TaskLayout perNode = new TaskLayout(TaskLayout.UNSET, 1, 2_000_000_000, 0, 0, false, "");
    assertThat(((Outcome.Rejected) create(Specs.step(2, List.of(), perNode, StepSharing.EXACT))))
        .extracting(Outcome.Rejected::code)
        .isEqualTo(ErrorCode.INVALID_TASK_COUNT);
    TaskLayout wide = new TaskLayout(4, 2_000_000_000, 0, 0, 0, true, "");
    assertThat(step(Specs.step(1, List.of(), wide, StepSharing.EXACT)).parts().get(0).cpus())
        .isEqualTo(4);
  }

  @Test
  void noDevicesForEachTaskAreRefused() {
    cluster.ready(job);
    List<GresRequest> none = List.of(new GresRequest("gpu", "", 0, GresRequest.Scope.TASK));
    assertThat(create(Specs.step(1, none)))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            rejected -> assertThat(rejected.message()).contains("asked for 0 of gpu"));
  }

  /** Of an overcommitted step that has four CPUs of the first node and one of the second. */
  private List<List<Integer>> ranks(int tasks, String distribution) {
    TaskLayout layout = new TaskLayout(tasks, 1, 0, 0, 0, true, distribution);
    Step step = step(Specs.step(2, List.of(), layout, StepSharing.EXACT));
    cluster.stepEnds(job, step.id(), "n1", 0, 0);
    cluster.stepEnds(job, step.id(), "n2", 0, 0);
    return step.parts().stream().map(Step.Part::taskRanks).toList();
  }

  private List<String> nodesOf(Step step) {
    return step.parts().stream()
        .map(part -> cluster.machine.publish().definition().nodes().get(part.node()).name())
        .toList();
  }

  @Test
  void namedNodesAreAmongThoseOfAStepThatWantsMoreAndAllOfOneThatDoesNot() {
    cluster.ready(job);
    assertThat(nodesOf(step(Specs.step(2, List.of("n2"), 2, 1, StepSharing.EXACT))))
        .containsExactly("n1", "n2");
    assertThat(nodesOf(step(Specs.step(0, List.of("n2"), 1, 1, StepSharing.EXACT))))
        .containsExactly("n2");
    assertThat(nodesOf(step(Specs.step(1, List.of("n2"), 1, 1, StepSharing.EXACT))))
        .containsExactly("n2");
  }

  @Test
  void aNamedNodeThatIsBusyIsNotReplacedByAnother() {
    cluster.ready(job);
    step(Specs.step(0, List.of("n2"), 4, 1, StepSharing.EXACT));
    assertThat(
            ((Outcome.Rejected) create(Specs.step(1, List.of("n2"), 1, 1, StepSharing.EXACT)))
                .code())
        .isEqualTo(ErrorCode.STEP_BUSY);
  }

  @Test
  void exactStepsShareTheJobAndWaitWhenItIsFull() {
    cluster.ready(job);
    Step first = step(Specs.step(0, 4, 1, StepSharing.EXACT));
    Step second = step(Specs.step(0, 4, 1, StepSharing.EXACT));
    assertThat(first.parts()).hasSize(1);
    assertThat(second.parts().get(0).node()).isNotEqualTo(first.parts().get(0).node());
    assertThat(((Outcome.Rejected) create(Specs.step(0, 1, 1, StepSharing.EXACT))).code())
        .isEqualTo(ErrorCode.STEP_BUSY);
    assertThat(create(Specs.step(0, 1, 1, StepSharing.OVERLAP)))
        .isInstanceOf(Outcome.StepAccepted.class);
    cluster.stepEnds(job, first.id(), "n1", 0, 0);
    assertThat(create(Specs.step(0, 1, 1, StepSharing.EXACT)))
        .isInstanceOf(Outcome.StepAccepted.class);
  }

  @Test
  void aStepThatNeverFitsIsRefused() {
    cluster.ready(job);
    Outcome.Rejected tooMany = (Outcome.Rejected) create(Specs.step(0, 9, 1, StepSharing.EXACT));
    assertThat(tooMany.code()).isEqualTo(ErrorCode.INVALID_TASK_COUNT);
    assertThat(tooMany.message()).contains("9 tasks", "room for 8");
    assertThat(((Outcome.Rejected) create(Specs.step(3, 3, 1, StepSharing.EXACT))).code())
        .isEqualTo(ErrorCode.INVALID_NODE_COUNT);
  }

  @Test
  void aStepIsToldWhatItsJobDoesNotHave() {
    cluster.ready(job);
    Outcome.Rejected wide = (Outcome.Rejected) create(Specs.step(2, 2, 5, StepSharing.EXACT));
    assertThat(wide.code()).isEqualTo(ErrorCode.INVALID_TASK_COUNT);
    assertThat(wide.message())
        .isEqualTo("asked for 5 CPUs for each task; the job has at most 4 on a node");
  }

  /** As Slurm's derived exit code: the highest wait status, in which a code outweighs a signal. */
  @Test
  void theHighestExitOfTheStepsIsACodeRatherThanASignal() {
    cluster.ready(job);
    Step first = step(Specs.step(0, 1, 1, StepSharing.EXACT));
    cluster.stepEnds(job, first.id(), "n1", 5, 0);
    Step second = step(Specs.step(0, 1, 1, StepSharing.EXACT));
    cluster.stepEnds(job, second.id(), "n1", 0, 9);
    assertThat(cluster.job(job).status().worstStepExit()).isEqualTo(new ExitStatus(5, 0));
  }

  @Test
  void aStepEndsWithItsLastNodeAndTheJobRemembersTheWorst() {
    cluster.ready(job);
    Step step = step(Specs.step(2, 2, 1, StepSharing.WHOLE));
    cluster.stepEnds(job, step.id(), "n1", 3, 0);
    assertThat(cluster.machine.publish().steps(job).get(0).state()).isEqualTo(JobState.RUNNING);
    cluster.stepEnds(job, step.id(), "n2", 0, 0);
    Step ended = cluster.machine.publish().steps(job).get(0);
    assertThat(ended.state()).isEqualTo(JobState.FAILED);
    assertThat(ended.exit()).isEqualTo(new ExitStatus(3, 0));
    assertThat(ended.usage().userMillis()).isEqualTo(20);
    assertThat(cluster.job(job).status().worstStepExit()).isEqualTo(new ExitStatus(3, 0));
    assertThat(cluster.state(job)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aMessageReachesARunningJobOfOnesOwn() {
    Command.NotifyJob hello = new Command.NotifyJob(JobTarget.of(job), "hello");
    Outcome other = cluster.apply(hello, BERT);
    assertThat(((Outcome.Rejected) other).code()).isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(cluster.apply(hello, ANNA)).isEqualTo(Outcome.DONE);
    String endless = "x".repeat(Command.NotifyJob.LONGEST + 1);
    Outcome tooLong = cluster.apply(new Command.NotifyJob(JobTarget.of(job), endless), ANNA);
    assertThat(((Outcome.Rejected) tooLong).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(cluster.events(Event.JobNotified.class))
        .extracting(Event.JobNotified::text)
        .containsExactly("hello");
    cluster.cancel(job, ANNA);
    cluster.released(job);
    Outcome late = cluster.apply(hello, ANNA);
    assertThat(((Outcome.Rejected) late).code()).isEqualTo(ErrorCode.NOT_RUNNING);
  }

  @Test
  void aCancelledStepIsAskedAndThenKilled() {
    cluster.ready(job);
    Step step = step(Specs.step(1, 1, 1, StepSharing.EXACT));
    Outcome other = cluster.apply(new Command.SignalStep(job, step.id(), 0), BERT);
    assertThat(((Outcome.Rejected) other).code()).isEqualTo(ErrorCode.ACCESS_DENIED);
    cluster.apply(new Command.SignalStep(job, step.id(), 0), ANNA);
    cluster.tick(30_000);
    assertThat(cluster.events(Event.SignalRequested.class))
        .extracting(Event.SignalRequested::signal)
        .containsExactly(15, 9);
  }

  @Test
  void theEndOfTheJobEndsItsSteps() {
    cluster.ready(job);
    Step step = step(Specs.step(2, 2, 1, StepSharing.EXACT));
    cluster.cancel(job, ANNA);
    cluster.released(job);
    assertThat(cluster.machine.publish().steps(job).get(step.id()).state())
        .isEqualTo(JobState.CANCELLED);
  }
}
