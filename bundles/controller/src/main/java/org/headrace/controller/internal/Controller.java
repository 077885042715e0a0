package org.headrace.controller.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.credential.CredentialException;
import org.headrace.api.credential.MessageSigner;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.submit.SubmitRefused;
import org.headrace.control.Control;
import org.headrace.control.Leadership;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ConfigurationSource;
import org.headrace.control.definition.ControllerMember;
import org.headrace.control.definition.Controllers;
import org.headrace.control.event.Event;
import org.headrace.control.event.EventListener;
import org.headrace.control.query.AgentReport;
import org.headrace.control.query.Diagnostics;
import org.headrace.control.query.Forecast;
import org.headrace.control.query.History;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.control.query.Remedy;
import org.headrace.control.query.Snapshot;
import org.headrace.control.stepio.StepStreams;
import org.headrace.controller.internal.log.CoreListener;
import org.headrace.controller.internal.log.LogMembers;
import org.headrace.controller.internal.log.ReplicatedLog;
import org.headrace.controller.internal.log.StateDirectory;
import org.headrace.controller.internal.planning.CycleFigures;
import org.headrace.controller.internal.planning.PlanningLoop;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.ClusterMachine;
import org.headrace.core.Counters;
import org.headrace.core.PublishedState;
import org.headrace.store.StateStores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A controller: the log with the core in it, and around it what leading asks for. Commands go in at
 * {@link #execute}; whatever has been applied comes back through {@link CoreListener} and is handed
 * to each of the parts.
 *
 * <p>What only the leader does is a {@link TermOfOffice}; terms begin and end on one thread of
 * their own, in the order in which the log says so.
 */
public final class Controller implements Control, CoreListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
  private static final long START_MINUTES = 10;
  private static final long CLOSE_SECONDS = 5;
  private static final String ACCOUNTING = "AccountingStorageType";

  private final ConfigurationSource configuration;
  private final PluginRegistry registry;
  private final LongSupplier reserveBytes;
  private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
  private final CallFigures calls = new CallFigures();
  private final CompletableFuture<Void> firstTerm = new CompletableFuture<>();
  private final ExecutorService listenerThreads =
      Executors.newCachedThreadPool(Daemons.named("io"));
  private final ExecutorService termThread =
      Executors.newSingleThreadExecutor(Daemons.named("term"));
  private final JobLog jobLog = new JobLog();
  private final SubmitFilters filters;
  private ConfigurationSource.Loaded loadedAtStart;
  private Controllers controllers;
  private LeadershipBoard board;
  private Paths paths;
  private StateStores stores;
  private Links links;
  private final CompletableFuture<ReplicatedLog> log = new CompletableFuture<>();
  private final AtomicReference<TermOfOffice> term = new AtomicReference<>();
  private volatile TermOfOffice serving;
  private volatile Consumer<String> whenEnded = why -> {};
  private volatile Consumer<Map<String, String>> whenConfigured = settings -> {};
  private volatile Runnable whenServing = () -> {};
  private volatile Runnable whenNotServing = () -> {};
  private volatile PublishedState state;
  private volatile Counters counters;
  private volatile Counters countersAtReset;
  private volatile long since;

  /** Where the signer of messages comes from. */
  @FunctionalInterface
  public interface Signing {
    /**
     * An open signer; waits for its plugin.
     *
     * @throws CredentialException if there is none, or it can't be opened
     */
    MessageSigner open() throws CredentialException, PluginFault, InterruptedException;
  }

  public Controller(ConfigurationSource configuration, PluginRegistry registry) {
    this(configuration, registry, () -> StateDirectory.RESERVE_BYTES);
  }

  /**
   * @param reserveBytes how much space the disk of the state has to have left
   */
  Controller(
      ConfigurationSource configuration, PluginRegistry registry, LongSupplier reserveBytes) {
    this.configuration = configuration;
    this.reserveBytes = reserveBytes;
    this.registry = registry;
    filters = new SubmitFilters(registry);
  }

  /**
   * Says who is told when this process is of no use any more, as the log or its lead has failed.
   */
  public void whenEnded(Consumer<String> listener) {
    whenEnded = listener;
  }

  /** Says who is told the settings when a configuration that was read again is in force. */
  public void whenConfigured(Consumer<Map<String, String>> listener) {
    whenConfigured = listener;
  }

  /**
   * Says who is told when this controller begins to serve, and when it no longer does. Those who
   * watch the {@link Leadership} hear of the end first.
   */
  public void whenServing(Runnable begin, Runnable end) {
    whenServing = begin;
    whenNotServing = end;
  }

  @Override
  public void ended(String why) {
    whenEnded.accept(why);
  }

  /**
   * Starts the controller. The only one of a cluster answers when this returns; one of several
   * serves when it is elected.
   *
   * @param newBoard where to write who leads
   * @param signing who signs messages to agents and to other controllers; asked while the log is
   *     read if there are no others, since that takes the longest and needs no plugin
   * @throws IOException if the state directory or a port can't be used
   */
  public void start(ConfigurationSource.Loaded loaded, LeadershipBoard newBoard, Signing signing)
      throws IOException, InterruptedException, CredentialException, PluginFault {
    since = System.currentTimeMillis();
    loadedAtStart = loaded;
    board = newBoard;
    controllers = loaded.controllers();
    paths = Paths.of(loaded.definition().settings(), controllers);
    StateDirectory directory = StateDirectory.open(paths.state(), reserveBytes);
    String name = loaded.definition().name();
    try {
      directory.clusterName().check(name, controllers.alone());
    } catch (IOException e) {
      directory.close();
      throw e;
    }
    stores = StateStores.open(loaded.definition().limits().maxJobs());
    links = new Links(directory, controllers.own(), signing, this::append, listenerThreads);
    if (controllers.alone()) {
      links.prepare();
    }
    log.complete(
        ReplicatedLog.open(
            directory, members(), new ClusterMachine(stores.jobs(), stores.files()), this));
    if (controllers.alone()) {
      awaitFirstTerm();
    } else {
      stores.leaveHeap();
      LOG.info("Controller {} is one of {}", controllers.own().name(), controllers.members());
      if (loaded.definition().settings().getOrDefault(ACCOUNTING, "").contains("sqlite")) {
        LOG.warn(
            "{}=accounting_storage/sqlite keeps a database on each controller: sacct shows what was"
                + " recorded while the present one led. Take one that all of them reach",
            ACCOUNTING);
      }
    }
    directory.clusterName().write(name);
  }

  private LogMembers members() throws CredentialException, PluginFault, InterruptedException {
    if (controllers.alone()) {
      return LogMembers.alone();
    }
    return new LogMembers(
        controllers.members().stream().map(ControllerMember::address).toList(),
        controllers.self(),
        controllers.own().port() + Paths.LOG_PORT,
        links.signer());
  }

  private void awaitFirstTerm()
      throws IOException, InterruptedException, CredentialException, PluginFault {
    try {
      firstTerm.get(START_MINUTES, TimeUnit.MINUTES);
      stores.leaveHeap();
    } catch (TimeoutException e) {
      throw new IOException(
          "The log in " + paths.state() + " could not be replayed in " + START_MINUTES + " min", e);
    } catch (ExecutionException e) {
      Links.rethrow(e.getCause());
    }
  }

  @Override
  public void leading(
      long number, PublishedState newState, List<AccountingRecord> backlog, Counters figures) {
    state = newState;
    counters = figures;
    countersAtReset = figures;
    term.set(new TermOfOffice(number, registry, this::append, newState, backlog));
  }

  @Override
  public void open() {
    TermOfOffice begun = term.get();
    inOrder(() -> begin(begun));
  }

  @Override
  public void closed(long number) {
    TermOfOffice over = term.get();
    if (over != null && over.number() == number && term.compareAndSet(over, null)) {
      inOrder(() -> end(over));
    }
  }

  @Override
  public void following(int member) {
    inOrder(
        () ->
            board.following(
                member < 0 ? Optional.empty() : Optional.of(controllers.members().get(member))));
  }

  private void inOrder(Runnable change) {
    try {
      termThread.execute(change);
    } catch (RejectedExecutionException e) {
      LOG.debug("The controller is closing", e);
    }
  }

  /**
   * What fails here would fail again: the process ends, and where there are others, one of them
   * leads.
   */
  private void begin(TermOfOffice begun) {
    if (begun == null || begun != term.get()) {
      return;
    }
    try {
      if (serve(begun)) {
        firstTerm.complete(null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException
        | CredentialException
        | PluginFault
        | ExecutionException
        | RuntimeException e) {
      if (!firstTerm.completeExceptionally(e) || !controllers.alone()) {
        LOG.error("This controller was to lead and can't", e);
        ended("this controller was to lead and can't: " + e.getMessage());
      }
    }
  }

  private boolean serve(TermOfOffice begun)
      throws IOException,
          InterruptedException,
          CredentialException,
          PluginFault,
          ExecutionException {
    long start = controllers.alone() ? since : System.currentTimeMillis();
    LOG.info("This controller leads, in term {}, and prepares to serve", begun.number());
    ReplicatedLog open = log.get();
    ClusterDefinition definition = definition();
    if (!definition.equals(state.definition())) {
      Outcome outcome = open.append(new Command.Configure(definition), Actor.SYSTEM).get();
      if (outcome instanceof Outcome.Rejected rejected) {
        if (begun != term.get()) {
          return false;
        }
        throw new IOException("The configuration is refused: " + rejected.message());
      }
    }
    begun.configure(definition, paths);
    begun.begin(links.open(begun.number()), state);
    serving = begun;
    whenServing.run();
    board.serving();
    LOG.info(
        "Cluster {} is up: {} nodes, {} jobs known, in {} ms",
        definition.name(),
        definition.nodes().size(),
        state.jobCount(),
        System.currentTimeMillis() - start);
    return true;
  }

  /** A follower may have been started long ago: what it read then may have been changed since. */
  private ClusterDefinition definition() {
    if (!controllers.alone() && state.definition() != null) {
      try {
        return configuration.load().definition();
      } catch (ConfigurationSource.ConfigurationInvalid e) {
        LOG.error("The configuration stays as the last leader had it: {}", e.getMessage());
        return state.definition();
      }
    }
    return loadedAtStart.definition();
  }

  private void end(TermOfOffice over) {
    LOG.warn("This controller doesn't lead any more");
    board.following(Optional.empty());
    whenNotServing.run();
    over.close();
  }

  private CompletableFuture<Outcome> append(Command command, Actor actor) {
    ReplicatedLog open = log.getNow(null);
    return open == null
        ? CompletableFuture.completedFuture(
            new Outcome.Rejected(ErrorCode.NOT_LEADER, "the controller is starting"))
        : open.append(command, actor);
  }

  @Override
  public CompletionStage<Outcome> execute(Command command, Actor actor) {
    PublishedState now = state;
    if (now == null || now.definition() == null) {
      return append(command, actor);
    }
    try {
      return append(filtered(command, now), actor);
    } catch (SubmitRefused e) {
      return CompletableFuture.completedFuture(
          new Outcome.Rejected(ErrorCode.REFUSED_BY_FILTER, e.getMessage()));
    }
  }

  private Command filtered(Command command, PublishedState now) throws SubmitRefused {
    if (command instanceof Command.SubmitJob submit) {
      JobSpec filtered = filters.apply(submit.spec(), now, now.definition().settings());
      return new Command.SubmitJob(filtered, submit.files(), submit.immediateSeconds());
    }
    if (command instanceof Command.SubmitComponents all) {
      List<Command.SubmitJob> components = new ArrayList<>();
      for (Command.SubmitJob one : all.components()) {
        components.add((Command.SubmitJob) filtered(one, now));
      }
      return new Command.SubmitComponents(components);
    }
    return command;
  }

  @Override
  public void applied(PublishedState newState, List<Event> events, Counters figures) {
    state = newState;
    counters = figures;
    TermOfOffice current = term.get();
    if (current != null) {
      current.applied(newState, events);
    }
    for (EventListener listener : listeners) {
      for (Event event : events) {
        try {
          listener.on(event);
        } catch (RuntimeException e) {
          LOG.warn("A listener failed on {}", event.getClass().getSimpleName(), e);
        }
      }
    }
  }

  @Override
  public void answered(
      PublishedState newState, List<Event> events, List<AccountingRecord> records) {
    TermOfOffice current = term.get();
    if (current != null) {
      current.answered(newState, records);
    }
    jobLog.applied(newState, events);
  }

  @Override
  public Snapshot snapshot() {
    return state;
  }

  /** What a submission would be checked for is checked, by a command that changes nothing. */
  @Override
  public CompletionStage<Forecast> forecast(JobSpec spec, Actor actor) {
    TermOfOffice current = term.get();
    if (current == null) {
      return CompletableFuture.completedFuture(Forecast.unknown());
    }
    JobSpec filtered;
    try {
      filtered = filters.apply(spec, state, state.definition().settings());
    } catch (SubmitRefused e) {
      return CompletableFuture.completedFuture(
          Forecast.refused(new Outcome.Rejected(ErrorCode.REFUSED_BY_FILTER, e.getMessage())));
    }
    return append(new Command.CheckJob(filtered), actor)
        .thenApplyAsync(outcome -> forecast(outcome, current.planner()), listenerThreads);
  }

  @Override
  public List<Remedy> remedies(Job job) {
    TermOfOffice current = term.get();
    return current == null ? List.of() : current.planner().remedies(job);
  }

  @Override
  public CompletionStage<PriorityBreakdown> priorities(LongPredicate jobs) {
    TermOfOffice current = term.get();
    if (current == null) {
      return Control.super.priorities(jobs);
    }
    return CompletableFuture.supplyAsync(() -> current.planner().priorities(jobs), listenerThreads);
  }

  private static Forecast forecast(Outcome outcome, PlanningLoop planner) {
    if (outcome instanceof Outcome.Rejected rejected) {
      return Forecast.refused(rejected);
    }
    try {
      return planner.forecast((Outcome.JobChecked) outcome);
    } catch (PluginFault e) {
      LOG.warn("No forecast: {}", e.getMessage());
      return Forecast.unknown();
    }
  }

  @Override
  public JobFiles files(long jobId) {
    return state.files(jobId);
  }

  @Override
  public Registration listen(EventListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Diagnostics diagnostics() {
    TermOfOffice current = term.get();
    return calls.diagnostics(
        since,
        counters,
        countersAtReset,
        current == null ? CycleFigures.NONE : current.planner().figures(),
        current == null ? 0 : current.accounting().queueLength());
  }

  @Override
  public void resetDiagnostics() {
    countersAtReset = counters;
    TermOfOffice current = term.get();
    if (current != null) {
      current.planner().resetFigures();
    }
    calls.reset();
    since = System.currentTimeMillis();
  }

  @Override
  public CompletionStage<Outcome> reconfigure(Actor actor) {
    ConfigurationSource.Loaded loaded;
    try {
      loaded = configuration.load();
    } catch (ConfigurationSource.ConfigurationInvalid e) {
      LOG.error("The configuration was not changed: {}", e.getMessage());
      return CompletableFuture.completedFuture(
          new Outcome.Rejected(ErrorCode.CONFIGURATION_INVALID, e.getMessage()));
    }
    try {
      registry.tryOut(loaded.definition().settings());
    } catch (PluginFault e) {
      return CompletableFuture.completedFuture(
          new Outcome.Rejected(ErrorCode.CONFIGURATION_INVALID, e.getMessage()));
    }
    List<String> fixed = Paths.fixedChanges(state.definition(), loaded.definition());
    return append(new Command.Configure(loaded.definition()), actor)
        .thenApply(
            outcome -> {
              if (outcome instanceof Outcome.Rejected) {
                return outcome;
              }
              TermOfOffice current = term.get();
              if (current != null) {
                current.configure(loaded.definition(), paths);
                current.planner().force();
              }
              List<String> messages = new java.util.ArrayList<>(loaded.warnings());
              messages.addAll(fixed);
              messages.addAll(registry.missing(loaded.definition().settings()));
              LOG.info("The configuration was read again for {}", actor.user());
              messages.forEach(LOG::warn);
              whenConfigured.accept(loaded.definition().settings());
              return new Outcome.Done(messages);
            });
  }

  @Override
  public void served(String command, String user, long micros) {
    calls.served(command, user, micros);
  }

  /** Of the present term, or the last one. */
  public StepStreams streams() {
    return serving.nodes().streams();
  }

  /** What the agent of a node says of itself, or nothing if it doesn't answer. */
  public CompletionStage<Optional<AgentReport>> ask(String node) {
    return serving.nodes().ask(node);
  }

  /** Has the agents of all nodes end; completes when they have been told. */
  public CompletionStage<Void> endAgents() {
    return serving.nodes().leave();
  }

  /** Of the present term, or the last one. */
  public History history() {
    return serving.accounting();
  }

  /** Asks for a snapshot of the log; it is taken while everything else goes on. */
  void takeSnapshot() {
    log.join().snapshot();
  }

  /** Position of the last snapshot in the log, or −1. */
  long lastSnapshot() {
    return log.join().lastSnapshot();
  }

  /** Kinds of plugins and those that serve, for display. */
  public Map<String, String> serving() {
    return registry.serving();
  }

  @Override
  public void close() {
    termThread.shutdownNow();
    try {
      termThread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    TermOfOffice last = term.getAndSet(null);
    if (last != null) {
      last.close();
    }
    if (links != null) {
      links.close();
    }
    ReplicatedLog open = log.getNow(null);
    if (open != null) {
      open.close();
    }
    if (stores != null) {
      stores.close();
    }
    listenerThreads.shutdownNow();
    jobLog.close();
  }
}
