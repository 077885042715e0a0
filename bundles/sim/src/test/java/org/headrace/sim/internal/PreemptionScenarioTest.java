package org.headrace.sim.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.headrace.api.account.LimitSet;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Preemption;
import org.headrace.api.preemption.Victim;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.Specs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The core, the planning cycle and the plugins together, on two nodes of eight cores. */
class PreemptionScenarioTest {
  private final PluginRegistry plugins = Plugins.all();
  private Cluster cluster;
  private String scheduler = "sched/backfill";

  private void begin(String mode, Map<String, String> more) {
    ClusterDefinition plain = Specs.preempting(2, mode, 0);
    Map<String, String> settings = new TreeMap<>(plain.settings());
    settings.put("PriorityType", "priority/basic");
    settings.put("SchedulerType", scheduler);
    settings.putAll(more);
    cluster = new Cluster(plugins, settings);
    cluster.system(new Command.Configure(plain.withSettings(settings)));
    for (NodeDefinition node : plain.nodes()) {
      cluster.system(new Command.RegisterNode(SimulatedMachine.report(node, cluster.now())));
    }
  }

  private long submit(String partition, int cpus, int nice) {
    return submit(partition, cpus, nice, "");
  }

  private long submit(String partition, int cpus, int nice, String qos) {
    return submit(partition, cpus, nice, qos, Sharing.CORES);
  }

  private long submit(String partition, int cpus, int nice, String qos, Sharing sharing) {
    ResourceRequest one = ResourceRequest.singleCpu().withSharing(sharing);
    JobSpec spec = Specs.job(Specs.ANNA).withPartitions(List.of(partition));
    spec =
        spec.withRequest(one.withLayout(one.layout().withTasks(cpus)).withNodes(1, 1))
            .withTiming(spec.timing().withNice(nice))
            .withCharge(new Charge("", qos, ""));
    Outcome outcome = cluster.apply(new Command.SubmitJob(spec, JobFiles.EMPTY, 0), Specs.ANNA);
    return ((Outcome.JobAccepted) outcome).jobId();
  }

  private long running(String partition, int cpus, int nice) {
    long id = submit(partition, cpus, nice);
    plan();
    assertThat(state(id)).isEqualTo(JobState.RUNNING);
    for (String node : nodes(id)) {
      cluster.system(new Command.NodeReady(id, 0, node));
    }
    return id;
  }

  private void plan() {
    cluster.advance(cluster.now() + 1_000);
    cluster.plan(true);
  }

  private JobState state(long id) {
    return cluster.state().job(id).status().state();
  }

  private List<String> nodes(long id) {
    return cluster.state().job(id).status().allocation().nodes().stream()
        .map(NodeAllocation::node)
        .map(node -> cluster.state().node(node).name())
        .toList();
  }

