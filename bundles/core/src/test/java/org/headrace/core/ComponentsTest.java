package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.MINUTE;
import static org.headrace.core.Specs.ROOT;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepGroup;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Timing;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;

/** Heterogeneous jobs on two nodes of eight cores. */
class ComponentsTest {
  private static final JobFiles FILES = new JobFiles("#!/bin/sh\n".getBytes(), new byte[0]);

  private final TestCluster cluster = TestCluster.up(2);

  private Outcome submit(JobSpec... specs) {
    List<Command.SubmitJob> components = new ArrayList<>();
    for (JobSpec spec : specs) {
      components.add(new Command.SubmitJob(spec, FILES, 0));
    }
    return cluster.apply(new Command.SubmitComponents(components), ANNA);
  }

  private long accepted(JobSpec... specs) {
    return ((Outcome.JobAccepted) submit(specs)).jobId();
  }

  private static ErrorCode code(Outcome outcome) {
    return ((Outcome.Rejected) outcome).code();
  }

  private Decision start(long job, String node, int core) {
    NodeAllocation part =
        new NodeAllocation(
            cluster.machine.publish().node(node).id(), CoreSet.of(core), 1, 0, List.of(), 1);
    return new Decision.Start(job, "debug", new Allocation(List.of(part), false));
  }

  private void plan(Decision... decisions) {
    cluster.system(
        new Command.ApplyPlan(
            new Plan(0, List.of(decisions), 2), TestCluster.NONE, TestCluster.NONE));
  }

  private List<JobState> states(long... ids) {
    List<JobState> states = new ArrayList<>();
    for (long id : ids) {
      states.add(cluster.state(id));
    }
    return states;
  }

  @Test
  void componentsHaveIdsInARowAndAreOneInTheQueue() {
    long job = accepted(Specs.job(ANNA), Specs.job(ANNA), Specs.job(ANNA));
    assertThat(cluster.job(job + 2).spec().component()).isEqualTo(new JobComponent(job, 2, 3));
    assertThat(cluster.machine.publish().jobOrArray(job)).hasSize(3);
    assertThat(cluster.machine.publish().jobOrArray(job + 1)).hasSize(1);
    var queue = cluster.machine.publish().input().queue();
    assertThat(queue.grouped()).isTrue();
    assertThat(queue.component(1).group()).isEqualTo(job);
  }

  @Test
  void allStartOrNoneDoes() {
    long job = accepted(Specs.job(ANNA), Specs.job(ANNA));
    plan(start(job, "n1", 0));
    assertThat(states(job, job + 1)).containsOnly(JobState.PENDING);
    plan(start(job, "n1", 0), start(job + 1, "n1", 0));
    assertThat(states(job, job + 1)).as("both on one core").containsOnly(JobState.PENDING);
    plan(start(job, "n1", 0), start(job + 1, "n2", 0));
    assertThat(states(job, job + 1)).containsOnly(JobState.RUNNING);
  }

  @Test
  void whatHoldsOneBackHoldsAllBack() {
    Timing held = Timing.ANY.withHold(Timing.Hold.USER);
    long job = accepted(Specs.job(ANNA), Specs.job(ANNA).withTiming(held));
    assertThat(cluster.reason(job)).isEqualTo(Reason.HELD_BY_USER);
    assertThat(cluster.machine.publish().input().queue().size()).isZero();
    cluster.apply(new Command.ReleaseJob(JobTarget.of(job)), ANNA);
    assertThat(cluster.machine.publish().input().queue().size()).isEqualTo(2);
  }

  @Test
  void withTheScriptAllEndAndOnlyTheFirstHasOne() {
    long job = accepted(Specs.job(ANNA), Specs.job(ANNA));
    plan(start(job, "n1", 0), start(job + 1, "n2", 0));
    cluster.system(new Command.NodeReady(job, 0, "n1"));
    assertThat(cluster.machine.publish().steps(job)).hasSize(1);
    assertThat(cluster.machine.publish().steps(job + 1)).isEmpty();
    cluster.system(
        new Command.StepEnded(
            job, 0, Step.BATCH, "n1", new ExitStatus(3, 0), Usage.NONE, false, ""));
    assertThat(states(job, job + 1)).containsOnly(JobState.FAILED);
    assertThat(cluster.job(job + 1).status().exit().code()).isEqualTo(3);
  }

  /** The words are Slurm's: a component is no job of its own to its user. */
  @Test
  void theJobIsCancelledAsAWhole() {
    long waits = accepted(Specs.job(ANNA), Specs.job(ANNA));
    assertThat(code(cancel(waits + 1))).isEqualTo(ErrorCode.NOT_FOR_COMPONENT);
    Command strangers =
        new Command.SignalJob(
            JobTarget.of(waits + 1), 0, Command.SignalScope.FULL, false, ExitStatus.SUCCESS);
    assertThat(code(cluster.apply(strangers, Specs.BERT)))
        .as("others don't learn what it is")
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(cancel(waits)).isEqualTo(Outcome.DONE);
    assertThat(states(waits, waits + 1)).containsOnly(JobState.CANCELLED);
    long runs = accepted(Specs.job(ANNA), Specs.job(ANNA));
    plan(start(runs, "n1", 0), start(runs + 1, "n2", 0));
    assertThat(cancel(runs)).isEqualTo(Outcome.DONE);
    assertThat(states(runs, runs + 1)).containsOnly(JobState.CANCELLED);
  }

