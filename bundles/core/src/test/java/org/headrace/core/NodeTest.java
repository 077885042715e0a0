package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.MINUTE;
import static org.headrace.core.Specs.ROOT;

import java.util.List;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeState.Base;
import org.headrace.api.model.NodeState.Flag;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.NodeReport;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.junit.jupiter.api.Test;

class NodeTest {
  private final TestCluster cluster = TestCluster.up(2);

  private NodeState node(String name) {
    return cluster.machine.publish().node(name).state();
  }

  private void change(String name, Command.NodeChange change) {
    assertThat(cluster.apply(new Command.UpdateNodes(List.of(name), change, "test"), ROOT))
        .isEqualTo(Outcome.DONE);
  }

  @Test
  void aSilentNodeGoesDownAndItsJobsRunElsewhere() {
    long id = cluster.submit(Specs.job(ANNA));
    long stays = cluster.submit(Specs.allocationOnly(ANNA));
    cluster.schedule();
    cluster.ready(id);
    cluster.system(new Command.NodeResponds("n1", false));
    assertThat(node("n1").has(Flag.NOT_RESPONDING)).isTrue();
    cluster.tick(5 * MINUTE - 1);
    assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    cluster.tick(1);
    assertThat(node("n1").base()).isEqualTo(Base.DOWN);
    assertThat(node("n1").reason()).isEqualTo("Not responding");
    assertThat(cluster.state(id)).isEqualTo(JobState.PENDING);
    assertThat(cluster.job(id).status().restarts()).isEqualTo(1);
    assertThat(cluster.state(stays)).isEqualTo(JobState.NODE_FAIL);
    assertThat(cluster.job(stays).status().has(JobFlag.COMPLETING)).isFalse();
    assertThat(cluster.schedule()).containsExactly(id);
    assertThat(cluster.nodes(cluster.job(id))).containsExactly("n2");
    cluster.register("n1");
    assertThat(node("n1")).isEqualTo(NodeState.USABLE);
  }

  @Test
  void aNodeThatWasTakenDownStaysDown() {
    change("n1", Command.NodeChange.DOWN);
    cluster.register("n1");
    assertThat(node("n1").base()).isEqualTo(Base.DOWN);
    assertThat(node("n1").reasonUser()).isEqualTo("root");
    change("n1", Command.NodeChange.RESUME);
    assertThat(node("n1")).isEqualTo(NodeState.USABLE);
  }

  /** As when an administrator resumes nodes that aren't switched on yet. */
  @Test
  void aNodeThatHasNeverRegisteredGetsNoJobWhenItIsResumed() {
    TestCluster fresh = new TestCluster();
    fresh.system(new Command.Configure(Specs.cluster(1)));
    long id = fresh.submit(Specs.job(ANNA));
    for (Command.NodeChange change : List.of(Command.NodeChange.DOWN, Command.NodeChange.RESUME)) {
      fresh.apply(new Command.UpdateNodes(List.of("n1"), change, "test"), ROOT);
    }
    assertThat(fresh.schedule()).isEmpty();
    fresh.register("n1");
    assertThat(fresh.schedule()).containsExactly(id);
  }

  @Test
  void aDrainingNodeKeepsItsJobsAndGetsNoMore() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    change("n1", Command.NodeChange.DRAIN);
    assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    long next = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    assertThat(cluster.nodes(cluster.job(next))).containsExactly("n2");
    Outcome noReason =
        cluster.apply(new Command.UpdateNodes(List.of("n2"), Command.NodeChange.DRAIN, ""), ROOT);
    assertThat(noReason).isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void aNodeWithLessThanConfiguredIsDrained() {
    NodeReport report = cluster.report("n1", cluster.now, List.of());
    NodeReport poor =
        new NodeReport(
            "n1",
            new NodeHardware(1, 2, 4, 1, 12_000, 1000),
            List.of(),
            "1",
            "Linux",
            "x86_64",
            report.bootTime(),
            report.agentStarted(),
            0,
            0,
            "n1",
            "n1",
            List.of());
    cluster.system(new Command.RegisterNode(poor));
    assertThat(node("n1").has(Flag.INVALID_REGISTRATION)).isTrue();
    assertThat(node("n1").reason())
        .isEqualTo("Low RealMemory (reported:12000 < 100.00% of configured:16000)");
    assertThat(node("n1").acceptsJobs()).isFalse();
  }

