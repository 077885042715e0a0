package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.MINUTE;
import static org.headrace.core.Specs.ROOT;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Victim;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Clock;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.headrace.control.definition.ReservationDefinition.Share;
import org.headrace.control.event.Event;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.api.Test;

class PreemptionTest {
  private static final int TERM = 15;
  private static final int CONT = 18;
  private static final int STOP = 19;
  private static final int TSTP = 20;

  private final TestCluster cluster = TestCluster.up(1);

  private void configure(String mode, long graceTime) {
    cluster.system(new Command.Configure(Specs.preempting(1, mode, graceTime)));
  }

  private long submit(String partition) {
    return cluster.submit(Specs.job(ANNA).withPartitions(List.of(partition)));
  }

  private void apply(Decision... decisions) {
    cluster.system(
        new Command.ApplyPlan(
            new Plan(0, List.of(decisions), decisions.length), TestCluster.NONE, TestCluster.NONE));
  }

  private static Decision.Start start(
      long id, String partition, int first, int end, List<Long> suspends) {
    CoreSet cores = CoreSet.firstOf(end).minus(CoreSet.firstOf(first));
    NodeAllocation part = new NodeAllocation(0, cores, cores.size(), 100, List.of(), 1);
    return new Decision.Start(id, partition, new Allocation(List.of(part), false), suspends);
  }

  private static Decision preempt(long id, Victim... victims) {
    return new Decision.Preempt(
        new Decision.Reserve(id, "long", 0, List.of(0), Reason.RESOURCES, List.of()),
        List.of(victims));
  }

  /** A job of a partition that runs on cores of the node. */
  private long running(String partition, int first, int end) {
    long id = submit(partition);
    apply(start(id, partition, first, end, List.of()));
    cluster.ready(id);
    assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    return id;
  }

  private List<Integer> signals(long id) {
    return cluster.events(Event.SignalRequested.class).stream()
        .filter(event -> event.job().id() == id)
        .map(Event.SignalRequested::signal)
        .toList();
  }

  private List<JobState> recorded(long id) {
    List<JobState> states = new ArrayList<>();
    for (AccountingRecord record : cluster.machine.accountingBacklog(0, 1000)) {
      if (record instanceof AccountingRecord.JobChanged changed && changed.job().id() == id) {
        states.add(changed.job().status().state());
      }
    }
    return states;
  }

  /** Which reservation it runs in is found while those that stop for it have left their cores. */
  @Test
  void aJobThatStopsOthersOnReservedCoresRunsInTheirReservation() {
    configure("SUSPEND", 0);
    cluster.apply(
        new Command.PutReservation(
            new ReservationDefinition(
                0,
                "annas",
                cluster.now,
                cluster.now + 60 * MINUTE,
                List.of("n1"),
                "debug",
                new Admission(List.of("anna"), false),
                Admission.ALL,
                Set.of(Flag.SPEC_NODES),
                0,
                "",
                "",
                new Share(Map.of(), List.of(3), Map.of()),
                new Clock(0, 0, 0, false))),
        ROOT);
    JobSpec reserved = Specs.job(ANNA).withReservation("annas");
    long victim = cluster.submit(reserved.withPartitions(List.of("debug")));
    apply(start(victim, "debug", 0, 3, List.of()));
    cluster.ready(victim);
    long job = cluster.submit(reserved.withPartitions(List.of("long")));
    apply(start(job, "long", 0, 3, List.of(victim)));
    assertThat(cluster.state(victim)).isEqualTo(JobState.SUSPENDED);
    assertThat(cluster.state(job)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.job(job).status().reservation()).isEqualTo("annas");
  }

  @Test
  void aCancelledVictimEndsPreempted() {
    configure("CANCEL", 0);
    long victim = running("debug", 0, 8);
    long job = submit("long");
    apply(preempt(job, new Victim(victim, PreemptMode.CANCEL)));
    Job ended = cluster.job(victim);
    assertThat(ended.status().state()).isEqualTo(JobState.PREEMPTED);
    assertThat(ended.status().has(JobFlag.COMPLETING)).isTrue();
    assertThat(signals(victim)).containsExactly(TERM);
    assertThat(cluster.reason(job)).isEqualTo(Reason.RESOURCES);
    apply(start(job, "long", 0, 8, List.of()));
    assertThat(cluster.state(job)).as("its cores aren't free yet").isEqualTo(JobState.PENDING);
    cluster.released(victim);
    apply(start(job, "long", 0, 8, List.of()));
    assertThat(cluster.state(job)).isEqualTo(JobState.RUNNING);
    assertThat(recorded(victim)).endsWith(JobState.PREEMPTED);
  }

