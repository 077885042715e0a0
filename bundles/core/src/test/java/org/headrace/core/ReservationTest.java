package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.BERT;
import static org.headrace.core.Specs.MINUTE;
import static org.headrace.core.Specs.ROOT;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.junit.jupiter.api.Test;

class ReservationTest {
  private final TestCluster cluster = TestCluster.up(2);

  private ReservationDefinition annas(String name, long from, long to, Flag... flags) {
    return new ReservationDefinition(
        0,
        name,
        cluster.now + from * MINUTE,
        cluster.now + to * MINUTE,
        List.of("n1"),
        "",
        new Admission(List.of("anna"), false),
        Admission.ALL,
        Set.of(flags));
  }

  private Outcome put(ReservationDefinition definition, Actor actor) {
    return cluster.apply(new Command.PutReservation(definition), actor);
  }

  private static ErrorCode code(Outcome outcome) {
    return ((Outcome.Rejected) outcome).code();
  }

  private static JobSpec job(Actor owner, String reservation) {
    return Specs.job(owner).withReservation(reservation);
  }

  private void start(long job, int node) {
    Allocation allocation =
        new Allocation(List.of(new NodeAllocation(node, CoreSet.of(0), 1, 0, List.of(), 1)), false);
    cluster.system(
        new Command.ApplyPlan(
            new Plan(0, List.of(new Decision.Start(job, "debug", allocation)), 1),
            TestCluster.NONE,
            TestCluster.NONE));
  }

  private int node(String name) {
    return cluster.machine.publish().node(name).id();
  }

  @Test
  void onlyAdministratorsMakeThemAndTheyDontOverlap() {
    assertThat(code(put(annas("a", 1, 9), ANNA))).isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(put(annas("", 1, 9), ROOT)).isEqualTo(new Outcome.Done(List.of("anna_1")));
    assertThat(code(put(annas("b", 8, 10), ROOT))).isEqualTo(ErrorCode.RESERVATION_OVERLAPS);
    assertThat(put(annas("c", 9, 10), ROOT)).isInstanceOf(Outcome.Done.class);
    assertThat(put(annas("d", 8, 10, Flag.MAINT), ROOT)).isInstanceOf(Outcome.Done.class);
    assertThat(code(put(annas("d", 20, 21), ROOT))).isEqualTo(ErrorCode.RESERVATION_NAME_TAKEN);
    assertThat(code(put(annas("e", 5, 5), ROOT))).isEqualTo(ErrorCode.INVALID_TIME);
  }

  @Test
  void aRunningJobIsInTheWayUnlessIgnored() {
    start(cluster.submit(Specs.job(BERT)), node("n1"));
    assertThat(code(put(annas("a", 1, 9), ROOT))).isEqualTo(ErrorCode.RESOURCES_BUSY);
    assertThat(put(annas("a", 1, 9, Flag.IGNORE_JOBS), ROOT)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void itsJobsWaitForItsBeginAndOthersStayOut() {
    put(annas("a", 10, 90), ROOT);
    assertThat(cluster.refused(job(BERT, "a"), BERT).code())
        .isEqualTo(ErrorCode.RESERVATION_ACCESS_DENIED);
    assertThat(cluster.refused(job(ANNA, "b"), ANNA).code())
        .isEqualTo(ErrorCode.INVALID_RESERVATION);
    long own = cluster.submit(job(ANNA, "a"));
    long other = cluster.submit(Specs.job(BERT));
    assertThat(cluster.reason(own)).isEqualTo(Reason.RESERVATION);
    start(own, node("n1"));
    start(other, node("n1"));
    assertThat(cluster.state(own)).isEqualTo(JobState.PENDING);
    assertThat(cluster.state(other)).isEqualTo(JobState.PENDING);
    cluster.tick(10 * MINUTE);
    assertThat(flags("n1")).contains(NodeState.Flag.RESERVED);
    assertThat(flags("n2")).doesNotContain(NodeState.Flag.RESERVED);
    start(own, node("n2"));
    assertThat(cluster.state(own)).isEqualTo(JobState.PENDING);
    start(own, node("n1"));
    start(other, node("n2"));
    assertThat(cluster.state(own)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.state(other)).isEqualTo(JobState.RUNNING);
    assertThat(code(cluster.apply(new Command.DeleteReservation("a"), ROOT)))
        .isEqualTo(ErrorCode.RESERVATION_IN_USE);
  }

  private Set<NodeState.Flag> flags(String node) {
    return cluster.machine.publish().nodeStatus(node).view().state().flags();
  }

  @Test
  void withItsEndItsJobsEndAndWhoWaitsIsTold() {
    put(annas("a", 0, 5), ROOT);
    long runs = cluster.submit(job(ANNA, "a"));
    long waits = cluster.submit(job(ANNA, "a"));
    start(runs, node("n1"));
    cluster.tick(5 * MINUTE);
    assertThat(cluster.state(runs)).isEqualTo(JobState.TIMEOUT);
    assertThat(cluster.reason(waits)).isEqualTo(Reason.RESERVATION_DELETED);
    assertThat(cluster.machine.publish().reservations()).isEmpty();
  }

  @Test
  void whoNeedNotBeHeldRunsElsewhere() {
    put(annas("a", 0, 5, Flag.NO_HOLD_JOBS_AFTER), ROOT);
    long waits = cluster.submit(job(ANNA, "a"));
    cluster.tick(5 * MINUTE);
    start(waits, node("n2"));
    assertThat(cluster.state(waits)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aSnapshotHasThem() {
    put(annas("a", 10, 20), ROOT);
    long waits = cluster.submit(job(ANNA, "a"));
    List<SnapshotItem> items = new ArrayList<>();
    cluster.machine.save(items::add);
    long hash = cluster.machine.stateHash();
    cluster.machine.load(items.iterator());
    assertThat(cluster.machine.stateHash()).isEqualTo(hash);
    cluster.tick(10 * MINUTE);
    start(waits, node("n1"));
    assertThat(cluster.state(waits)).isEqualTo(JobState.RUNNING);
  }
}
