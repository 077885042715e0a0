package org.headrace.controller.internal.planning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.headrace.control.query.Remedy;
import org.headrace.controller.testing.PlannedCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One of two nodes is full for half an hour. */
class AdvisorTest {
  private static final int CORES = PlannedCluster.CORES;
  private static final long MINUTE = 60_000;

  private PlannedCluster cluster;
  private Advisor advisor;

  @BeforeEach
  void halfFull() throws Exception {
    cluster = new PlannedCluster();
    advisor = new Advisor(cluster.registry, new DirectCalls());
    cluster.submit(CORES, 30);
    cluster.plan();
  }

  private List<Remedy> remedies(long id) {
    return advisor.remedies(cluster.state().job(id));
  }

  @Test
  void aJobThatWouldDelayAReservedOneIsToldHowLongItMayRun() throws Exception {
    cluster.submit(2 * CORES, 60);
    long delaying = cluster.submit(CORES, 60);
    advisor.after(cluster.plan());
    assertThat(remedies(delaying))
        .singleElement()
        .satisfies(
            remedy -> {
              assertThat(remedy.kind()).isEqualTo(Remedy.Kind.TIME_LIMIT);
              assertThat(remedy.amount()).isBetween(29 * MINUTE, 30 * MINUTE);
            });
  }

  @Test
  void aJobThatIsTooWideIsToldWhatWouldFit() throws Exception {
    long wide = cluster.submit(2 * CORES, 60);
    advisor.after(cluster.plan());
    assertThat(remedies(wide)).containsExactly(new Remedy(Remedy.Kind.TASKS, "", CORES, 0.5));
  }

  /** What is advised has to hold: with that change the job does start. */
  @Test
  void whatIsAdvisedDoesStart() throws Exception {
    cluster.submit(2 * CORES, 60);
    long delaying = cluster.submit(CORES, 60);
    advisor.after(cluster.plan());
    int minutes = (int) (remedies(delaying).get(0).amount() / MINUTE);
    long shorter = cluster.submit(CORES, minutes);
    cluster.plan();
    assertThat(cluster.state().job(shorter).status().started()).isPositive();
  }

  @Test
  void whereNothingWouldHelpNothingIsAdvised() throws Exception {
    cluster.submit(CORES, 60);
    cluster.plan();
    long behind = cluster.submit(CORES, 60);
    advisor.after(cluster.plan());
    assertThat(remedies(behind)).isEmpty();
  }
}
