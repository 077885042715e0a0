package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.ROOT;

import java.util.List;
import java.util.Map;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.model.ResourceRequest;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;

/** What {@code PrologFlags} change; as seen on a running Slurm 22.05. */
class ContainerTest {
  private final TestCluster cluster = TestCluster.up(2);

  private long started(String flags, JobSpec spec) {
    cluster.system(new Command.Configure(Specs.cluster(2, Map.of("PrologFlags", flags))));
    ResourceRequest one = spec.request();
    long id =
        cluster.submit(spec.withRequest(one.withNodes(2, 2).withLayout(one.layout().withTasks(2))));
    assertThat(cluster.schedule()).containsExactly(id);
    return id;
  }

  private Step step(long id, int number) {
    return cluster.machine.publish().steps(id).stream()
        .filter(step -> step.id() == number)
        .findFirst()
        .orElse(null);
  }

  @Test
  void aContainerIsOnEachNodeFromTheBeginAndEndsWellWhateverBecomesOfTheJob() {
    long id = started("contain", Specs.job(ANNA));
    Step container = step(id, Step.EXTERN);
    assertThat(container.spec().name()).isEqualTo("extern");
    assertThat(container.parts()).extracting(Step.Part::node).containsExactly(0, 1);
    assertThat(container.tasks()).isEqualTo(2);
    cluster.ready(id);
    StepSpec spec = Specs.step(2, 2, 1, StepSpec.StepSharing.WHOLE);
    assertThat(cluster.apply(new Command.CreateStep(id, spec, new byte[0]), ANNA))
        .isInstanceOf(Outcome.StepAccepted.class);
    cluster.cancel(id, ANNA);
    cluster.stepEnds(id, Step.EXTERN, "n1", 0, 15);
    assertThat(step(id, Step.EXTERN).state()).isEqualTo(JobState.RUNNING);
    cluster.released(id);
    assertThat(step(id, Step.EXTERN).state()).isEqualTo(JobState.COMPLETED);
    assertThat(step(id, Step.EXTERN).exit()).isEqualTo(ExitStatus.SUCCESS);
    assertThat(cluster.state(id)).isEqualTo(JobState.CANCELLED);
    assertThat(cluster.machine.accountingBacklog(0, 100))
        .filteredOn(AccountingRecord.StepChanged.class::isInstance)
        .extracting(record -> ((AccountingRecord.StepChanged) record).step())
        .filteredOn(step -> step.id() == Step.EXTERN)
        .extracting(Step::state)
        .containsExactly(JobState.RUNNING, JobState.COMPLETED);
  }

  @Test
  void aContainerOutlivesTheNodesThatItsJobOutlives() {
    JobSpec spec = Specs.allocationOnly(ANNA);
    long id = started("Contain", spec.withExecution(spec.execution().withOutlivesNodes(true)));
    cluster.ready(id);
    cluster.apply(new Command.UpdateNodes(List.of("n1"), Command.NodeChange.DOWN, "test"), ROOT);
    assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    assertThat(step(id, Step.EXTERN).state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aScriptWaitsForAllNodesWhereItIsToldTo() {
    long id = started("DeferBatch,Alloc", Specs.job(ANNA));
    cluster.system(new Command.NodeReady(id, 0, "n1"));
    assertThat(step(id, Step.BATCH)).isNull();
    cluster.system(new Command.NodeReady(id, 0, "n2"));
    assertThat(step(id, Step.BATCH).state()).isEqualTo(JobState.RUNNING);
    cluster.batchEnds(id, 0, 0);
    cluster.released(id);
    assertThat(cluster.state(id)).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void stepsAreMadeBeforeNodesAreReadyWhereTheyMayWaitThere() {
    StepSpec spec = Specs.step(2, 2, 1, StepSpec.StepSharing.OVERLAP);
    long held = started("", Specs.job(ANNA));
    Outcome outcome = cluster.apply(new Command.CreateStep(held, spec, new byte[0]), ANNA);
    assertThat(((Outcome.Rejected) outcome).code()).isEqualTo(ErrorCode.STEP_BUSY);
    long early = started("NoHold", Specs.job(ANNA));
    assertThat(cluster.job(early).status().has(JobFlag.CONFIGURING)).isTrue();
    assertThat(cluster.apply(new Command.CreateStep(early, spec, new byte[0]), ANNA))
        .isInstanceOf(Outcome.StepAccepted.class);
  }
}
