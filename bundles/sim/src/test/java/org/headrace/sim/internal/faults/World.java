package org.headrace.sim.internal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.api.model.RunningJob;
import org.headrace.api.scheduler.Decision;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.event.Event;
import org.headrace.controller.internal.log.LoggedCommand;
import org.headrace.controller.internal.planning.DirectCalls;
import org.headrace.controller.internal.planning.PlanningCycle;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.ClusterMachine;
import org.headrace.core.Invariants;
import org.headrace.core.PublishedState;
import org.headrace.core.SnapshotItem;
import org.headrace.core.Specs;
import org.headrace.core.TestCluster;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.sim.internal.Plugins;

/**
 * A whole cluster on virtual time: real core, planning, plugins and protocol; a log and snapshots
 * in memory, as bytes; made-up agents and network. After each command the invariants are checked.
 */
final class World {
  static final int NODES = 5;

  private static final RecordCodec<LoggedCommand> ENTRY = RecordCodec.of(LoggedCommand.class);
  private static final RecordCodec<SnapshotItem> ITEM = RecordCodec.of(SnapshotItem.class);
  private static final long FULL_CYCLE_MILLIS = 60_000;
  private static final long ABSENT_MILLIS = 10_000;

  final TestCluster cluster = new TestCluster();
  final Agenda agenda = new Agenda(cluster.now);
  final Network network;
  final Map<String, FakeAgent> agents = new TreeMap<>();
  final PluginRegistry registry = Plugins.all();
  final Ledger ledger = new Ledger();

  /** The configuration at the beginning and at the end. */
  final ClusterDefinition definition;

  private final Random random;
  private final Tally tally;
  private final Invariants invariants = new Invariants(cluster);
  private final List<Logged> log = new ArrayList<>();
  private List<byte[]> snapshot = List.of();
  private FakeController controller;
  private PlanningCycle cycle;
  private boolean planning;
  private long plannedFreed;
  private long skew;
  private int life;

  private record Logged(byte[] entry, long time) {}

  World(long seed, Random random, Tally tally) {
    definition = Specs.cluster(NODES, seed);
    this.random = random;
    this.tally = tally;
    network = new Network(agenda, random, tally);
    registry.configure(new HashMap<>(definition.settings()));
    RoguePlugins.add(registry, random);
    for (int i = 1; i <= NODES; i++) {
      String name = "n" + i;
      FakeAgent agent = new FakeAgent(name, agenda, network, random, new HashSet<>());
      agents.put(name, agent);
      network.add(agent);
    }
    begin();
    apply(new Command.Configure(definition), Actor.SYSTEM);
    if (Specs.charges(seed)) {
      apply(Specs.accounts(), Actor.SYSTEM);
    }
    cycleEveryMinute();
  }

  /** The controller's clock, which may jump. */
  private long clock() {
    return agenda.now() + skew;
  }

  void jump(long millis) {
    skew += millis;
  }

  PublishedState state() {
    return cluster.machine.publish();
  }

  /** Does the next thing that is due: a timer of the core, or whatever the agenda has. */
  void step() {
    long deadline = cluster.machine.nextDeadline();
    boolean timer = deadline <= clock();
    if (!timer && deadline != Long.MAX_VALUE && controller != null) {
      timer = agenda.isEmpty() || deadline - skew < agenda.next();
      if (timer) {
        agenda.in(Math.max(0, deadline - clock()), () -> {});
        agenda.step();
      }
    }
    if (timer && controller != null) {
      apply(new Command.Tick(), Actor.SYSTEM);
    } else {
      agenda.step();
    }
  }

  /** Writes a command to the log, carries it out, and checks what has to hold. */
  Outcome apply(Command command, Actor actor) {
    agenda.tell(actor.user(), command);
    byte[] entry = ENTRY.encode(new LoggedCommand(actor, command));
    log.add(new Logged(entry, clock()));
    cluster.now = clock();
    LoggedCommand logged = ENTRY.decode(entry);
    Outcome outcome = cluster.machine.apply(logged.command(), logged.actor(), clock());
    agenda.tell("  answered", outcome);
    List<Event> events = cluster.machine.drainEvents();
    cluster.events.addAll(events);
    if (outcome instanceof Outcome.Rejected rejected) {
      assertThat(rejected.code()).as(rejected.message()).isNotEqualTo(ErrorCode.INTERNAL);
    } else if (outcome instanceof Outcome.JobAccepted accepted) {
      invariants.submitted(accepted.jobId());
    }
    invariants.check();
    if (command instanceof Command.ApplyPlan plan) {
      plan.plan().decisions().forEach(this::limited);
    }
    events.forEach(this::preemptedRightly);
    events.stream()
        .filter(Event.NodeLeft.class::isInstance)
        .forEach(left -> tally.count("GOES_ON_WITHOUT_NODE"));
    controller.applied(events);
    planSoon();
    return outcome;
  }

