package org.headrace.sim.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.headrace.controller.internal.planning.DirectCalls;
import org.headrace.controller.internal.planning.PlanningCycle;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.ClusterMachine;
import org.headrace.core.PublishedState;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;

/**
 * The real core with the real planning and real plugins, on a clock that stands until it is set.
 */
public final class Cluster {
  private static final int RECORDS = 10_000;

  private final ClusterMachine machine =
      new ClusterMachine(new HeapJobStore(), new HeapFileStore());
  private final PlanningCycle cycle;
  private long now;

  /**
   * @param settings configuration, which says which plugins serve
   */
  public Cluster(PluginRegistry plugins, Map<String, String> settings) {
    plugins.configure(new TreeMap<>(settings));
    cycle = new PlanningCycle(plugins, new DirectCalls());
  }

  /** Sets the clock and does what is due by then; time never goes back. */
  public List<Event> advance(long millis) {
    now = Math.max(now, millis);
    List<Event> events = new ArrayList<>();
    while (machine.nextDeadline() <= now) {
      events.addAll(system(new Command.Tick()));
    }
    return events;
  }

  /** When something is due, in epoch milliseconds; {@link Long#MAX_VALUE} if nothing is. */
  public long due() {
    return machine.nextDeadline();
  }

  public long now() {
    return now;
  }

  public PublishedState state() {
    return machine.publish();
  }

  /** Carries out a command of a user. */
  public Outcome apply(Command command, Actor actor) {
    return machine.apply(command, actor, now);
  }

  /**
   * Carries out a command that has to be accepted.
   *
   * @return what happened
   */
  public List<Event> system(Command command) {
    if (apply(command, Actor.SYSTEM) instanceof Outcome.Rejected rejected) {
      throw new IllegalStateException(command + " was refused: " + rejected.message());
    }
    return machine.drainEvents();
  }

  /**
   * Plans and carries the plan out.
   *
   * @param freed whether anything has come free since the last turn
   * @return what happened
   */
  public Planned plan(boolean freed) {
    try {
      PlanningCycle.Turn turn = cycle.plan(machine.publish(), now, freed);
      if (turn.nonsense() != null) { // A controller goes on without that part; a trial has no use.
        throw turn.nonsense();
      }
      List<Event> events = new ArrayList<>();
      turn.commands().forEach(command -> events.addAll(system(command)));
      return new Planned(events, turn.nextStart());
    } catch (PluginFault e) {
      throw new IllegalStateException("no plan: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("direct calls don't wait", e);
    }
  }

  /**
   * What came of planning.
   *
   * @param events what happened
   * @param nextStart when the first job with a promise is due, in epoch milliseconds
   */
  public record Planned(List<Event> events, long nextStart) {}

  /** Takes the records that accounting would get, oldest first. */
  public List<AccountingRecord> takeRecords() {
    List<AccountingRecord> records = machine.accountingBacklog(0, RECORDS);
    if (!records.isEmpty()) {
      system(new Command.AccountingSafe(records.get(records.size() - 1).number()));
    }
    return records;
  }
}
