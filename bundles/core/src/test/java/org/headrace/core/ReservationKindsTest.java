package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.BERT;
import static org.headrace.core.Specs.MINUTE;
import static org.headrace.core.Specs.ROOT;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Clock;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.headrace.control.definition.ReservationDefinition.Share;
import org.junit.jupiter.api.Test;

/** Reservations of cores and licences, and flags that say whose jobs run where. Two nodes of 8. */
class ReservationKindsTest {
  private static final Share NOTHING_MORE = Share.WHOLE;

  private final TestCluster cluster = TestCluster.up(2);

  private ReservationDefinition annas(
      String name, int nodeCount, List<String> nodes, Share share, long purge, Flag... flags) {
    return new ReservationDefinition(
        0,
        name,
        cluster.now,
        cluster.now + 60 * MINUTE,
        nodes,
        "debug",
        new Admission(List.of("anna"), false),
        Admission.ALL,
        Set.of(flags),
        nodeCount,
        "",
        "",
        share,
        new Clock(purge, 0, 0, false));
  }

  private static Share cores(Integer... counts) {
    return new Share(Map.of(), List.of(counts), Map.of());
  }

  private Outcome put(ReservationDefinition definition) {
    return cluster.apply(new Command.PutReservation(definition), ROOT);
  }

  private ReservationDefinition find(String name) {
    return cluster.machine.publish().reservationDefinitions().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static JobSpec job(Actor owner, String reservation) {
    return Specs.job(owner)
        .withReservation(reservation)
        .withTiming(Timing.ANY.withTimeLimit(30 * MINUTE));
  }

  private boolean starts(long job, String node, int... cores) {
    NodeAllocation part =
        new NodeAllocation(
            cluster.machine.publish().node(node).id(),
            CoreSet.of(cores),
            cores.length,
            0,
            List.of(),
            1);
    cluster.system(
        new Command.ApplyPlan(
            new Plan(
                0,
                List.of(new Decision.Start(job, "debug", new Allocation(List.of(part), false))),
                1),
            TestCluster.NONE,
            TestCluster.NONE));
    return cluster.state(job) == JobState.RUNNING;
  }

  @Test
  void coresAreReservedAndTheOthersOfTheNodeAreNot() {
    assertThat(put(annas("some", 0, List.of(), cores(3), 0))).isInstanceOf(Outcome.Done.class);
    assertThat(find("some").share().cores()).isEqualTo(Map.of("n1", CoreSet.of(0, 1, 2)));
    long other = cluster.submit(job(BERT, ""));
    assertThat(starts(other, "n1", 2)).isFalse();
    assertThat(starts(other, "n1", 3)).isTrue();
    long own = cluster.submit(job(ANNA, "some"));
    assertThat(starts(own, "n1", 4)).isFalse();
    assertThat(starts(own, "n1", 0)).isTrue();
    assertThat(cluster.job(own).reservation()).isEqualTo("some");
  }

  /** As Slurm 22.05 lays five of them out over two nodes. */
  @Test
  void coresAreSpreadOverNodesThatAreCountedOrNamed() {
    put(annas("counted", 2, List.of(), cores(5), 0));
    assertThat(find("counted").share().cores())
        .isEqualTo(Map.of("n1", CoreSet.of(0, 1, 2), "n2", CoreSet.of(0, 1)));
    put(annas("named", 0, List.of("n1", "n2"), cores(1, 2), 0, Flag.SPEC_NODES));
    assertThat(find("named").share().cores())
        .isEqualTo(Map.of("n1", CoreSet.of(3), "n2", CoreSet.of(2, 3)));
    put(annas("rest", 0, List.of(), cores(8), 0));
    assertThat(find("rest").share().cores())
        .isEqualTo(Map.of("n1", CoreSet.of(4, 5, 6, 7), "n2", CoreSet.of(4, 5, 6, 7)));
    assertThat(((Outcome.Rejected) put(annas("more", 0, List.of(), cores(1), 0))).code())
        .isEqualTo(ErrorCode.RESOURCES_BUSY);
  }

  private static JobSpec licensed(Actor owner, String reservation) {
    JobSpec job = job(owner, reservation);
    return job.withRequest(job.request().withLicenses(Map.of("matlab", 1)));
  }

  /** The cluster has two. */
  @Test
  void reservedLicencesAreLeftToItsJobs() {
    Share one = new Share(Map.of("matlab", 1), List.of(), Map.of());
    put(annas("lic", 0, List.of(), one, 0, Flag.ANY_NODES));
    long first = cluster.submit(licensed(BERT, ""));
    long second = cluster.submit(licensed(BERT, ""));
    long own = cluster.submit(licensed(ANNA, "lic"));
    long ownToo = cluster.submit(licensed(ANNA, "lic"));
    assertThat(starts(first, "n1", 0)).isTrue();
    assertThat(starts(second, "n1", 1)).isFalse();
    assertThat(starts(own, "n2", 1)).isTrue();
    assertThat(starts(ownToo, "n2", 2)).isFalse();
    Share tooMany = new Share(Map.of("matlab", 2), List.of(), Map.of());
    assertThat(
            ((Outcome.Rejected) put(annas("b", 0, List.of(), tooMany, 0, Flag.ANY_NODES))).code())
        .isEqualTo(ErrorCode.INVALID_LICENSES);
  }

  private List<String> reservationsInQueue(long job) {
    var queue = cluster.machine.publish().input().queue();
    List<String> found = new ArrayList<>();
    for (int row = 0; row < queue.size(); row++) {
      if (queue.jobId(row) == job) {
        found.add(queue.jobClass(row).reservation() + (queue.further(row) ? "+" : ""));
      }
    }
    return found;
  }

  @Test
  void aMagneticOneTakesJobsThatMayUseItUnasked() {
    long before = cluster.submit(job(ANNA, ""));
    put(annas("draws", 0, List.of("n1"), NOTHING_MORE, 0, Flag.MAGNETIC, Flag.SPEC_NODES));
    long after = cluster.submit(job(ANNA, ""));
    long other = cluster.submit(job(BERT, ""));
    assertThat(reservationsInQueue(before)).containsExactly("draws+", "");
    assertThat(reservationsInQueue(after)).containsExactly("draws+", "");
    assertThat(reservationsInQueue(other)).containsExactly("");
    assertThat(starts(other, "n1", 0)).isFalse();
    assertThat(starts(before, "n1", 0)).isTrue();
    assertThat(cluster.job(before).reservation()).isEqualTo("draws");
    assertThat(starts(after, "n2", 0)).isTrue();
    assertThat(cluster.job(after).reservation()).isEmpty();
    long last = cluster.submit(job(ANNA, ""));
    cluster.tick(60 * MINUTE);
    assertThat(reservationsInQueue(last)).containsExactly("");
  }

  @Test
  void whoMayUseOneDeletesItWhereThatIsAllowed() {
    put(annas("a", 0, List.of("n1"), NOTHING_MORE, 0, Flag.SPEC_NODES));
    put(annas("b", 0, List.of("n2"), NOTHING_MORE, 0, Flag.SPEC_NODES, Flag.USER_DELETE));
    assertThat(((Outcome.Rejected) cluster.apply(new Command.DeleteReservation("a"), ANNA)).code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(((Outcome.Rejected) cluster.apply(new Command.DeleteReservation("b"), BERT)).code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(
            ((Outcome.Rejected) cluster.apply(new Command.DeleteReservation("none"), ANNA)).code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(cluster.apply(new Command.DeleteReservation("b"), ANNA)).isEqualTo(Outcome.DONE);
    assertThat(find("b")).isNull();
  }

  @Test
  void oneThatRepeatsAndIsForcedToStartComesAtItsNextTime() {
    ReservationDefinition one = annas("past", 0, List.of("n1"), NOTHING_MORE, 0);
    long begin = cluster.now - 90 * MINUTE;
    put(
        new ReservationDefinition(
            0,
            "past",
            begin,
            begin + 60 * MINUTE,
            one.nodes(),
            "",
            one.users(),
            one.accounts(),
            Set.of(Flag.DAILY, Flag.FORCE_START, Flag.SPEC_NODES),
            0,
            "",
            "UTC"));
    assertThat(find("past").start()).isEqualTo(begin + 24 * 60 * MINUTE);
  }

  @Test
  void aJobMayNameSeveralAndRunsInOneOfThem() {
    put(annas("a", 0, List.of("n1"), NOTHING_MORE, 0, Flag.SPEC_NODES));
    put(annas("b", 0, List.of("n2"), NOTHING_MORE, 0, Flag.SPEC_NODES));
    long job = cluster.submit(job(ANNA, "b,a"));
    long other = cluster.submit(job(ANNA, "b,a"));
    assertThat(reservationsInQueue(job)).containsExactly("b+", "a");
    assertThat(cluster.refused(job(ANNA, "a,none"), ANNA).code())
        .isEqualTo(ErrorCode.INVALID_RESERVATION);
    assertThat(starts(job, "n2", 0)).isTrue();
    assertThat(cluster.job(job).reservation()).isEqualTo("b");
    cluster.apply(new Command.DeleteReservation("a"), ROOT);
    assertThat(cluster.reason(other)).isNotEqualTo(Reason.RESERVATION_DELETED);
    assertThat(reservationsInQueue(other)).containsExactly("b");
  }

  @Test
  void oneThatFloatsKeepsLongJobsAwayForEver() {
    ReservationDefinition now =
        annas("floats", 0, List.of("n1"), NOTHING_MORE, 0, Flag.TIME_FLOAT, Flag.SPEC_NODES);
    put(
        new ReservationDefinition(
            0,
            "floats",
            now.start() + 10 * MINUTE,
            now.end(),
            now.nodes(),
            "",
            now.users(),
            now.accounts(),
            now.flags()));
    cluster.tick(240 * MINUTE);
    assertThat(find("floats").startsAt(cluster.now)).isEqualTo(cluster.now + 10 * MINUTE);
    JobSpec job = job(BERT, "");
    long longJob = cluster.submit(job);
    long shortJob = cluster.submit(job.withTiming(Timing.ANY.withTimeLimit(10 * MINUTE)));
    assertThat(starts(longJob, "n1", 0)).isFalse();
    assertThat(starts(shortJob, "n1", 0)).isTrue();
  }

  @Test
  void oneThatIsNotUsedForAWhileEnds() {
    put(
        annas(
            "brief", 0, List.of("n1"), NOTHING_MORE, 5 * MINUTE, Flag.PURGE_COMP, Flag.SPEC_NODES));
    long job = cluster.submit(job(ANNA, "brief"));
    starts(job, "n1", 0);
    cluster.tick(20 * MINUTE);
    assertThat(find("brief")).as("it is in use").isNotNull();
    cluster.tick(20 * MINUTE);
    assertThat(cluster.state(job)).isEqualTo(JobState.TIMEOUT);
    assertThat(find("brief")).isNotNull();
    cluster.tick(4 * MINUTE);
    assertThat(find("brief")).isNotNull();
    cluster.tick(MINUTE);
    assertThat(find("brief")).isNull();
  }

  @Test
  void anIdleNodeTakesThePlaceOfOneThatItsJobUses() {
    put(annas("fresh", 1, List.of(), NOTHING_MORE, 0, Flag.REPLACE));
    assertThat(find("fresh").nodes()).containsExactly("n1");
    starts(cluster.submit(job(ANNA, "fresh")), "n1", 0);
    assertThat(find("fresh").nodes()).containsExactly("n2");
    starts(cluster.submit(job(ANNA, "fresh")), "n2", 0);
    assertThat(find("fresh").nodes()).as("there is no idle one").containsExactly("n2");
  }

  /** As seen on Slurm 22.05: work on nodes goes before all others that share them. */
  @Test
  void jobsOfSharedNodesStayOutOfMaintenance() {
    put(annas("plain", 0, List.of("n1"), NOTHING_MORE, 0, Flag.SPEC_NODES));
    put(annas("over", 0, List.of("n1"), NOTHING_MORE, 0, Flag.SPEC_NODES, Flag.OVERLAP));
    assertThat(starts(cluster.submit(job(ANNA, "plain")), "n1", 0)).isTrue();
    assertThat(starts(cluster.submit(job(ANNA, "over")), "n1", 1)).isTrue();
    put(
        annas(
            "work",
            0,
            List.of("n1"),
            NOTHING_MORE,
            0,
            Flag.SPEC_NODES,
            Flag.MAINT,
            Flag.IGNORE_JOBS));
    assertThat(starts(cluster.submit(job(ANNA, "plain")), "n1", 2)).isFalse();
    assertThat(starts(cluster.submit(job(ANNA, "over")), "n1", 2)).isFalse();
    assertThat(starts(cluster.submit(job(ANNA, "work")), "n1", 2)).isTrue();
  }
}