  private void limited(Decision decision) {
    if (decision instanceof Decision.Wait wait && wait.reason() != null) {
      if (wait.reason().name().startsWith("ASSOCIATION_")) {
        tally.count("LIMITED");
      } else if (wait.reason() == Reason.RESERVED_FOR_OTHERS) {
        tally.count("KEPT_OUT");
      }
    }
  }

  /** Jobs of debug alone are preempted, only where anybody is, and what starts with them. */
  private void preemptedRightly(Event event) {
    if (!(event instanceof Event.JobChanged changed)) {
      return;
    }
    JobStatus status = changed.job().status();
    if (status.state() == JobState.RUNNING && changed.job().spec().component().index() == 1) {
      tally.count("STARTED_TOGETHER");
    }
    if (status.state() == JobState.RUNNING && status.allocation().kept().size() > 1) {
      tally.count("ALONE_ON_ITS_SWITCH");
    }
    if (status.state() == JobState.RUNNING && onSharedCores(changed.job().id())) {
      tally.count("SHARES_CORES");
    }
    if (status.state() == JobState.RUNNING && !status.reservation().isEmpty()) {
      tally.count(changed.job().spec().reservation().isEmpty() ? "DRAWN_IN" : "IN_RESERVATION");
    }
    if (status.reason() == Reason.PREEMPTED || status.state() == JobState.PREEMPTED) {
      assertThat(definition.settings())
          .as("job %s is preempted", changed.job())
          .containsKey("PreemptType");
      if (!changed.job().spec().component().grouped()) {
        assertThat(status.partition()).as("partition of %s", changed.job()).isEqualTo("debug");
      }
      tally.count(status.state() == JobState.PENDING ? "REQUEUED_BY_PREEMPTION" : "PREEMPTED");
    }
    for (RunningJob job : state().running()) {
      if (job.goesOnWith() != null) {
        assertThat(job.partition()).as("of stopped job %d", job.id()).isIn("debug", "turns");
        tally.count(job.partition().equals("debug") ? "STOPPED_FOR_ANOTHER" : "TAKES_TURNS");
      }
    }
  }