  @Test
  void aRequeuedVictimRunsAgain() {
    configure("REQUEUE", 0);
    long victim = running("debug", 0, 8);
    apply(preempt(submit("long"), new Victim(victim, PreemptMode.REQUEUE)));
    assertThat(cluster.state(victim)).isEqualTo(JobState.PENDING);
    assertThat(recorded(victim)).endsWith(JobState.PREEMPTED);
    cluster.released(victim);
    assertThat(cluster.job(victim).status().restarts()).isEqualTo(1);
    apply(start(victim, "debug", 0, 8, List.of()));
    assertThat(cluster.state(victim)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aVictimThatCannotBeRequeuedEnds() {
    configure("REQUEUE", 0);
    JobSpec interactive = Specs.allocationOnly(ANNA).withPartitions(List.of("debug"));
    long victim = cluster.submit(interactive);
    apply(start(victim, "debug", 0, 8, List.of()));
    apply(preempt(submit("long"), new Victim(victim, PreemptMode.REQUEUE)));
    assertThat(cluster.state(victim)).isEqualTo(JobState.PREEMPTED);
  }

  @Test
  void aVictimIsWarnedAndHasItsGraceTime() {
    configure("CANCEL", 10_000);
    long victim = running("debug", 0, 8);
    long job = submit("long");
    long told = cluster.now;
    apply(preempt(job, new Victim(victim, PreemptMode.CANCEL)));
    assertThat(cluster.state(victim)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.job(victim).status().preempted()).isEqualTo(told);
    assertThat(signals(victim)).containsExactly(CONT, TERM);
    assertThat(cluster.machine.publish().running().get(0).leaving()).isTrue();
    assertThat(cluster.machine.publish().running().get(0).endsBy()).isEqualTo(told + 10_000);
    cluster.tick(9_999);
    apply(preempt(job, new Victim(victim, PreemptMode.CANCEL)));
    assertThat(cluster.state(victim))
        .as("to be told again changes nothing")
        .isEqualTo(JobState.RUNNING);
    reload();
    cluster.tick(1);
    assertThat(cluster.state(victim)).isEqualTo(JobState.PREEMPTED);
    assertThat(signals(victim)).containsExactly(CONT, TERM, TERM);
  }

  @Test
  void aVictimThatEndsInItsGraceTimeHasDoneSo() {
    configure("CANCEL", 10_000);
    long victim = running("debug", 0, 8);
    apply(preempt(submit("long"), new Victim(victim, PreemptMode.CANCEL)));
    cluster.batchEnds(victim, 0, 0);
    cluster.tick(20_000);
    assertThat(cluster.state(victim)).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void aStoppedVictimGoesOnWhenItsCoresAreFree() {
    configure("SUSPEND,GANG", 0);
    long victim = running("debug", 0, 8);
    long job = submit("long");
    apply(start(job, "long", 0, 4, List.of(victim)));
    assertThat(cluster.state(job)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.state(victim)).isEqualTo(JobState.SUSPENDED);
    assertThat(signals(victim)).containsExactly(TSTP);
    cluster.tick(2_000);
    assertThat(signals(victim)).containsExactly(TSTP, STOP);
    reload();
    cluster.tick(MINUTE);
    assertThat(cluster.state(victim)).isEqualTo(JobState.SUSPENDED);
    cluster.finish(job, 0);
    assertThat(cluster.state(victim)).isEqualTo(JobState.RUNNING);
    assertThat(signals(victim)).containsExactly(TSTP, STOP, CONT);
    assertThat(cluster.job(victim).status().stoodStill()).isEqualTo(2_000 + MINUTE);
  }

  @Test
  void jobsOfAPartitionTakeTurns() {
    configure("SUSPEND,GANG", 0);
    long one = running("turns", 0, 8);
    long other = submit("turns");
    apply(start(other, "turns", 0, 8, List.of(one)));
    cluster.ready(other);
    for (int turn = 0; turn < 4; turn++) {
      long runs = turn % 2 == 0 ? other : one;
      long waits = turn % 2 == 0 ? one : other;
      assertThat(cluster.state(runs)).as("turn %d", turn).isEqualTo(JobState.RUNNING);
      assertThat(cluster.state(waits)).as("turn %d", turn).isEqualTo(JobState.SUSPENDED);
      cluster.tick(2_000);
      assertThat(signals(waits)).endsWith(STOP);
      reload();
      cluster.tick(30_000);
    }
    long running = cluster.state(one) == JobState.RUNNING ? one : other;
    cluster.batchEnds(running, 0, 0);
    cluster.released(running);
    assertThat(cluster.state(running == one ? other : one)).isEqualTo(JobState.RUNNING);
  }

  /** Whoever has a better claim to the cores isn't sent away by a clock. */
  @Test
  void whoWasStoppedForABetterJobGetsNoTurn() {
    configure("SUSPEND,GANG", 0);
    long victim = running("debug", 0, 8);
    long job = submit("long");
    apply(start(job, "long", 0, 8, List.of(victim)));
    cluster.ready(job);
    cluster.tick(10 * MINUTE);
    assertThat(cluster.state(job)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.state(victim)).isEqualTo(JobState.SUSPENDED);
  }

  @Test
  void whomAnAdministratorSuspendedGoesOnWhenToldTo() {
    configure("SUSPEND,GANG", 0);
    long one = running("debug", 0, 4);
    long job = running("long", 4, 8);
    cluster.apply(new Command.SuspendJob(JobTarget.of(one), false), ROOT);
    cluster.finish(job, 0);
    assertThat(cluster.state(one)).isEqualTo(JobState.SUSPENDED);
  }

  /** A plan is made on an older state: nobody is stopped in vain. */
  @Test
  void nobodyIsStoppedForAJobThatDoesNotFitAllTheSame() {
    configure("SUSPEND,GANG", 0);
    long victim = running("debug", 0, 4);
    running("long", 4, 8);
    long job = submit("long");
    apply(start(job, "long", 0, 5, List.of(victim)));
    assertThat(cluster.state(job)).isEqualTo(JobState.PENDING);
    assertThat(cluster.state(victim)).isEqualTo(JobState.RUNNING);
    assertThat(signals(victim)).isEmpty();
    assertThat(cluster.machine.publish().ledger().freeCoreCount(0)).isZero();
  }

  @Test
  void whoIsExemptIsNotPreemptedWhateverAPlanSays() {
    configure("CANCEL", 0);
    long rigid = running("rigid", 0, 4);
    long other = running("debug", 4, 8);
    long job = submit("long");
    apply(
        preempt(job, new Victim(other, PreemptMode.CANCEL), new Victim(rigid, PreemptMode.CANCEL)));
    apply(start(job, "long", 0, 4, List.of(rigid)));
    assertThat(cluster.state(rigid)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.state(other)).as("nor is anybody else for that").isEqualTo(JobState.RUNNING);
    cluster.system(new Command.Configure(Specs.cluster(1)));
    apply(preempt(job, new Victim(other, PreemptMode.CANCEL)));
    assertThat(cluster.state(other)).as("preemption is off").isEqualTo(JobState.RUNNING);
  }

  @Test
  void nobodyMakesRoomForAJobThatIsGone() {
    configure("CANCEL", 0);
    long victim = running("debug", 0, 8);
    long job = submit("long");
    assertThat(cluster.cancel(job, ANNA)).isEqualTo(Outcome.DONE);
    apply(preempt(job, new Victim(victim, PreemptMode.CANCEL)));
    assertThat(cluster.state(victim)).isEqualTo(JobState.RUNNING);
  }

  /** Another machine takes over from a snapshot. */
  private void reload() {
    List<SnapshotItem> items = new ArrayList<>();
    cluster.machine.save(items::add);
    long hash = cluster.machine.stateHash();
    cluster.store = new HeapJobStore();
    cluster.files = new HeapFileStore();
    cluster.machine = new ClusterMachine(cluster.store, cluster.files);
    cluster.machine.load(items.iterator());
    assertThat(cluster.machine.stateHash()).isEqualTo(hash);
  }
}
