package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Freed;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Command;
import org.headrace.controller.internal.forecast.ExpectedStarts;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.EligibleJobs;
import org.headrace.core.PublishedState;
import org.headrace.core.SchedulerInput;

/**
 * What is done in one turn of planning: priorities, plan, and the command that carries out what is
 * new in it. Knows no clock, and no thread but that of its calls, so that it serves the running
 * controller and the simulation alike. Used by one thread at a time.
 */
public final class PlanningCycle {
  private static final int MAX_TOLD_PAUSED = 10_000;
  private static final int PRIORITIES_IN_ONE_COMMAND = 20_000;
  private static final long REFRESH_MILLIS = 60_000;
  private static final long[] NONE = {};

  private final PluginRegistry registry;
  private final Calls calls;
  private final Rounds rounds;
  private final Priorities priorities;
  private final Told told = new Told();
  private long refreshed = Long.MIN_VALUE;

  /** What the last whole plan has left; null when there is none to go by. */
  private Standing standing;

  /**
   * What events are answered by between two whole plans.
   *
   * @param state what was planned on last
   * @param settings configuration that it was planned with
   * @param reserved reservations of jobs that haven't started since
   */
  private record Standing(
      PublishedState state, Map<String, String> settings, List<Decision.Reserve> reserved) {
    static Standing after(PublishedState state, Map<String, String> settings, Plan plan) {
      List<Decision.Reserve> reserved = new ArrayList<>();
      for (Decision decision : plan.decisions()) {
        if (decision instanceof Decision.Reserve reserve) {
          reserved.add(reserve);
        }
      }
      return new Standing(state, settings, reserved);
    }

    Standing and(PublishedState later, Plan starts) {
      Set<Long> started =
          starts.decisions().stream().map(Decision::jobId).collect(Collectors.toSet());
      return new Standing(
          later,
          settings,
          reserved.stream().filter(one -> !started.contains(one.jobId())).toList());
    }
  }

  /**
   * @param calls how plugins are called
   */
  public PlanningCycle(PluginRegistry registry, Calls calls) {
    this(registry, calls, new Rounds(registry, calls));
  }

  PlanningCycle(PluginRegistry registry, Calls calls, Rounds rounds) {
    this.registry = registry;
    this.calls = calls;
    this.rounds = rounds;
    priorities = new Priorities(registry, calls);
  }

  /** Of what priorities were made when they were computed. For any thread. */
  PriorityRecord priorities() {
    return priorities.made();
  }

  /**
   * The result of a turn.
   *
   * @param input what was planned on
   * @param queue the queue in its order
   * @param settings configuration
   * @param now when it was planned
   * @param freed whether anything had come free since the turn before
   * @param plan the whole plan
   * @param commands what is new in it, to be put into the log in this order; starts come with the
   *     first
   * @param phases how long the parts took
   * @param nonsense what was wrong with a part of the plan that was left out of it, or null; its
   *     job has to be planned anew
   */
  public record Turn(
      SchedulerInput input,
      EligibleJobs queue,
      Map<String, String> settings,
      long now,
      boolean freed,
      Plan plan,
      List<Command.ApplyPlan> commands,
      Phases phases,
      PluginFault nonsense) {
    /**
     * When the first of the jobs with a promise is due, or one has waited for few switches as long
     * as it would; {@link Long#MAX_VALUE} if none is.
     */
    public long nextStart() {
      long next = nextEndOfSwitchWait();
      for (Decision decision : plan.decisions()) {
        if (decision instanceof Decision.Reserve reserve && reserve.start() > now) {
          next = Math.min(next, reserve.start());
        }
      }
      return next;
    }

    /** From then on the job takes nodes on any switches: it may start though nothing comes free. */
    private long nextEndOfSwitchWait() {
      long next = Long.MAX_VALUE;
      for (int row = 0; row < queue.size(); row++) {
        NodeConstraint nodes = queue.jobClass(row).request().nodes();
        if (nodes.maxSwitches() > 0) {
          long end = queue.get(row).eligible() + nodes.switchWait();
          next = end > now ? Math.min(next, end) : next;
        }
      }
      return next;
    }

    /** Jobs started ahead of one that waits. */
    int startedAhead() {
      int ahead = 0;
      boolean someoneWaits = false;
      for (Decision decision : plan.decisions()) {
        if (decision instanceof Decision.Start) {
          ahead += someoneWaits ? 1 : 0;
        } else {
          someoneWaits = true;
        }
      }
      return ahead;
    }
  }

  /**
   * Plans.
   *
   * @param now the present, in epoch milliseconds
   * @param freed whether anything has come free since the last turn
   * @throws PluginFault if a plugin failed or is missing
   */
  public Turn plan(PublishedState state, long now, boolean freed)
      throws PluginFault, InterruptedException {
    long begun = calls.nanos();
    SchedulerInput input = state.input();
    long ordered = calls.nanos();
    Map<String, String> settings = state.definition().settings();
    Priorities.Result ranked = priorities.compute(input, settings, now);
    EligibleJobs queue = ranked.queue();
    long prioritized = calls.nanos();
    Rounds.Round round = rounds.round(input, queue, settings, now, freed);
    Plan plan = round.plan();
    long planned = calls.nanos();
    List<Decision> decisions = BestDecisions.of(ExpectedStarts.of(plan, input.view(), queue, now));
    long forecast = calls.nanos();
    List<Command.ApplyPlan> commands = commands(plan, decisions, queue, ranked, now);
    standing = Standing.after(state, settings, plan);
    Phases phases = phases(begun, ordered, prioritized, planned, forecast, round);
    return new Turn(input, queue, settings, now, freed, plan, commands, phases, round.nonsense());
  }

