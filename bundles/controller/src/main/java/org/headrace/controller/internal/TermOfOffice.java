package org.headrace.controller.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.event.Event;
import org.headrace.controller.internal.accounting.AccountingFeed;
import org.headrace.controller.internal.nodes.NodeLiaison;
import org.headrace.controller.internal.planning.PlanningLoop;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.PublishedState;

/**
 * What a controller does while it leads, and no follower does: planning, the dealings with agents,
 * and accounting. It begins with the controller's lead and ends with it.
 *
 * <p>{@link #applied} and {@link #answered} belong to the core's thread, {@link #begin} and {@link
 * #close} to another.
 */
final class TermOfOffice implements AutoCloseable {
  private final long number;
  private final PluginRegistry registry;
  private final PlanningLoop planner;
  private final AccountingFeed accounting;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("controller-timer"));
  private volatile NodeLiaison nodes;
  private volatile PublishedState latest;

  /**
   * @param number grows from each term of any controller to the next
   * @param log appends a command to the log
   * @param state the state at the beginning
   * @param backlog records that accounting hasn't confirmed
   */
  TermOfOffice(
      long number,
      PluginRegistry registry,
      BiFunction<Command, Actor, CompletableFuture<Outcome>> log,
      PublishedState state,
      List<AccountingRecord> backlog) {
    this.number = number;
    this.registry = registry;
    planner = new PlanningLoop(registry, log, System::currentTimeMillis);
    latest = state;
    accounting = new AccountingFeed(registry, log, id -> latest.files(id));
    accounting.offer(backlog);
    planner.published(state);
  }

  /**
   * Begins to work.
   *
   * @param links the links to the agents; belong to the term from now on
   * @param state the state
   */
  void begin(NodeLiaison links, PublishedState state) {
    links.leading(state, timer);
    nodes = links;
    planner.start();
    accounting.start();
  }

  /** Takes settings over. */
  void configure(ClusterDefinition definition, Paths paths) {
    registry.configure(definition.settings());
    accounting.configure(definition.name(), paths.withDirectory(definition.settings()));
  }

  void applied(PublishedState state, List<Event> events) {
    latest = state;
    NodeLiaison liaison = nodes;
    if (liaison != null) {
      liaison.applied(state, events);
    }
  }

  void answered(PublishedState state, List<AccountingRecord> records) {
    accounting.offer(records);
    planner.published(state);
  }

  long number() {
    return number;
  }

  PlanningLoop planner() {
    return planner;
  }

  AccountingFeed accounting() {
    return accounting;
  }

  NodeLiaison nodes() {
    return nodes;
  }

  @Override
  public void close() {
    planner.close();
    timer.shutdownNow();
    NodeLiaison links = nodes;
    if (links != null) {
      links.close();
    }
    accounting.close();
  }
}
