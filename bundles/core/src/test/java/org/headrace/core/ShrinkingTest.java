package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.ROOT;

import java.util.List;
import org.headrace.api.account.Tres;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.model.ResourceRequest;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.junit.jupiter.api.Test;

/** Jobs that lose a node and go on; what is expected was seen on a running Slurm 22.05. */
class ShrinkingTest {
  private final TestCluster cluster = TestCluster.up(3);

  private long started(JobSpec spec) {
    long id = cluster.submit(onThree(spec));
    assertThat(cluster.schedule()).containsExactly(id);
    cluster.ready(id);
    cluster.events.clear();
    return id;
  }

  private static JobSpec onThree(JobSpec spec) {
    ResourceRequest one = spec.request();
    return spec.withRequest(one.withNodes(3, 3).withLayout(one.layout().withTasks(3)));
  }

  private static JobSpec outliving(JobSpec spec) {
    return spec.withExecution(spec.execution().withOutlivesNodes(true));
  }

  private void down(String node) {
    cluster.apply(new Command.UpdateNodes(List.of(node), Command.NodeChange.DOWN, "test"), ROOT);
  }

  private Step step(long id, boolean outlives) {
    StepSpec spec = Specs.step(3, 3, 1, StepSpec.StepSharing.OVERLAP);
    Outcome outcome =
        cluster.apply(
            new Command.CreateStep(id, spec.withOutlivesNodes(outlives), new byte[0]), ANNA);
    return ((Outcome.StepAccepted) outcome).step();
  }

  private JobState stepState(long id, int step) {
    return cluster.machine.publish().steps(id).stream()
        .filter(one -> one.id() == step)
        .findFirst()
        .orElseThrow()
        .state();
  }

  @Test
  void itGoesOnOnTheOthersAndGivesBackTheRest() {
    long id = started(outliving(Specs.job(ANNA)));
    cluster.now += 1000;
    down("n3");
    Job job = cluster.job(id);
    assertThat(job.status().state()).isEqualTo(JobState.RUNNING);
    assertThat(cluster.nodes(job)).containsExactly("n1", "n2");
    assertThat(job.status().resized()).isEqualTo(cluster.now);
    assertThat(cluster.machine.publish().nodeStatus("n3").jobs()).isEmpty();
    assertThat(cluster.machine.publish().ledger().freeCoreCount(2)).isEqualTo(8);
    List<AccountingRecord> told = cluster.machine.accountingBacklog(0, 100);
    assertThat(told)
        .filteredOn(AccountingRecord.JobChanged.class::isInstance)
        .last()
        .extracting(record -> ((AccountingRecord.JobChanged) record).nodes())
        .isEqualTo(List.of("n1", "n2"));
    cluster.batchEnds(id, 0, 0);
    cluster.released(id);
    assertThat(cluster.state(id)).isEqualTo(JobState.COMPLETED);
    assertThat(cluster.machine.publish().activeJobs()).isEmpty();
  }

  @Test
  void theLostNodeIsToldToCleanUpAndNoOtherIs() {
    long id = started(outliving(Specs.job(ANNA)));
    down("n3");
    assertThat(cluster.events(Event.NodeLeft.class))
        .singleElement()
        .satisfies(
            left -> {
              assertThat(left.job().id()).isEqualTo(id);
              assertThat(cluster.nodes(left.job())).containsExactly("n3");
            });
    assertThat(cluster.events(Event.SignalRequested.class)).isEmpty();
    cluster.system(new Command.NodeReleased(id, 0, "n3", ""));
    assertThat(cluster.nodes(cluster.job(id))).containsExactly("n1", "n2");
  }

  @Test
  void aStepEndsUnlessItWasMadeToGoOnAsWell() {
    long id = started(outliving(Specs.job(ANNA)));
    Step plain = step(id, false);
    Step outliving = step(id, true);
    cluster.events.clear();
    down("n3");
    assertThat(cluster.events(Event.SignalRequested.class))
        .singleElement()
        .satisfies(
            signal -> {
              assertThat(signal.stepId()).isEqualTo(plain.id());
              assertThat(signal.signal()).isEqualTo(9);
              assertThat(cluster.nodes(signal.job())).containsExactly("n1", "n2");
            });
    for (String node : List.of("n1", "n2")) {
      cluster.stepEnds(id, outliving.id(), node, 0, 0);
    }
    assertThat(stepState(id, outliving.id())).isEqualTo(JobState.CANCELLED);
    assertThat(stepState(id, plain.id())).isEqualTo(JobState.RUNNING);
  }

  @Test
  void itEndsWithTheNodeOfItsScriptAndWithItsLastNode() {
    long scripted = started(outliving(Specs.job(ANNA)));
    down("n1");
    assertThat(cluster.job(scripted).status().has(JobFlag.REQUEUE_PENDING)).isTrue();
    cluster.cancel(scripted, ROOT);
    cluster.apply(new Command.UpdateNodes(List.of("n1"), Command.NodeChange.RESUME, "test"), ROOT);
    cluster.released(scripted);

    long bare = started(outliving(Specs.allocationOnly(ANNA)));
    down("n1");
    down("n2");
    assertThat(cluster.nodes(cluster.job(bare))).containsExactly("n3");
    down("n3");
    assertThat(cluster.state(bare)).isEqualTo(JobState.NODE_FAIL);
  }

  @Test
  void othersEndAndSoDoesOneThatHasNotBegun() {
    long other = started(Specs.allocationOnly(ANNA));
    down("n3");
    assertThat(cluster.state(other)).isEqualTo(JobState.NODE_FAIL);
    TestCluster fresh = TestCluster.up(3);
    JobSpec spec = outliving(Specs.allocationOnly(ANNA));
    long id = fresh.submit(onThree(spec));
    fresh.schedule();
    fresh.apply(new Command.UpdateNodes(List.of("n3"), Command.NodeChange.DOWN, "test"), ROOT);
    assertThat(fresh.state(id)).isEqualTo(JobState.NODE_FAIL);
  }

  @Test
  void whatItUsedIsChargedAsItWas() {
    TestCluster charged = TestCluster.up(3);
    charged.system(new Command.Configure(Specs.cluster(3, 0)));
    charged.system(Specs.accounts());
    JobSpec spec = outliving(Specs.job(ANNA));
    long id = charged.submit(onThree(spec));
    assertThat(charged.schedule()).containsExactly(id);
    charged.ready(id);
    charged.now += 10_000;
    charged.apply(new Command.UpdateNodes(List.of("n3"), Command.NodeChange.DOWN, "test"), ROOT);
    charged.now += 10_000;
    charged.batchEnds(id, 0, 0);
    PublishedState state = charged.machine.publish();
    long anna = state.accounts().association("physics", "anna", "").id();
    assertThat(state.consumption(anna).spent(Tres.CPU)).isEqualTo(10 * 3 + 10 * 2);
  }
}