  /**
   * Starts jobs on what has come free since the last turn, without a whole plan. Plugins in shadow
   * are compared by whole plans, and would never be asked about a job that was started here; so
   * while there is one, only whole plans are made.
   *
   * @param now the present, in epoch milliseconds
   * @return null if only a whole plan can tell
   * @throws PluginFault if a plugin failed or is missing
   */
  public Turn answer(PublishedState state, long now) throws PluginFault, InterruptedException {
    Standing last = standing;
    Map<String, String> settings = state.definition().settings();
    NodeMask nodes =
        last == null || last.settings() != settings ? null : state.freedSince(last.state());
    if (nodes == null || registry.shadowing()) {
      return null;
    }
    // Also where it fails: a whole plan comes next then.
    standing = null;
    long begun = calls.nanos();
    SchedulerInput input = state.answerInput();
    long ordered = calls.nanos();
    Priorities.Result ranked = priorities.computeNew(input, settings, now);
    EligibleJobs queue = ranked.queue();
    long prioritized = calls.nanos();
    Freed freed = new Freed(nodes, last.reserved());
    Rounds.Round round = rounds.answer(input, queue, settings, now, freed);
    if (round == null) {
      return null;
    }
    Plan plan = round.plan();
    long planned = calls.nanos();
    plan.decisions().forEach(start -> told.started(start.jobId()));
    List<Plan> parts = plan.decisions().isEmpty() ? List.of() : List.of(plan);
    List<Command.ApplyPlan> commands = commands(parts, plan, ranked);
    standing = last.and(state, plan);
    Phases phases = phases(begun, ordered, prioritized, planned, planned, round);
    return new Turn(input, queue, settings, now, true, plan, commands, phases, round.nonsense());
  }

  private List<Command.ApplyPlan> commands(
      Plan plan, List<Decision> decisions, EligibleJobs queue, Priorities.Result ranked, long now) {
    told.again(queue);
    boolean refresh = now - refreshed >= REFRESH_MILLIS || refreshed == Long.MIN_VALUE;
    refreshed = refresh ? now : refreshed;
    List<List<Decision>> news = told.news(decisions, refresh);
    List<Plan> parts = new ArrayList<>();
    for (List<Decision> part : news) {
      // Only a plan that has considered something says anew which nodes are set aside.
      int considered = parts.isEmpty() ? plan.considered() : 0;
      parts.add(new Plan(plan.viewVersion(), part, considered));
    }
    return commands(parts, plan, ranked);
  }

  /** Parts of a plan, and new priorities with them: those of jobs that it starts come first. */
  private static List<Command.ApplyPlan> commands(
      List<Plan> parts, Plan plan, Priorities.Result ranked) {
    Priorities.Result startingFirst = ranked.jobs().length == 0 ? ranked : ranked.first(plan);
    Plan nothing = new Plan(plan.viewVersion(), List.of(), 0);
    List<Command.ApplyPlan> commands = new ArrayList<>();
    for (int i = 0; i < parts.size() || i * PRIORITIES_IN_ONE_COMMAND < ranked.jobs().length; i++) {
      commands.add(command(i < parts.size() ? parts.get(i) : nothing, startingFirst, i));
    }
    return commands;
  }

  private Phases phases(
      long begun, long ordered, long prioritized, long planned, long forecast, Rounds.Round round) {
    return new Phases(
        ordered - begun,
        prioritized - ordered,
        planned - prioritized - round.checkNanos(),
        round.checkNanos(),
        forecast - planned,
        calls.nanos() - forecast);
  }

  private static Command.ApplyPlan command(Plan plan, Priorities.Result ranked, int part) {
    int from = part * PRIORITIES_IN_ONE_COMMAND;
    int to = Math.min(ranked.jobs().length, from + PRIORITIES_IN_ONE_COMMAND);
    return from >= to
        ? new Command.ApplyPlan(plan, NONE, NONE)
        : new Command.ApplyPlan(
            plan,
            Arrays.copyOfRange(ranked.jobs(), from, to),
            Arrays.copyOfRange(ranked.priorities(), from, to));
  }

  /** Has ready what answers to what follows this state start from: a state after a whole plan. */
  public void ready(PublishedState state) {
    if (standing != null) {
      state.readyAnswers();
    }
  }

  /** Plans again with each plugin in shadow, and notes how the plans differ. */
  public void shadow(Turn turn) throws InterruptedException {
    rounds.shadow(turn, priorities);
  }

  /** A plan was not taken: nothing of it counts as told. */
  public void lost() {
    told.forget();
    standing = null;
  }

  /** True when waiting for a plugin to come is all that helps. */
  public boolean missing() {
    return registry.serving(Kind.SCHEDULER) == null
        || registry.serving(Kind.SELECTOR) == null
        || registry.serving(Kind.TOPOLOGY) == null
        || registry.serving(Kind.PRIORITY) == null
        || registry.serving(Kind.PREEMPTION) == null && !registry.without(Kind.PREEMPTION);
  }

  /** Tells the jobs that wait for a plugin to come; empty if there is nothing new to tell. */
  public List<Command.ApplyPlan> paused(PublishedState state) {
    SchedulerInput input = state.input();
    List<Decision> decisions = new ArrayList<>();
    for (int row = 0; row < Math.min(input.queue().size(), MAX_TOLD_PAUSED); row++) {
      decisions.add(
          new Decision.Wait(
              input.queue().jobId(row), Reason.SCHEDULING_PAUSED, Blocker.UNKNOWN, List.of()));
    }
    return told.news(decisions, false).stream()
        .map(part -> new Plan(input.view().version(), part, 0))
        .map(part -> new Command.ApplyPlan(part, NONE, NONE))
        .toList();
  }
}