  private Outcome cancel(long id) {
    return cluster.apply(
        new Command.SignalJob(
            JobTarget.of(id), 0, Command.SignalScope.FULL, false, ExitStatus.SUCCESS),
        ANNA);
  }

  @Test
  void aLostNodeTakesAllBackToTheQueueWhereTheyWaitForEachOther() {
    long job = accepted(Specs.job(ANNA), Specs.job(ANNA));
    plan(start(job, "n1", 0), start(job + 1, "n2", 0));
    cluster.apply(new Command.UpdateNodes(List.of("n2"), Command.NodeChange.DOWN, "gone"), ROOT);
    assertThat(states(job, job + 1)).containsOnly(JobState.PENDING);
    assertThat(cluster.machine.publish().input().queue().size()).as("n1 isn't clean yet").isZero();
    cluster.system(new Command.NodeReleased(job, 0, "n1", ""));
    cluster.tick(10 * MINUTE);
    assertThat(cluster.machine.publish().input().queue().size()).isEqualTo(2);
  }

  @Test
  void whatTheyCanNeverHaveTogetherIsRefused() {
    JobSpec job = Specs.job(ANNA);
    JobSpec licensed = job.withRequest(job.request().withLicenses(Map.of("matlab", 2)));
    assertThat(code(submit(licensed, licensed))).isEqualTo(ErrorCode.INVALID_LICENSES);
    JobSpec wide = job.withRequest(job.request().withLayout(job.request().layout().withTasks(9)));
    assertThat(code(submit(wide, wide))).isEqualTo(ErrorCode.NODES_UNAVAILABLE);
    assertThat(code(submit(Specs.array(ANNA, 0, 3, 0), job))).isEqualTo(ErrorCode.INVALID_ARRAY);
    assertThat(code(submit(job))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(cluster.machine.publish().jobCount()).isZero();
  }

  private Outcome step(long... jobs) {
    List<Command.CreateStep> steps = new ArrayList<>();
    for (long id : jobs) {
      StepSpec spec = Specs.step(1, 1, 1, StepSpec.StepSharing.WHOLE);
      steps.add(new Command.CreateStep(id, spec, new byte[] {7}));
    }
    return cluster.apply(new Command.CreateSteps(steps), ANNA);
  }

  private List<Step> stepped(long... jobs) {
    return ((Outcome.StepsAccepted) step(jobs)).steps();
  }

  private long running() {
    JobSpec spec = Specs.allocationOnly(ANNA);
    long job = accepted(spec, spec, spec);
    plan(start(job, "n1", 0), start(job + 1, "n2", 0), start(job + 2, "n2", 1));
    cluster.system(new Command.NodeReady(job, 0, "n1"));
    cluster.system(new Command.NodeReady(job + 1, 0, "n2"));
    cluster.system(new Command.NodeReady(job + 2, 0, "n2"));
    return job;
  }

  @Test
  void aStepOverComponentsHasOneNumberAndItsTasksAreNumberedThrough() {
    long job = running();
    List<Step> steps = stepped(job, job + 2);
    assertThat(steps).extracting(Step::id).containsOnly(0);
    assertThat(steps).extracting(Step::jobId).containsExactly(job, job + 2);
    assertThat(steps).extracting(step -> step.group().firstTask()).containsExactly(0, 1);
    assertThat(steps).extracting(step -> step.group().firstNode()).containsExactly(0, 1);
    StepGroup group = steps.get(1).group();
    assertThat(group.jobs()).containsExactly(job, job + 2);
    assertThat(group.allTasks()).isEqualTo(2);
    int n1 = cluster.machine.publish().node("n1").id();
    int n2 = cluster.machine.publish().node("n2").id();
    assertThat(group.nodes()).containsExactly(n1, n2);
    assertThat(stepped(job + 1).get(0).id()).as("none of the job's had it before").isEqualTo(1);
    cluster.system(
        new Command.StepEnded(job + 2, 0, 0, "n2", ExitStatus.SUCCESS, Usage.NONE, false, ""));
    assertThat(cluster.machine.publish().steps(job + 2).get(0).group()).isEqualTo(group);
  }

  @Test
  void aStepIsMadeInAllOfItsComponentsOrInNone() {
    long job = running();
    stepped(job + 1);
    assertThat(code(step(job, job + 1, job + 2))).isEqualTo(ErrorCode.STEP_BUSY);
    assertThat(cluster.machine.publish().steps(job)).isEmpty();
    assertThat(cluster.machine.publish().steps(job + 2)).isEmpty();
    assertThat(stepped(job, job + 2)).extracting(Step::id).containsOnly(1);
  }

  @Test
  void componentsOfAStepAreOneJobsEachNamedOnceAndInOrder() {
    long job = running();
    JobSpec single = Specs.allocationOnly(ANNA);
    long alone = cluster.submit(single);
    plan(start(alone, "n1", 4));
    cluster.system(new Command.NodeReady(alone, 0, "n1"));
    assertThat(code(step(job, alone))).isEqualTo(ErrorCode.INVALID_STEP);
    assertThat(code(step(alone))).isEqualTo(ErrorCode.INVALID_STEP);
    assertThat(code(step(job + 1, job))).isEqualTo(ErrorCode.INVALID_STEP);
    assertThat(code(step(job, job))).isEqualTo(ErrorCode.INVALID_STEP);
    assertThat(code(step())).isEqualTo(ErrorCode.INVALID_STEP);
    assertThat(cluster.machine.publish().steps(job)).isEmpty();
  }
}