  @Test
  void anAgentThatComesBackWithoutAJobLosesIt() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.now += 1000;
    cluster.register("n1");
    assertThat(cluster.state(id)).as("its launch is under way").isEqualTo(JobState.RUNNING);
    cluster.ready(id);
    cluster.system(new Command.RegisterNode(cluster.report("n1", cluster.now - 500, List.of())));
    assertThat(cluster.state(id)).as("same agent as before").isEqualTo(JobState.RUNNING);
    cluster.now += 1000;
    NodeReport.HeldStep batch = new NodeReport.HeldStep(id, 0, Step.BATCH);
    cluster.system(new Command.RegisterNode(cluster.report("n1", cluster.now, List.of(batch))));
    assertThat(cluster.state(id)).as("it still has it").isEqualTo(JobState.RUNNING);
    cluster.register("n1");
    assertThat(cluster.state(id)).isEqualTo(JobState.PENDING);
    assertThat(cluster.job(id).status().has(JobFlag.REQUEUE_PENDING)).isTrue();
  }

  @Test
  void stepsThatNobodyWantsAreKilled() {
    NodeReport.HeldStep stray = new NodeReport.HeldStep(42, 0, Step.BATCH);
    cluster.events.clear();
    cluster.system(new Command.RegisterNode(cluster.report("n2", cluster.now, List.of(stray))));
    Event.SignalRequested kill = cluster.events(Event.SignalRequested.class).get(0);
    assertThat(kill.job().id()).isEqualTo(42);
    assertThat(kill.signal()).isEqualTo(9);
    assertThat(cluster.nodes(kill.job())).containsExactly("n2");
  }

  @Test
  void aFailingPrologDrainsTheNodeAndHoldsTheJob() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.system(new Command.LaunchFailed(id, 0, "n1", "Prolog error", true));
    assertThat(node("n1").has(Flag.DRAIN)).isTrue();
    cluster.released(id);
    assertThat(cluster.state(id)).isEqualTo(JobState.PENDING);
    assertThat(cluster.reason(id)).isEqualTo(Reason.PROLOG_FAILED);
    assertThat(cluster.job(id).status().has(JobFlag.REQUEUE_HELD)).isTrue();
    assertThat(cluster.schedule()).isEmpty();
  }

  @Test
  void reconfigurationKeepsWhatItCan() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    change("n2", Command.NodeChange.DRAIN);
    assertThat(cluster.apply(new Command.Configure(Specs.cluster(3)), ROOT))
        .isEqualTo(Outcome.DONE);
    assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    assertThat(node("n2").has(Flag.DRAIN)).isTrue();
    assertThat(node("n3").base()).isEqualTo(Base.UNKNOWN);
    assertThat(cluster.machine.publish().ledger().jobs(0)).isEqualTo(1);
    long before = cluster.machine.stateHash();
    assertThat(((Outcome.Rejected) cluster.apply(broken(), ROOT)).code())
        .isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    assertThat(cluster.machine.publish().nodes()).hasSize(3);
    assertThat(before).isNotZero();
  }

  private static Command broken() {
    var good = Specs.cluster(2);
    var partition = Specs.partition("bad", List.of("n9"), false, MINUTE);
    return new Command.Configure(
        new org.headrace.control.definition.ClusterDefinition(
            "x",
            good.nodes(),
            List.of(partition),
            good.topology(),
            good.licenses(),
            good.limits(),
            List.of(),
            good.settings()));
  }

  @Test
  void aRemovedNodeLosesItsJobs() {
    long id = cluster.submit(Specs.allocationOnly(ANNA));
    cluster.schedule();
    var one = Specs.cluster(2);
    cluster.apply(
        new Command.Configure(
            new org.headrace.control.definition.ClusterDefinition(
                "test",
                List.of(Specs.node("n2")),
                List.of(Specs.partition("debug", List.of("n2"), true, MINUTE)),
                one.topology(),
                one.licenses(),
                one.limits(),
                List.of(),
                one.settings())),
        ROOT);
    assertThat(cluster.state(id)).isEqualTo(JobState.NODE_FAIL);
    assertThat(cluster.machine.publish().node("n1")).isNull();
    assertThat(cluster.machine.publish().node("n2").id()).isEqualTo(1);
  }
}
