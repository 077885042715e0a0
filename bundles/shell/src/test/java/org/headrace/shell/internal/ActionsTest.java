package org.headrace.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobArray;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.Reason;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ActionsTest {
  private final FakeController controller = new FakeController();

  @BeforeEach
  void fill() {
    controller.state =
        new FakeSnapshot(
            TestCluster.of(2, 1, 4, 1, 4096),
            60_000,
            List.of(
                Samples.pending(3, 50, Reason.PRIORITY, 0),
                Samples.pending(4, 90, Reason.RESOURCES, 120_000),
                Samples.pending(5, 0, Reason.HELD_BY_USER, 0),
                Samples.pending(6, 50, Reason.PRIORITY, 0),
                Samples.running(7),
                Samples.pendingArray(8, new JobArray(List.of(new JobArray.Range(1, 9, 2)), 0))),
            Map.of(6L, List.of(new Blocker(Reason.RESOURCES, 2, "fewer than 8 free gpu", 90_000))));
  }

  @Test
  void pluginsShowStateFiguresAndFaults() throws CommandFailed {
    String text = controller.run(new PluginsAction());
    assertThat(text.lines().filter(line -> line.contains("backfill")))
        .singleElement()
        .asString()
        .contains("sched", "0.1.0", "active", "3", "250 us", "1.5 ms");
    assertThat(text).contains("quarantined", "NullPointerException", "missing");
  }

  @Test
  void choosingNamesWhatServesOrWhatIsThere() throws CommandFailed {
    ChooseAction choose = new ChooseAction();
    choose.kind = "sched";
    choose.name = "builtin";
    assertThat(controller.run(choose)).contains("sched/builtin serves");
    assertThat(controller.calls).containsExactly("choose sched/builtin");
    choose.name = "nonsense";
    assertThatThrownBy(() -> controller.run(choose))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("no plugin sched/nonsense; there are");
  }

  @Test
  void shadowBeginsEndsAndReports() throws CommandFailed {
    ShadowAction shadow = new ShadowAction();
    shadow.kind = "sched";
    shadow.name = "builtin";
    assertThat(controller.run(shadow)).contains("runs in shadow");
    shadow.name = "";
    assertThat(controller.run(shadow)).contains("Nothing of kind sched");
    assertThat(controller.calls).containsExactly("shadow sched/builtin", "shadow sched/");
    ShadowReportAction report = new ShadowReportAction();
    report.kind = "sched";
    assertThat(controller.run(report)).contains("plans compared: 4");
    report.kind = "select";
    assertThatThrownBy(() -> controller.run(report)).hasMessageContaining("headrace:shadow select");
  }

  @Test
  void theQueueIsInOrderAndHeldJobsComeLast() throws CommandFailed {
    String text = controller.run(new QueueAction());
    assertThat(text.lines().map(line -> line.replaceAll(".*(job[0-9]).*", "$1")))
        .containsSubsequence("job4", "job3", "job6", "job8", "job5")
        .doesNotContain("job7");
    assertThat(text).contains("8_[5 tasks]", "held by user", "not known");
  }

  @Test
  void aLongQueueIsCutAndSaysSo() throws CommandFailed {
    QueueAction queue = new QueueAction();
    queue.lines = 2;
    assertThat(controller.run(queue)).contains("job4", "job3", "3 more").doesNotContain("job6");
    queue.lines = 0;
    assertThatThrownBy(() -> controller.run(queue)).hasMessageContaining("at least 1");
  }

  @Test
  void jobsShowWhatRunsAndWithAllTheRest() throws CommandFailed {
    JobsAction jobs = new JobsAction();
    assertThat(controller.run(jobs)).contains("job7", "n1", "00:55").doesNotContain("job3");
    jobs.all = true;
    assertThat(controller.run(jobs)).contains("job7", "job3", "priority");
  }

  @Test
  void nodesShowUse() throws CommandFailed {
    String text = controller.run(new NodesAction());
    assertThat(text.lines().filter(line -> line.contains("n0")))
        .singleElement()
        .asString()
        .contains("in use", "3/4", "1024/4096", "gpu:a100:2");
    assertThat(text.lines().filter(line -> line.contains("n1")))
        .singleElement()
        .asString()
        .contains("idle", "0/4");
  }

  @Test
  void anExplanationSaysWhatIsInTheWayAndWhoIsAhead() throws CommandFailed {
    assertThat(explain("6"))
        .contains("2 nodes: fewer than 8 free gpu [resources], until ")
        .contains("2 jobs of its partition; the first, with priority: 4 (90), 3 (50)")
        .contains("Expected start: not known");
    assertThat(explain("4")).contains("(in 01:00)", "no job of its partition");
    assertThat(explain("5")).contains("0 (held)", "scontrol release");
    assertThat(explain("7")).contains("running", "2 CPUs on n1", "Ends by:");
    assertThat(explain("8_3")).contains("Job 8_[5 tasks]");
  }

  @Test
  void unknownJobsAreToldFromNonsense() {
    assertThatThrownBy(() -> explain("99")).hasMessageContaining("sacct -j 99");
    assertThatThrownBy(() -> explain("8_4")).hasMessage("array 8 has no task 4");
    for (String nonsense : List.of("", "x", "-1", "1_", "1_x", "99999999999999999999", "1_-3")) {
      assertThatThrownBy(() -> explain(nonsense)).hasMessageContaining("is no job id");
    }
  }

  private String explain(String job) throws CommandFailed {
    ExplainAction explain = new ExplainAction();
    explain.job = job;
    return controller.run(explain);
  }

  @Test
  void diagnosticsAreShownAndReset() throws CommandFailed {
    DiagAction diag = new DiagAction();
    assertThat(controller.run(diag))
        .contains("2 pending, 1 running")
        .contains("last 400 us, mean 500 us, longest 2.5 ms")
        .contains("forecast:        last 20 us, mean 100 us")
        .contains("of the last 12 jobs told one, half within 03:12, 9 of 10 within 1:00:00")
        .contains("squeue 4, mean 300 us");
    diag.reset = true;
    controller.run(diag);
    assertThat(controller.calls).containsExactly("reset");
  }

  @Test
  void aRefusedConfigurationFailsTheCommand() throws CommandFailed {
    controller.answer = new Outcome.Done(List.of("SelectType: cons_tres -> linear"));
    assertThat(controller.run(new ReconfigureAction())).contains("cons_tres -> linear", "in force");
    controller.answer =
        new Outcome.Rejected(ErrorCode.CONFIGURATION_INVALID, "slurm.conf:7: no such key");
    assertThatThrownBy(() -> controller.run(new ReconfigureAction()))
        .hasMessage("slurm.conf:7: no such key");
    assertThat(controller.calls).contains("reconfigure by 0");
  }

  @Test
  void withoutAControllerEveryCommandSaysSo() {
    controller.up = false;
    QueueAction queue = new QueueAction();
    for (ControllerAction action :
        List.of(new PluginsAction(), queue, new NodesAction(), new DiagAction())) {
      assertThatThrownBy(() -> controller.run(action))
          .isInstanceOf(CommandFailed.class)
          .hasMessageContaining("not up")
          .hasMessageContaining("log:tail");
    }
  }
}
