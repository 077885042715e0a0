package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.MINUTE;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobTarget;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.api.Test;

/** Times of the configuration that change while they run. */
class ChangedTimesTest {
  private final TestCluster cluster = TestCluster.up(2);

  @Test
  void whatIsOverIsForgottenByTheAgeOfNow() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.finish(id, 0);
    configure(10 * MINUTE, 0, 5 * MINUTE);
    tick(6 * MINUTE);
    assertThat(cluster.job(id)).isNotNull();
    tick(5 * MINUTE);
    assertThat(cluster.job(id)).as("after eleven minutes").isNull();

    long other = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.finish(other, 0);
    configure(MINUTE, 0, 5 * MINUTE);
    tick(2 * MINUTE);
    assertThat(cluster.job(other)).isNull();
  }

  @Test
  void jobsExceedTheirTimeByAsMuchAsTheyMayNow() {
    configure(5 * MINUTE, 30 * MINUTE, 5 * MINUTE);
    long id = cluster.submit(Specs.job(ANNA).withTiming(Timing.ANY.withTimeLimit(MINUTE)));
    cluster.schedule();
    configure(5 * MINUTE, 0, 5 * MINUTE);
    tick(2 * MINUTE);
    assertThat(cluster.state(id)).isEqualTo(JobState.TIMEOUT);
  }

  @Test
  void nodesAreDownAfterAsLongASilenceAsHoldsNow() {
    cluster.system(new Command.NodeResponds("n1", false));
    configure(5 * MINUTE, 0, MINUTE);
    tick(2 * MINUTE);
    assertThat(cluster.machine.publish().node("n1").state().base()).isEqualTo(NodeState.Base.DOWN);
  }

  @Test
  void aSnapshotBetweenABeginTimeAndTheNextTickKeepsTheJobWaitingForThat() {
    long begin = cluster.now + MINUTE;
    long id = cluster.submit(Specs.job(ANNA).withTiming(Timing.ANY.withBegin(begin)));
    cluster.now = begin + 1;
    cluster.submit(Specs.job(ANNA));
    assertThat(cluster.reason(id)).isEqualTo(Reason.BEGIN_TIME);
    tick(1);
    assertThat(cluster.reason(id)).isEqualTo(Reason.NOT_CONSIDERED_YET);
  }

  @Test
  void aDeadlineThatIsSetWhileAJobRunsEndsIt() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.ready(id);
    JobChange deadline = new JobChange.Deadline(cluster.now + 2 * MINUTE);
    cluster.apply(new Command.UpdateJob(JobTarget.of(id), List.of(deadline)), ANNA);
    tick(MINUTE);
    assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    tick(MINUTE);
    assertThat(cluster.state(id)).isEqualTo(JobState.DEADLINE);
  }

  /** A user who submits and cancels, or moves a time on and on, would fill the memory. */
  @Test
  void whatIsForgottenLeavesNoTimeBehind() {
    long year = 365 * 24 * 60 * MINUTE;
    long before = cluster.machine.nextDeadline();
    long first = cluster.submit(Specs.job(ANNA));
    Timing timing = Timing.ANY.withBegin(cluster.now + year).withDeadline(cluster.now + 2 * year);
    long id = cluster.submit(Specs.job(ANNA).withTiming(timing));
    for (int moved = 1; moved <= 3; moved++) {
      JobChange begin = new JobChange.Begin(cluster.now + year + moved);
      JobChange delay =
          new JobChange.DependsOn(
              new Dependency(
                  List.of(
                      new Dependency.Condition(
                          Dependency.Kind.AFTER, first, Dependency.Condition.ALL_TASKS, moved)),
                  false));
      cluster.apply(new Command.UpdateJob(JobTarget.of(id), List.of(begin, delay)), ANNA);
    }
    cluster.schedule();
    cluster.finish(first, 0);
    cluster.cancel(id, ANNA);
    tick(6 * MINUTE);
    assertThat(cluster.job(first)).isNull();
    assertThat(cluster.job(id)).isNull();
    assertThat(cluster.machine.nextDeadline()).isEqualTo(before);
  }

  private void configure(long minJobAge, long overTimeLimit, long nodeTimeout) {
    Limits usual = Specs.limits();
    Limits limits =
        new Limits(
            usual.maxJobs(),
            usual.firstJobId(),
            usual.maxJobId(),
            usual.maxArraySize(),
            usual.maxStepsPerJob(),
            usual.maxRequeue(),
            usual.maxTasksPerNode(),
            minJobAge,
            usual.killWait(),
            overTimeLimit,
            nodeTimeout,
            usual.returnToService(),
            usual.defaultMemory(),
            usual.requeueByDefault());
    ClusterDefinition plain = Specs.cluster(2);
    cluster.system(new Command.Configure(plain.withLimits(limits)));
  }

  /** Time passes here and on a machine that was loaded from a snapshot. */
  private void tick(long millis) {
    List<SnapshotItem> items = new ArrayList<>();
    cluster.machine.save(items::add);
    ClusterMachine twin = new ClusterMachine(new HeapJobStore(), new HeapFileStore());
    twin.load(items.iterator());
    cluster.tick(millis);
    twin.apply(new Command.Tick(), Actor.SYSTEM, cluster.now);
    assertThat(twin.stateHash()).isEqualTo(cluster.machine.stateHash());
  }
}
