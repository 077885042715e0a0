package org.headrace.sim.internal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Reason;
import org.headrace.api.model.RunningJob;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobTarget;
import org.headrace.core.PublishedState;
import org.headrace.core.Specs;
import org.headrace.core.Storm;
import org.headrace.core.TestCluster;

/** What happens to the world: users, administrators, and everything that can go wrong. */
final class Weather {
  private static final int LONGEST_CALM = 60_000;
  private static final Fault[] FAULTS = Fault.values();

  /** Reasons for which a job may wait for ever. */
  private static final Set<Reason> FOR_EVER =
      Set.of(
          Reason.DEPENDENCY,
          Reason.DEPENDENCY_NEVER_SATISFIED,
          Reason.PARTITION_TIME_LIMIT,
          Reason.HELD_BY_ADMIN,
          Reason.HELD_BY_USER,
          Reason.REQUEUE_HELD,
          Reason.REQUEUED_TOO_OFTEN,
          Reason.RESERVATION_DELETED,
          Reason.LAUNCH_FAILED);

  private final Random random;
  private final Tally tally;
  private final World world;
  private final Storm storm;

  Weather(long seed, Tally tally) {
    this.tally = tally;
    random = new Random(seed);
    world = new World(seed, random, tally);
    storm = new Storm(seed, world.cluster);
  }

  /** Users and faults for so many steps, then calm, in which all that can end has to end. */
  void pass(int steps) {
    for (int i = 0; i < steps; i++) {
      gust();
    }
    calm();
    world.accounting(true);
    world.ledger.agreesWith(world.state());
    jobs(world.cluster).forEach(job -> tally.count(job.status().state()));
    world.crash();
    world.restart();
  }

  private void gust() {
    int chance = random.nextInt(100);
    if (chance < 4) {
      fault();
    } else if (world.down()) {
      world.agenda.step();
    } else if (chance < 24) {
      Storm.Gust gust = storm.fromOutside();
      world.apply(gust.command(), gust.actor());
    } else if (chance < 27) {
      world.accounting(false);
    } else {
      world.step();
    }
  }

  private String someNode() {
    return "n" + (1 + random.nextInt(World.NODES));
  }

  /** What can go wrong besides what messages and plugins do. */
  private enum Fault {
    NODE_CUT,
    SESSION_LOST,
    AGENT_KILLED,
    NODE_RESTARTED,
    CONTROLLER_KILLED,
    SNAPSHOT,
    CLOCK_JUMP,
    PLUGIN_SWAP
  }

  private void fault() {
    Fault fault = FAULTS[Math.min(random.nextInt(10), FAULTS.length - 1)];
    tally.count(fault);
    String node = someNode();
    switch (fault) {
      case NODE_CUT -> {
        world.network.cut(node);
        world.agenda.in(random.nextInt(900_000), () -> world.network.heal(node));
      }
      case SESSION_LOST -> world.network.end(node);
      case AGENT_KILLED -> {
        world.agents.get(node).die();
        world.agenda.in(random.nextInt(60_000), () -> world.agents.get(node).start());
      }
      case NODE_RESTARTED -> {
        world.agents.get(node).reboot();
        world.agenda.in(random.nextInt(600_000), () -> world.agents.get(node).start());
      }
      case CONTROLLER_KILLED -> {
        if (!world.down()) {
          world.crash();
          world.agenda.in(random.nextInt(60_000), world::restart);
        }
      }
      case SNAPSHOT -> world.takeSnapshot();
      case CLOCK_JUMP -> world.jump(random.nextInt(600_000) - 300_000);
      case PLUGIN_SWAP -> swap();
    }
  }

  private void swap() {
    String[] choices = {
      "sched/rogue",
      "sched/swapping",
      "sched/builtin",
      "sched/backfill",
      "select/rogue",
      "select/linear",
      "select/cons_tres",
      "priority/rogue",
      "priority/basic",
      "priority/multifactor",
      "topology/tree",
      "topology/flat"
    };
    String[] chosen = choices[random.nextInt(choices.length)].split("/");
    world.registry.choose(chosen[0], chosen[1]);
  }

  /** Everything is mended, and what waits for somebody's word gets it. */
  private void calm() {
    world.network.calm();
    world.agents.values().forEach(FakeAgent::start);
    if (world.down()) {
      world.restart();
    }
    for (String kind : List.of("sched/backfill", "select/cons_tres", "priority/basic")) {
      world.registry.choose(kind.split("/")[0], kind.split("/")[1]);
    }
    world.apply(new Command.Configure(world.definition), Actor.SYSTEM);
    for (int i = 0; i < LONGEST_CALM && !quiet(); i++) {
      if (i % 2000 == 0) {
        mend();
      }
      world.step();
    }
    everythingHasEnded();
  }

  private void mend() {
    world.apply(
        new Command.UpdateNodes(
            List.copyOf(world.agents.keySet()), Command.NodeChange.RESUME, "mended"),
        Specs.ROOT);
    world.apply(new Command.UpdatePartition("debug", java.util.Map.of("State", "UP")), Specs.ROOT);
    world
        .state()
        .reservationDefinitions()
        .forEach(one -> world.apply(new Command.DeleteReservation(one.name()), Specs.ROOT));
    Set<Long> stopped = stopped();
    for (Job job : jobs(world.cluster)) {
      JobState state = job.status().state();
      if (state == JobState.SUSPENDED && !stopped.contains(job.id())) {
        world.apply(new Command.SuspendJob(JobTarget.of(job.id()), true), Specs.ROOT);
      } else if (!state.ended() && state != JobState.SUSPENDED && !job.spec().execution().batch()) {
        world.apply(
            new Command.SignalJob(
                JobTarget.of(job.id()), 0, Command.SignalScope.FULL, false, ExitStatus.SUCCESS),
            Specs.ROOT);
      }
    }
  }

  /** Jobs that go on without anybody's word. */
  private Set<Long> stopped() {
    return world.state().running().stream()
        .filter(job -> job.goesOnWith() != null)
        .map(RunningJob::id)
        .collect(Collectors.toSet());
  }

  private boolean quiet() {
    PublishedState state = world.state();
    return state.activeJobs().length == 0
        && world.agents.values().stream().allMatch(FakeAgent::idle)
        && jobs(world.cluster).stream().noneMatch(Weather::waits);
  }

  private static boolean waits(Job job) {
    return job.status().state() == JobState.PENDING && !FOR_EVER.contains(job.status().reason());
  }

  private void everythingHasEnded() {
    assertThat(world.state().activeJobs()).as("jobs that never end").isEmpty();
    assertThat(jobs(world.cluster).stream().filter(Weather::waits).map(this::told).toList())
        .as("jobs that never start")
        .isEmpty();
    assertThat(world.agents.values().stream().filter(agent -> !agent.idle()).map(FakeAgent::name))
        .as("nodes with processes of nobody")
        .isEmpty();
  }

  private String told(Job job) {
    return job.id() + " " + job.status().reason() + " " + world.state().blockers(job.id());
  }

  private static List<Job> jobs(TestCluster cluster) {
    List<Job> jobs = new ArrayList<>();
    cluster.machine.publish().jobs(row -> true, jobs::add);
    return jobs;
  }
}
