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
import org.headrace.api.job.Timing;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobTarget;
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

  /** As a Slurm 22.05 does while the reservation holds; before it begins, jobs are queued. */
  @Test
  void whoWantsMoreNodesThanItHasIsRefused() {
    put(annas("later", 10, 90), ROOT);
    put(annas("any", 100, 190, Flag.ANY_NODES), ROOT);
    put(annas("flex", 200, 290, Flag.FLEX), ROOT);
    ResourceRequest two =
        ResourceRequest.singleCpu().withNodes(2, 2).withLayout(TaskLayout.SINGLE.withTasks(2));
    ResourceRequest other =
        ResourceRequest.singleCpu()
            .withConstraint(
                new NodeConstraint("", "", List.of("n2"), List.of(), 0, 0, 0, 0, 0, false, 0, 0));
    for (String name : List.of("later", "any", "flex")) {
      cluster.submit(job(ANNA, name).withRequest(two));
    }
    cluster.tick(10 * MINUTE);
    assertThat(cluster.refused(job(ANNA, "later").withRequest(two), ANNA))
        .satisfies(no -> assertThat(no.code()).isEqualTo(ErrorCode.NODES_UNAVAILABLE))
        .satisfies(no -> assertThat(no.message()).contains("reservation later in partition debug"));
    assertThat(cluster.refused(job(ANNA, "later").withRequest(other), ANNA).message())
        .startsWith("node n2 is not in reservation later in partition debug");
    cluster.submit(job(ANNA, "later"));
    cluster.submit(job(ANNA, "later,any").withRequest(two));
    cluster.tick(90 * MINUTE);
    cluster.submit(job(ANNA, "any").withRequest(two));
    cluster.tick(100 * MINUTE);
    cluster.submit(job(ANNA, "flex").withRequest(two));
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

  private ReservationDefinition counted(String name, int nodes, String features, Flag... flags) {
    ReservationDefinition named = annas(name, 10, 20, flags);
    return new ReservationDefinition(
        0,
        name,
        named.start(),
        named.end(),
        List.of(),
        "debug",
        named.users(),
        named.accounts(),
        named.flags(),
        nodes,
        features,
        "Europe/Berlin");
  }

  private ReservationDefinition find(String name) {
    return cluster.machine.publish().reservationDefinitions().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nodesAreChosenThatAreFreeAtTheTime() {
    long job = cluster.submit(Specs.job(ANNA).withTiming(Timing.ANY.withTimeLimit(30 * MINUTE)));
    start(job, node("n1"));
    assertThat(put(counted("one", 1, ""), ROOT)).isInstanceOf(Outcome.Done.class);
    assertThat(find("one").nodes()).as("n1 is busy until then").containsExactly("n2");
    assertThat(code(put(counted("two", 1, ""), ROOT))).isEqualTo(ErrorCode.RESOURCES_BUSY);
    assertThat(put(counted("two", 1, "", Flag.IGNORE_JOBS), ROOT)).isInstanceOf(Outcome.Done.class);
    assertThat(find("two").nodes()).containsExactly("n1");
    assertThat(put(counted("all", 2, "fast", Flag.MAINT, Flag.IGNORE_JOBS), ROOT))
        .isInstanceOf(Outcome.Done.class);
    assertThat(code(put(counted("slow", 1, "slow"), ROOT))).isEqualTo(ErrorCode.INVALID_FEATURE);
    assertThat(code(put(counted("mine", 1, ""), ANNA))).isEqualTo(ErrorCode.ACCESS_DENIED);
  }

  @Test
  void anotherNodeTakesThePlaceOfOneThatIsDown() {
    put(counted("moves", 1, ""), ROOT);
    put(annas("kept", 10, 20, Flag.OVERLAP), ROOT);
    assertThat(find("moves").nodes()).containsExactly("n1");
    cluster.apply(new Command.UpdateNodes(List.of("n1"), Command.NodeChange.DRAIN, "broken"), ROOT);
    assertThat(find("moves").nodes()).containsExactly("n2");
    assertThat(find("kept").nodes()).as("named nodes stay").containsExactly("n1");
    put(counted("stays", 1, "", Flag.OVERLAP, Flag.STATIC_ALLOC), ROOT);
    cluster.apply(new Command.UpdateNodes(List.of("n2"), Command.NodeChange.DRAIN, "broken"), ROOT);
    assertThat(find("stays").nodes()).containsExactly("n2");
    assertThat(find("moves").nodes()).as("there is no other").containsExactly("n2");
  }

  @Test
  void aDailyOneComesAgainByTheClockOfItsZone() {
    put(counted("daily", 1, "", Flag.DAILY), ROOT);
    ReservationDefinition first = find("daily");
    long waiting = cluster.submit(job(ANNA, "daily"));
    cluster.tick(20 * MINUTE);
    ReservationDefinition second = find("daily");
    assertThat(second.start() - first.start()).isEqualTo(24 * 60 * MINUTE);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(cluster.reason(waiting)).isEqualTo(Reason.RESERVATION);
    cluster.tick(5 * 24 * 60 * MINUTE);
    assertThat(find("daily").end()).as("missed ones are passed over").isGreaterThan(cluster.now);
  }

  /** A Slurm 22.05 refuses the third, and the fifth, too. */
  @Test
  void whatRepeatsMeetsWhatComesLater() {
    int day = 24 * 60;
    assertThat(put(at(annas("daily", 10, 20, Flag.DAILY), 0), ROOT))
        .isInstanceOf(Outcome.Done.class);
    assertThat(put(at(annas("beside", 3 * day + 20, 3 * day + 30), 0), ROOT))
        .isInstanceOf(Outcome.Done.class);
    assertThat(code(put(at(annas("once", 3 * day + 15, 3 * day + 18), 0), ROOT)))
        .isEqualTo(ErrorCode.RESERVATION_OVERLAPS);
    assertThat(code(put(at(annas("late", 40 * day + 15, 40 * day + 18), 0), ROOT)))
        .isEqualTo(ErrorCode.RESERVATION_OVERLAPS);
    assertThat(code(put(at(annas("weekly", 3 * day + 10, 3 * day + 20, Flag.WEEKLY), 0), ROOT)))
        .isEqualTo(ErrorCode.RESERVATION_OVERLAPS);
    assertThat(
            put(
                at(annas("hourly", 3 * day + 90, 3 * day + 100, Flag.HOURLY, Flag.OVERLAP), 0),
                ROOT))
        .isInstanceOf(Outcome.Done.class);
    ReservationDefinition chosen = counted("two", 2, "");
    long later = 5L * day * MINUTE;
    assertThat(code(put(at(chosen, later), ROOT))).isEqualTo(ErrorCode.RESOURCES_BUSY);
    assertThat(put(at(counted("one", 1, ""), later), ROOT)).isInstanceOf(Outcome.Done.class);
    assertThat(find("one").nodes()).containsExactly("n2");
  }

  private static ReservationDefinition at(ReservationDefinition one, long later) {
    return new ReservationDefinition(
        0,
        one.name(),
        one.start() + later,
        one.end() + later,
        one.nodes(),
        one.partition(),
        one.users(),
        one.accounts(),
        one.flags(),
        one.nodeCount(),
        one.features(),
        "Europe/Berlin");
  }

  @Test
  void aTimeOfOneThatRepeatsIsLeftOut() {
    long day = 24 * 60 * MINUTE;
    put(counted("daily", 1, "", Flag.DAILY), ROOT);
    long first = find("daily").start();
    assertThat(code(skip("daily", ANNA))).isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(skip("daily", ROOT)).isEqualTo(Outcome.DONE);
    assertThat(find("daily").start()).as("it hadn't begun").isEqualTo(first + day);
    cluster.tick(day + 10 * MINUTE);
    long running = cluster.submit(job(ANNA, "daily"));
    long waiting = cluster.submit(job(ANNA, "daily"));
    start(running, node("n1"));
    assertThat(cluster.state(running)).isEqualTo(JobState.RUNNING);
    assertThat(skip("daily", ROOT)).isEqualTo(Outcome.DONE);
    assertThat(find("daily").start()).isEqualTo(first + 2 * day);
    assertThat(cluster.reason(waiting)).isEqualTo(Reason.RESERVATION);
    cluster.tick(1);
    assertThat(cluster.state(running)).as("ends with it").isEqualTo(JobState.TIMEOUT);
    put(annas("once", 10, 20, Flag.OVERLAP), ROOT);
    assertThat(code(skip("once", ROOT))).isEqualTo(ErrorCode.RESERVATION_NOT_SKIPPABLE);
    assertThat(code(skip("none", ROOT))).isEqualTo(ErrorCode.INVALID_RESERVATION);
  }

  private Outcome skip(String name, Actor actor) {
    return cluster.apply(new Command.SkipReservation(name), actor);
  }

  @Test
  void membersOfItsGroupsAreLetIn() {
    ReservationDefinition plain = annas("groups", 10, 20);
    put(
        new ReservationDefinition(
            0,
            "groups",
            plain.start(),
            plain.end(),
            plain.nodes(),
            "",
            Admission.ALL,
            new Admission(List.of("", "bio"), false),
            Set.of(),
            0,
            "",
            "",
            ReservationDefinition.Share.WHOLE,
            ReservationDefinition.Clock.PLAIN,
            new ReservationDefinition.Groups(List.of("chem"), List.of(4711))),
        ROOT);
    assertThat(cluster.refused(job(ANNA, "groups"), ANNA).code())
        .isEqualTo(ErrorCode.RESERVATION_ACCESS_DENIED);
    JobSpec member = job(ANNA, "groups");
    member = member.withExecution(Specs.inGroups(member.execution(), 100, 4711));
    assertThat(cluster.reason(cluster.submit(member))).isEqualTo(Reason.RESERVATION);
    Actor chemist = new Actor(BERT.uid(), 4711, "bert", "users", false);
    assertThat(cluster.reason(cluster.submit(job(chemist, "groups"))))
        .isEqualTo(Reason.RESERVATION);
  }

  @Test
  void weekdaysAndClockChangesAreKept() {
    // Friday, 2024-03-29 09:00 in Berlin; clocks go forward on the Sunday that follows.
    long friday = 1_711_699_200_000L;
    long hour = 60 * MINUTE;
    assertThat(next(friday, Flag.WEEKDAY) - friday).isEqualTo(3 * 24 * hour - hour);
    assertThat(next(friday, Flag.WEEKEND) - friday).isEqualTo(24 * hour);
    assertThat(next(friday, Flag.WEEKLY) - friday).isEqualTo(7 * 24 * hour - hour);
    assertThat(next(friday, Flag.HOURLY) - friday).isEqualTo(hour);
    assertThat(annas("once", 1, 2).next(friday)).isNull();
  }

  private static long next(long start, Flag flag) {
    return new ReservationDefinition(
            1,
            "r",
            start,
            start + MINUTE,
            List.of("n1"),
            "",
            Admission.ALL,
            Admission.ALL,
            Set.of(flag),
            0,
            "",
            "Europe/Berlin")
        .next(start + MINUTE)
        .start();
  }

  @Test
  void aPendingJobCanBeGivenAReservation() {
    put(annas("hers", 10, 20), ROOT);
    long job = cluster.submit(Specs.job(ANNA));
    long other = cluster.submit(Specs.job(BERT));
    assertThat(reserve(job, "hers", ANNA)).isEqualTo(Outcome.DONE);
    assertThat(cluster.reason(job)).isEqualTo(Reason.RESERVATION);
    assertThat(code(reserve(other, "hers", BERT))).isEqualTo(ErrorCode.RESERVATION_ACCESS_DENIED);
    assertThat(code(reserve(job, "nowhere", ANNA))).isEqualTo(ErrorCode.INVALID_RESERVATION);
    assertThat(reserve(job, "", ANNA)).isEqualTo(Outcome.DONE);
    assertThat(cluster.job(job).spec().reservation()).isEmpty();
  }

  private Outcome reserve(long job, String name, Actor actor) {
    return cluster.apply(
        new Command.UpdateJob(JobTarget.of(job), List.of(new JobChange.Reserved(name))), actor);
  }
}
