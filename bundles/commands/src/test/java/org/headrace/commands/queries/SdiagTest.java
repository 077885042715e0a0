package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.commands.internal.sdiag.SdiagCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.query.Diagnostics;
import org.headrace.control.query.PlanningFigures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What sdiag prints. */
class SdiagTest {
  private static final String NOW = "2026-11-23T06:47:56Z";
  private final QueryControl control = new QueryControl(PeerModel.snapshot());

  @BeforeEach
  void figures() {
    control.diagnostics =
        new Diagnostics(
            PeerModel.at("2026-11-23T06:45:12Z"),
            21,
            9,
            2,
            1,
            0,
            12,
            5,
            10,
            113,
            2940,
            5430,
            3,
            20,
            3,
            4,
            1,
            PeerModel.at("2026-11-23T06:47:54Z"),
            7,
            Map.of("SubmitJob", 21L),
            Map.of("squeue", 3L, "user:root", 3L),
            Map.of("squeue", 900L, "user:root", 900L),
            new PlanningFigures(
                List.of(
                    new PlanningFigures.Phase("plan", 90, 4_000),
                    new PlanningFigures.Phase("forecast", 20, 1_000)),
                5,
                150,
                12,
                192_000,
                3_600_000));
  }

  private FakeInvocation run(int status, FakeInvocation call) throws Exception {
    assertThat(new SdiagCommand(control, PeerModel.clock(NOW)).run(call)).isEqualTo(status);
    return call;
  }

  @Test
  void printsFigures() throws Exception {
    assertThat(run(0, new FakeInvocation("sdiag")).outText())
        .startsWith(
            "*******************************************************\n"
                + "sdiag output at Mon Nov 23 06:47:56 2026 (1795416476)\n"
                + "Data since      Mon Nov 23 06:45:12 2026 (1795416312)\n")
        .contains(
            "Jobs submitted: 21\nJobs started:   9\nJobs completed: 2\nJobs canceled:  1\n",
            "\tMean cycle:   543\n\tMean depth cycle:  2\n\tCycles per minute: 5\n",
            "\tsqueue                                   count:3      ave_time:300    total_time:900");
    assertThat(run(0, new FakeInvocation("sdiag")).outText())
        .contains("\tforecast             last:20       mean:100\n", "\tMean answer: 30\n")
        .endsWith(
            "Accuracy of expected starts (jobs started lately):\n"
                + "\tJobs that had been told a start: 12\n"
                + "\tDifference from the first one told, median: 00:03:12\n"
                + "\tDifference from the first one told, 90th percentile: 01:00:00\n");
    assertThat(run(0, new FakeInvocation("sdiag", "--json")).outText())
        .contains("\"expected_starts_median_error\" : 192")
        .contains("\"jobs_submitted\" : 21", "\"message_type\" : \"squeue\"");
  }

  @Test
  void onlyAdministratorsReset() throws Exception {
    assertThat(run(255, new FakeInvocation("sdiag", "-r")).errText())
        .isEqualTo("slurm_reset_statistics: Access/permission denied\n");
    assertThat(control.resets).isZero();
    assertThat(run(0, new FakeInvocation("sdiag", "-r").as(0)).outText())
        .isEqualTo("Reset scheduling statistics\n");
    assertThat(control.resets).isEqualTo(1);
  }
}
