package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PartitionView.State;
import org.headrace.api.model.Reason;
import org.headrace.api.model.Sharing;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.commands.internal.explain.SwhyCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.control.query.Remedy;
import org.junit.jupiter.api.Test;

/** What swhy says. */
class SwhyTest {
  private static final String NOW = "2026-11-23T06:47:18Z";
  private final QueryControl control = new QueryControl(PeerModel.snapshot());

  private FakeInvocation run(int status, String... arguments) throws Exception {
    FakeInvocation call = new FakeInvocation("swhy", arguments);
    assertThat(new SwhyCommand(control, PeerModel.clock(NOW)).run(call)).isEqualTo(status);
    return call;
  }

  /** Has the last plan expect job 15 to start at that time. */
  private void expect(long start) {
    JobStatus old = control.snapshot.jobs.get(15L).status();
    status(start, old.reason(), old.timeLimit());
  }

  private void status(long start, Reason reason, long timeLimit) {
    Job job = control.snapshot.jobs.get(15L);
    JobStatus old = job.status();
    JobStatus status =
        new JobStatus(
            old.state(),
            old.flags(),
            reason,
            old.priority(),
            old.partition(),
            old.submitted(),
            old.eligible(),
            start,
            old.started(),
            old.ended(),
            timeLimit,
            old.allocation(),
            old.exit(),
            old.worstStepExit(),
            old.restarts(),
            old.pendingTasks(),
            old.lastConsidered(),
            old.killedBy(),
            old.suspended(),
            old.stoodStill());
    control.snapshot.jobs.put(15L, job.withStatus(status));
  }

  @Test
  void whatIsInTheWayWhenItStartsAndWhatWouldHelp() throws Exception {
    control.snapshot.blockers.put(
        15L, List.of(new Blocker(Reason.RESOURCES, 3, "fewer than 8 free gpu", Blocker.UNKNOWN)));
    control.remedies =
        List.of(
            new Remedy(Remedy.Kind.PARTITION, "nowhere", 0, 1),
            new Remedy(Remedy.Kind.TIME_LIMIT, "", 1_500_000, 0.8),
            new Remedy(Remedy.Kind.NODES, "", 2, 0.5));
    assertThat(run(0, "15").outText())
        .contains("Reason: Resources", "3 nodes: fewer than 8 free gpu")
        .contains("Could have started at once with: --time=00:25:00, or --nodes=2\n");
  }

  /** No scheduler looks at such a job, so none records what is in its way. */
  @Test
  void aLimitOfThePartitionIsTold() throws Exception {
    Job job = control.snapshot.jobs.get(15L);
    control.snapshot.jobs.put(
        15L, job.withSpec(job.spec().withRequest(job.spec().request().withNodes(5, 5))));
    NodeMask nodes = NodeMask.of(control.snapshot.node("n1").id());
    control.snapshot.view =
        new PartitionView("main", nodes, State.UP, 0, 1, 30_000, 1, 1, Sharing.EXCLUSIVE, Map.of());
    status(0, Reason.PARTITION_NODE_LIMIT, 60_000);
    assertThat(run(0, "15").outText())
        .contains("partition main lets a job have at most 1 nodes; it asks for 5\n");
    assertThat(run(0, "--json", "15").outText()).contains("\"reason\" : \"PartitionNodeLimit\"");
    status(0, Reason.PARTITION_TIME_LIMIT, 60_000);
    assertThat(run(0, "15").outText())
        .contains("partition main lets a job run for at most 0:30; it asks for 1:00\n");
  }

  @Test
  void aPromiseNamesItsNodesAndAnEstimateSaysThatItIsOne() throws Exception {
    expect(PeerModel.at("2026-11-23T14:05:00Z"));
    assertThat(run(0, "15").outText())
        .contains("Expected start: 2026-11-23T14:05:00, an estimate: ");
    control.snapshot.setAside.put(15L, NodeMask.of(control.snapshot.node("n1").id()));
    assertThat(run(0, "15").outText()).contains("2026-11-23T14:05:00, promised on n1");
  }

  @Test
  void prioritiesAreShownAsTheSumsTheyAre() throws Exception {
    Job job = control.snapshot.jobs.get(15L);
    control.priorities =
        new PriorityBreakdown(
            "multifactor",
            Map.of(PriorityFactor.AGE, 1000.0, PriorityFactor.QOS, 500.0),
            List.of(
                new PriorityBreakdown.Row(
                    15,
                    job.status().partition(),
                    495,
                    false,
                    5,
                    Map.of(PriorityFactor.AGE, 0.25, PriorityFactor.QOS, 0.5))),
            "");
    assertThat(run(0, "15").outText())
        .contains(
            "(priority of this one: " + job.status().priority() + " = age 250 + qos 250 - nice 5)");
    assertThat(run(0, "--json", "15").outText())
        .contains("\"age\" : 250", "\"qos\" : 250", "\"nice\" : 5");
    control.priorities = PriorityBreakdown.failed("there is no plugin");
    assertThat(run(0, "15").outText())
        .contains("(priority of this one: " + job.status().priority() + ")");
  }

  @Test
  void dataHasTheSame() throws Exception {
    control.snapshot.setAside.put(15L, NodeMask.of(control.snapshot.node("n1").id()));
    assertThat(run(0, "--json", "15").outText())
        .contains("\"explanations\"", "\"promised\" : true", "\"nodes_set_aside\" : \"n1\"");
  }

  @Test
  void unknownJobsAndMissingOnesAreRefused() throws Exception {
    assertThat(run(1, "99999").errText()).contains("Invalid job id specified: 99999");
    assertThat(run(1, "x y").errText()).contains("Invalid job id specified");
    assertThat(run(1).errText()).contains("name a job");
  }
}