  /** True for a running job that has a core on which others are, too. */
  private boolean onSharedCores(long id) {
    List<RunningJob> running = state().running();
    for (RunningJob job : running) {
      for (RunningJob other : job.id() == id ? running : List.<RunningJob>of()) {
        for (NodeAllocation part :
            other == job ? List.<NodeAllocation>of() : other.allocation().nodes()) {
          if (job.allocation().nodes().stream()
              .anyMatch(own -> own.node() == part.node() && own.cores().intersects(part.cores()))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void planSoon() {
    if (!planning) {
      planning = true;
      int mine = life;
      agenda.in(1 + random.nextInt(50), () -> inLife(mine, this::plan));
    }
  }

  private void cycleEveryMinute() {
    agenda.in(
        FULL_CYCLE_MILLIS,
        () -> {
          if (controller != null) {
            planSoon();
          }
          cycleEveryMinute();
        });
  }

  private void inLife(int which, Runnable action) {
    if (life == which && controller != null) {
      action.run();
    }
  }

  /**
   * The plan is made on one state and carried out on a later one. As before a deep queue, what has
   * come free is sometimes answered first, and a whole plan follows.
   */
  private void plan() {
    PublishedState state = state();
    PlanningCycle.Turn turn;
    boolean whole = random.nextBoolean();
    try {
      turn = whole ? null : cycle.answer(state, clock());
      whole = turn == null;
      if (whole) {
        turn = cycle.plan(state, clock(), state.freedGeneration() != plannedFreed);
      } else {
        tally.count(turn.plan().decisions().isEmpty() ? "ANSWER_OF_NONE" : "ANSWER");
      }
      tally.count(turn.nonsense() == null ? "plan" : "plan without a part that was nonsense");
    } catch (PluginFault e) {
      tally.count("plugin at fault");
      planning = false;
      planSoon();
      return;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    int mine = life;
    PlanningCycle.Turn made = turn;
    boolean all = whole;
    agenda.in(
        random.nextInt(3) == 0 ? random.nextInt(2000) : 0,
        () -> inLife(mine, () -> carryOut(made, state, all)));
  }

  private void carryOut(PlanningCycle.Turn turn, PublishedState planned, boolean whole) {
    boolean news = state().planGeneration() != planned.planGeneration();
    turn.commands().forEach(command -> apply(command, Actor.SYSTEM));
    plannedFreed = whole ? planned.freedGeneration() : plannedFreed;
    boolean inPart = turn.nonsense() != null;
    if (whole && !news && !inPart) {
      everyConsideredJobHasAReason(turn);
    }
    planning = false;
    if (news || !whole || inPart) {
      planSoon();
    }
    if (turn.nextStart() != Long.MAX_VALUE) {
      int mine = life;
      agenda.in(
          Math.min(FULL_CYCLE_MILLIS, turn.nextStart() - turn.now()),
          () -> inLife(mine, this::planSoon));
    }
  }

  /** But for one that was to start, and whose start came too late to end before a reservation. */
  private void everyConsideredJobHasAReason(PlanningCycle.Turn turn) {
    PublishedState state = state();
    Set<Long> starting = new HashSet<>();
    for (Decision decision : turn.plan().decisions()) {
      if (decision instanceof Decision.Start && !state.reservations().isEmpty()) {
        starting.add(decision.jobId());
      }
    }
    for (int row = 0; row < turn.plan().considered(); row++) {
      var job = state.job(turn.queue().jobId(row));
      JobStatus status = job == null ? null : job.status();
      boolean decided = status != null && !starting.contains(job.id());
      if (decided && status.state() == JobState.PENDING) {
        assertThat(status.reason()).as("reason of %s", job).isNotEqualTo(Reason.NOT_CONSIDERED_YET);
      }
    }
  }

  /** Some or all of what accounting hasn't got, and sometimes word of it back to the core. */
  void accounting(boolean all) {
    List<AccountingRecord> backlog =
        cluster.machine.accountingBacklog(
            all || random.nextBoolean() ? 0 : ledger.last(), all ? 1_000_000 : 40);
    ledger.write(backlog);
    if (all || random.nextInt(3) > 0) {
      apply(new Command.AccountingSafe(ledger.last()), Actor.SYSTEM);
    }
  }

  void takeSnapshot() {
    List<byte[]> items = new ArrayList<>();
    cluster.machine.saveAsWritten(item -> items.add(ITEM.encode(item)));
    snapshot = items;
    log.clear();
  }

  /** The controller dies; what it knew is what log and snapshot tell the next. */
  void crash() {
    agenda.tell("controller", "dies");
    controller = null;
    life++;
    network.controller(null);
  }

  boolean down() {
    return controller == null;
  }

  /** A new life of the controller. */
  void restart() {
    long hash = cluster.machine.stateHash();
    List<String> live = items(cluster.machine);
    cluster.store = new WritingStore();
    cluster.files = new HeapFileStore();
    ClusterMachine twin = new ClusterMachine(cluster.store, cluster.files);
    if (!snapshot.isEmpty()) {
      twin.load(snapshot.stream().map(ITEM::decode).map(World::read).iterator());
    }
    for (Logged logged : log) {
      LoggedCommand command = ENTRY.decode(logged.entry());
      twin.apply(command.command(), command.actor(), logged.time());
    }
    twin.drainEvents();
    if (twin.stateHash() != hash) {
      List<String> replayed = items(twin);
      replayed.removeAll(live);
      live.removeAll(items(twin));
      assertThat(replayed).as("what was replayed otherwise").isEqualTo(live);
    }
    assertThat(twin.stateHash()).as("hash of the state that was replayed").isEqualTo(hash);
    cluster.machine = twin;
    begin();
    planSoon();
  }

  private static SnapshotItem read(SnapshotItem item) {
    return item instanceof SnapshotItem.WrittenJob job
        ? job.read(WritingStore.CODEC.decode(job.record()))
        : item;
  }

  private static List<String> items(ClusterMachine machine) {
    List<String> items = new ArrayList<>();
    machine.save(item -> items.add(item.toString()));
    return items;
  }

  private void begin() {
    controller = new FakeController(this, network);
    cycle = new PlanningCycle(registry, new DirectCalls());
    planning = false;
    plannedFreed = -1;
    network.controller(controller);
    controller.listen();
    int mine = life;
    agenda.in(ABSENT_MILLIS, () -> inLife(mine, () -> controller.reportAbsent()));
  }
}