  private void released(long id) {
    Job job = cluster.state().job(id);
    for (String node : nodes(id)) {
      cluster.system(new Command.NodeReleased(id, job.status().restarts(), node, ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sched/backfill", "sched/builtin"})
  void oneVictimIsEnoughHoweverLongItTakes(String by) {
    scheduler = by;
    begin("CANCEL", Map.of());
    long first = running("debug", 8, 0);
    long second = running("debug", 8, 0);
    long job = submit("long", 8, 0);
    long waiting = submit("debug", 1, 0);
    plan();
    assertThat(state(second)).isEqualTo(JobState.PREEMPTED);
    plan();
    plan();
    assertThat(state(first)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.state().job(job).status().reason()).isEqualTo(Reason.RESOURCES);
    released(second);
    plan();
    assertThat(state(job)).isEqualTo(JobState.RUNNING);
    assertThat(state(waiting)).isEqualTo(JobState.PENDING);
    assertThat(state(first)).isEqualTo(JobState.RUNNING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sched/backfill", "sched/builtin"})
  void theLowestPriorityGoesOrTheYoungest(String by) {
    scheduler = by;
    for (boolean youngest : new boolean[] {false, true}) {
      begin("REQUEUE", youngest ? Map.of("PreemptParameters", "youngest_first") : Map.of());
      long lower = running("debug", 8, 500);
      long higher = running("debug", 8, 0);
      submit("long", 8, 0);
      plan();
      assertThat(state(youngest ? higher : lower)).isEqualTo(JobState.PENDING);
      assertThat(state(youngest ? lower : higher)).isEqualTo(JobState.RUNNING);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sched/backfill", "sched/builtin"})
  void highPrioritiesAreExemptWhereTheConfigurationSaysSo(String by) {
    scheduler = by;
    begin("CANCEL", Map.of("SchedulerParameters", "preempt_min_exempt_priority=1"));
    long low = running("debug", 8, 0);
    long rigid = running("rigid", 8, 0);
    long job = submit("long", 8, 0);
    plan();
    assertThat(List.of(state(low), state(rigid), state(job)))
        .containsExactly(JobState.RUNNING, JobState.RUNNING, JobState.PENDING);
  }

  /** What is stopped goes on before anything of its own rank starts on its cores. */
  @ParameterizedTest
  @ValueSource(strings = {"sched/backfill", "sched/builtin"})
  void whoWasStoppedComesBeforeItsEquals(String by) {
    scheduler = by;
    begin("SUSPEND,GANG", Map.of());
    running("rigid", 8, 0);
    long stopped = running("debug", 8, 0);
    long small = submit("long", 2, 0);
    plan();
    assertThat(state(stopped)).isEqualTo(JobState.SUSPENDED);
    assertThat(state(small)).isEqualTo(JobState.RUNNING);
    long equal = submit("debug", 2, 0);
    long another = submit("long", 6, 0);
    plan();
    assertThat(state(equal)).isEqualTo(JobState.PENDING);
    assertThat(state(another)).isEqualTo(JobState.RUNNING);
    for (long id : new long[] {small, another}) {
      assertThat(state(stopped)).isEqualTo(JobState.SUSPENDED);
      cluster.apply(
          new Command.SignalJob(
              org.headrace.control.command.JobTarget.of(id),
              0,
              Command.SignalScope.FULL,
              false,
              org.headrace.api.job.ExitStatus.SUCCESS),
          Specs.ANNA);
      plan();
      released(id);
      plan();
    }
    assertThat(state(stopped)).isEqualTo(JobState.RUNNING);
    assertThat(state(equal)).isEqualTo(JobState.PENDING);
  }

  /** Two on each core; preemption itself is off. */
  @Test
  void jobsTakeTurnsWhereThePartitionForcesThemToShare() {
    begin("GANG", Map.of("PreemptType", "preempt/none"));
    long first = running("turns", 8, 0);
    long second = running("turns", 8, 0);
    assertThat(state(first)).as("nobody needs to share yet").isEqualTo(JobState.RUNNING);
    long third = submit("turns", 8, 0);
    long fourth = submit("turns", 8, 0);
    long fifth = submit("turns", 8, 0);
    plan();
    for (long job : new long[] {third, fourth}) {
      cluster.system(new Command.NodeReady(job, 0, nodes(job).get(0)));
    }
    plan();
    List<JobState> states = List.of(state(first), state(second), state(third), state(fourth));
    assertThat(states).containsOnly(JobState.RUNNING, JobState.SUSPENDED);
    assertThat(states.stream().filter(JobState.RUNNING::equals)).hasSize(2);
    assertThat(state(fifth)).as("no core has more than two").isEqualTo(JobState.PENDING);
    cluster.advance(cluster.now() + 40_000);
    List<JobState> later = List.of(state(first), state(second), state(third), state(fourth));
    for (int i = 0; i < later.size(); i++) {
      assertThat(later.get(i)).as("job %d has had its turn", i).isNotEqualTo(states.get(i));
    }
  }

  /** Two on each core, of jobs that ask to share; who doesn't keeps its cores to the end. */
  @ParameterizedTest
  @ValueSource(strings = {"sched/backfill", "sched/builtin"})
  void jobsTakeTurnsWhereTheyAskToShare(String by) {
    scheduler = by;
    begin("GANG", Map.of("PreemptType", "preempt/none"));
    long alone = running("asked", 8, 0);
    long first = submit("asked", 8, 0, "", Sharing.OVERSUBSCRIBE);
    plan();
    cluster.system(new Command.NodeReady(first, 0, nodes(first).get(0)));
    long second = submit("asked", 8, 0, "", Sharing.OVERSUBSCRIBE);
    long third = submit("asked", 8, 0, "", Sharing.OVERSUBSCRIBE);
    long other = submit("asked", 8, 0);
    plan();
    assertThat(state(second)).isEqualTo(JobState.RUNNING);
    assertThat(state(first)).isEqualTo(JobState.SUSPENDED);
    cluster.system(new Command.NodeReady(second, 0, nodes(second).get(0)));
    plan();
    assertThat(state(third)).as("no core has more than two").isEqualTo(JobState.PENDING);
    assertThat(state(other)).as("doesn't ask to share").isEqualTo(JobState.PENDING);
    for (int turn = 0; turn < 3; turn++) {
      cluster.advance(cluster.now() + 40_000);
      assertThat(state(turn % 2 == 0 ? first : second)).isEqualTo(JobState.RUNNING);
      assertThat(state(turn % 2 == 0 ? second : first)).isEqualTo(JobState.SUSPENDED);
      assertThat(state(alone)).isEqualTo(JobState.RUNNING);
    }
  }

  @Test
  void withoutItsPluginNobodyIsPreemptedAndPlanningGoesOn() {
    plugins.add(
        "preempt",
        "broken",
        "1",
        (Preemption)
            (pending, running, view, options) -> {
              throw new IllegalStateException("no idea");
            });
    begin("CANCEL", Map.of("PreemptType", "preempt/broken"));
    long low = running("debug", 8, 0);
    running("debug", 8, 0);
    long job = submit("long", 8, 0);
    for (int i = 0; i < PluginRegistry.MAX_FAULTS; i++) {
      assertThatThrownBy(this::plan).hasMessageContaining("no idea");
    }
    plan();
    assertThat(state(low)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.state().job(job).status().reason()).isEqualTo(Reason.RESOURCES);
  }

  private static QualityOfService qos(String name, long graceTime, String... preempts) {
    return new QualityOfService(
        name,
        0,
        0,
        "",
        Set.of(),
        LimitSet.NONE,
        1,
        0,
        -1,
        List.of(preempts),
        "",
        60_000,
        graceTime);
  }

  /** The lower one's jobs run for a minute undisturbed, and have five seconds to end. */
  @Test
  void jobsOfAQualityOfServiceGoForThoseOfAnother() {
    begin("CANCEL", Map.of("PreemptType", "preempt/qos"));
    cluster.system(new Command.DefineQos(qos("low", 5_000), false));
    cluster.system(new Command.DefineQos(qos("high", 0, "low"), false));
    long low = submit("debug", 8, 0, "low");
    plan();
    cluster.system(new Command.NodeReady(low, 0, nodes(low).get(0)));
    long normal = running("debug", 8, 0);
    long job = submit("rigid", 8, 0, "high");
    plan();
    assertThat(cluster.state().job(low).status().preempted()).as("before a minute").isZero();
    cluster.advance(cluster.now() + 60_000);
    plan();
    assertThat(cluster.state().job(low).status().preempted()).isPositive();
    assertThat(state(low)).isEqualTo(JobState.RUNNING);
    cluster.advance(cluster.now() + 5_000);
    assertThat(state(low)).isEqualTo(JobState.PREEMPTED);
    released(low);
    plan();
    assertThat(state(job)).isEqualTo(JobState.RUNNING);
    assertThat(state(normal)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aPlanThatNamesSomebodyWhoMayNotBePreemptedIsRefused() {
    begin("CANCEL", Map.of("SchedulerType", "sched/ruthless"));
    plugins.choose("sched", "backfill");
    long rigid = running("rigid", 8, 0);
    long low = running("debug", 8, 0);
    long job = submit("long", 8, 0);
    for (Victim victim :
        List.of(
            new Victim(rigid, PreemptMode.CANCEL),
            new Victim(low, PreemptMode.REQUEUE),
            new Victim(99, PreemptMode.CANCEL))) {
      Scheduler ruthless =
          (view, queue, context) ->
              new Plan(
                  view.version(),
                  List.of(
                      new Decision.Preempt(
                          new Decision.Reserve(
                              job, "long", 0, List.of(), Reason.RESOURCES, List.of()),
                          List.of(victim))),
                  1);
      plugins.add("sched", "ruthless", "1", ruthless);
      plugins.choose("sched", "ruthless");
      assertThatThrownBy(this::plan)
          .hasMessageContaining(
              "job " + victim.jobId() + " may not be preempted by " + victim.mode());
    }
    assertThat(state(rigid)).isEqualTo(JobState.RUNNING);
    assertThat(state(low)).isEqualTo(JobState.RUNNING);
  }
}
