package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Command;
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
  private static final long EXPECTED_TO_THE = 60_000;

  private final PluginRegistry registry;
  private final Calls calls;
  private final Rounds rounds;
  private final Priorities priorities;
  private final Map<Long, Integer> told = new HashMap<>();

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

  /**
   * The result of a turn.
   *
   * @param input what was planned on
   * @param queue the queue in its order
   * @param settings configuration
   * @param now when it was planned
   * @param freed whether anything had come free since the turn before
   * @param plan the whole plan
   * @param command what is new in it, to be put into the log; null if nothing is
   * @param phases how long the parts took
   */
  public record Turn(
      SchedulerInput input,
      EligibleJobs queue,
      Map<String, String> settings,
      long now,
      boolean freed,
      Plan plan,
      Command.ApplyPlan command,
      Phases phases) {
    /** When the first of the jobs with a promise is due; {@link Long#MAX_VALUE} if none is. */
    public long nextStart() {
      long next = Long.MAX_VALUE;
      for (Decision decision : plan.decisions()) {
        if (decision instanceof Decision.Reserve reserve && reserve.start() > now) {
          next = Math.min(next, reserve.start());
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
    tellAgain(queue);
    Plan news = new Plan(plan.viewVersion(), changedOnly(plan.decisions()), plan.considered());
    Command.ApplyPlan command =
        news.decisions().isEmpty() && ranked.jobs().length == 0
            ? null
            : new Command.ApplyPlan(news, ranked.jobs(), ranked.priorities());
    Phases phases =
        new Phases(
            ordered - begun,
            prioritized - ordered,
            planned - prioritized - round.checkNanos(),
            round.checkNanos(),
            calls.nanos() - planned);
    return new Turn(input, queue, settings, now, freed, plan, command, phases);
  }

  /** Plans again with each plugin in shadow, and notes how the plans differ. */
  void shadow(Turn turn) throws InterruptedException {
    rounds.shadow(
        turn.input(), turn.queue(), turn.settings(), turn.now(), turn.freed(), turn.plan());
  }

  /** A plan was not taken: nothing of it counts as told. */
  public void lost() {
    told.clear();
  }

  /** True when waiting for a plugin to come is all that helps. */
  public boolean missing() {
    return registry.serving(Kind.SCHEDULER) == null
        || registry.serving(Kind.SELECTOR) == null
        || registry.serving(Kind.TOPOLOGY) == null
        || registry.serving(Kind.PRIORITY) == null;
  }

  /** Tells the jobs that wait for a plugin to come; null if there is nothing new to tell. */
  public Command.ApplyPlan paused(PublishedState state) {
    SchedulerInput input = state.input();
    List<Decision> decisions = new ArrayList<>();
    for (int row = 0; row < Math.min(input.queue().size(), MAX_TOLD_PAUSED); row++) {
      decisions.add(
          new Decision.Wait(
              input.queue().jobId(row), Reason.SCHEDULING_PAUSED, Blocker.UNKNOWN, List.of()));
    }
    List<Decision> news = changedOnly(decisions);
    return news.isEmpty()
        ? null
        : new Command.ApplyPlan(
            new Plan(input.view().version(), news, 0), new long[0], new long[0]);
  }

  /** A job that was changed, held or requeued has lost what it was told before. */
  private void tellAgain(EligibleJobs queue) {
    for (int row = 0; row < queue.size(); row++) {
      if (!queue.considered(row)) {
        told.remove(queue.jobId(row));
      }
    }
  }

  /** What was told once isn't told again: a deep queue would fill the log with repetitions. */
  private List<Decision> changedOnly(List<Decision> decisions) {
    List<Decision> news = new ArrayList<>();
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Start) {
        told.remove(decision.jobId());
        news.add(decision);
      } else {
        Integer digest = digest(decision);
        if (!digest.equals(told.put(decision.jobId(), digest))) {
          news.add(decision);
        }
      }
    }
    if (told.size() > 2 * decisions.size() + 10_000) {
      told.clear();
    }
    return news;
  }

  private static Integer digest(Decision decision) {
    if (decision instanceof Decision.Wait wait) {
      return Objects.hash(wait.reason(), wait.expectedStart() / EXPECTED_TO_THE, wait.blockers());
    }
    return decision.hashCode();
  }
}
