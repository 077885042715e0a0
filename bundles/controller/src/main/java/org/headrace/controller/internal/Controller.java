package org.headrace.controller.internal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.credential.CredentialException;
import org.headrace.api.credential.MessageSigner;
import org.headrace.api.job.JobSpec;
import org.headrace.api.submit.SubmitRefused;
import org.headrace.control.Control;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ConfigurationSource;
import org.headrace.control.event.Event;
import org.headrace.control.event.EventListener;
import org.headrace.control.query.Diagnostics;
import org.headrace.control.query.Forecast;
import org.headrace.control.query.History;
import org.headrace.control.query.Snapshot;
import org.headrace.control.stepio.StepStreams;
import org.headrace.controller.internal.accounting.AccountingFeed;
import org.headrace.controller.internal.log.CoreListener;
import org.headrace.controller.internal.log.ReplicatedLog;
import org.headrace.controller.internal.log.StateDirectory;
import org.headrace.controller.internal.nodes.NodeLiaison;
import org.headrace.controller.internal.planning.PlanningLoop;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.ClusterMachine;
import org.headrace.core.Counters;
import org.headrace.core.PublishedState;
import org.headrace.store.StateStores;
import org.headrace.transport.TransportSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A controller: the log with the core in it, and around it planning, the dealings with agents, and
 * accounting. Commands go in at {@link #execute}; whatever has been applied comes back through
 * {@link CoreListener} and is handed to each of the parts.
 */
public final class Controller implements Control, CoreListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
  private static final long START_MINUTES = 10;
  private static final long CLOSE_SECONDS = 5;

  /** Terms tell members of a log apart; there is but one. */
  private static final long ONLY_TERM = 0;

  private final ConfigurationSource configuration;
  private final PluginRegistry registry;
  private final LongSupplier reserveBytes;
  private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
  private final CallFigures calls = new CallFigures();
  private final CountDownLatch leading = new CountDownLatch(1);
  private final ExecutorService listenerThreads =
      Executors.newCachedThreadPool(Daemons.named("io"));
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("controller-timer"));
  private final PlanningLoop planner;
  private final AccountingFeed accounting;
  private final JobLog jobLog = new JobLog();
  private final SubmitFilters filters;
  private StateStores stores;
  private ReplicatedLog log;
  private volatile Future<NodeLiaison> opening;
  private volatile NodeLiaison nodes;
  private volatile Consumer<String> whenEnded = why -> {};
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
    planner = new PlanningLoop(registry, this::append, System::currentTimeMillis);
    accounting = new AccountingFeed(registry, this::append);
  }

  /** Says who is told when the log has ended, so that this process is of no use any more. */
  public void whenEnded(Consumer<String> listener) {
    whenEnded = listener;
  }

  @Override
  public void ended(String why) {
    whenEnded.accept(why);
  }

  /**
   * Starts the controller; returns once it answers.
   *
   * @param board where to write who leads
   * @param signing who signs messages to agents; asked while the log is read, since that takes the
   *     longest and needs no plugin
   * @throws IOException if the state directory or a port can't be used
   */
  public void start(ConfigurationSource.Loaded loaded, LeadershipBoard board, Signing signing)
      throws IOException, InterruptedException, CredentialException, PluginFault {
    ClusterDefinition definition = loaded.definition();
    Paths paths = Paths.of(definition.settings());
    since = System.currentTimeMillis();
    StateDirectory directory = StateDirectory.open(paths.state(), reserveBytes);
    stores = StateStores.open(definition.limits().maxJobs());
    opening = listenerThreads.submit(() -> openLinks(directory, paths, signing.open()));
    log = ReplicatedLog.open(directory, new ClusterMachine(stores.jobs(), stores.files()), this);
    if (!leading.await(START_MINUTES, TimeUnit.MINUTES)) {
      throw new IOException(
          "The log in " + paths.state() + " could not be replayed in " + START_MINUTES + " min");
    }
    if (!definition.equals(state.definition())) {
      Outcome outcome = append(new Command.Configure(definition), Actor.SYSTEM).join();
      if (outcome instanceof Outcome.Rejected rejected) {
        throw new IOException("The configuration is refused: " + rejected.message());
      }
    }
    useSettings(definition);
    NodeLiaison opened = links();
    opened.leading(state);
    nodes = opened;
    planner.published(state);
    planner.start();
    accounting.start();
    stores.leaveHeap();
    board.serving();
    LOG.info(
        "Cluster {} is up: {} nodes, {} jobs known, in {} ms",
        definition.name(),
        definition.nodes().size(),
        state.jobCount(),
        System.currentTimeMillis() - since);
  }

  private NodeLiaison openLinks(StateDirectory directory, Paths paths, MessageSigner signer) {
    return NodeLiaison.open(
        new TransportSettings(
            directory.driver("links").toString(), paths.host(), paths.port(), signer),
        ONLY_TERM,
        this::append,
        listenerThreads,
        timer);
  }

  private NodeLiaison links()
      throws IOException, InterruptedException, CredentialException, PluginFault {
    try {
      return opening.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof CredentialException credential) {
        throw credential;
      }
      if (cause instanceof PluginFault fault) {
        throw fault;
      }
      if (cause instanceof IllegalStateException) {
        throw new IOException(cause.getMessage(), cause);
      }
      throw new IllegalStateException("the links to the nodes can't be opened: " + cause, cause);
    }
  }

  private void useSettings(ClusterDefinition definition) {
    registry.configure(definition.settings());
    accounting.configure(
        definition.name(), Paths.of(definition.settings()).withDirectory(definition.settings()));
  }

  private CompletableFuture<Outcome> append(Command command, Actor actor) {
    return log.append(command, actor);
  }

  @Override
  public CompletionStage<Outcome> execute(Command command, Actor actor) {
    if (log == null) {
      return CompletableFuture.completedFuture(
          new Outcome.Rejected(ErrorCode.NOT_LEADER, "the controller is starting"));
    }
    if (command instanceof Command.SubmitJob submit) {
      try {
        JobSpec filtered = filters.apply(submit.spec(), state, state.definition().settings());
        return append(
            new Command.SubmitJob(filtered, submit.files(), submit.immediateSeconds()), actor);
      } catch (SubmitRefused e) {
        return CompletableFuture.completedFuture(
            new Outcome.Rejected(ErrorCode.REFUSED_BY_FILTER, e.getMessage()));
      }
    }
    return append(command, actor);
  }

  @Override
  public void leading(PublishedState newState, List<AccountingRecord> backlog, Counters figures) {
    state = newState;
    counters = figures;
    countersAtReset = figures;
    accounting.offer(backlog);
    leading.countDown();
  }

  @Override
  public void applied(
      PublishedState newState,
      List<Event> events,
      List<AccountingRecord> records,
      Counters figures) {
    state = newState;
    counters = figures;
    NodeLiaison liaison = nodes;
    if (liaison != null) {
      liaison.applied(newState, events);
    }
    jobLog.applied(newState, events);
    accounting.offer(records);
    planner.published(newState);
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
  public Snapshot snapshot() {
    return state;
  }

  /** What a submission would be checked for is checked, by a command that changes nothing. */
  @Override
  public CompletionStage<Forecast> forecast(JobSpec spec, Actor actor) {
    if (log == null) {
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
        .thenApplyAsync(this::forecast, listenerThreads);
  }

  private Forecast forecast(Outcome outcome) {
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
    return calls.diagnostics(
        since, counters, countersAtReset, planner.figures(), accounting.queueLength());
  }

  @Override
  public void resetDiagnostics() {
    countersAtReset = counters;
    planner.resetFigures();
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
              useSettings(loaded.definition());
              planner.force();
              List<String> messages = new java.util.ArrayList<>(loaded.warnings());
              messages.addAll(fixed);
              LOG.info("The configuration was read again for {}", actor.user());
              messages.forEach(LOG::warn);
              return new Outcome.Done(messages);
            });
  }

  @Override
  public void served(String command, String user, long micros) {
    calls.served(command, user, micros);
  }

  public StepStreams streams() {
    return nodes.streams();
  }

  public History history() {
    return accounting;
  }

  /** Asks for a snapshot of the log; it is taken while everything else goes on. */
  void takeSnapshot() {
    log.snapshot();
  }

  /** Position of the last snapshot in the log, or −1. */
  long lastSnapshot() {
    return log.lastSnapshot();
  }

  /** Kinds of plugins and those that serve, for display. */
  public Map<String, String> serving() {
    return registry.serving();
  }

  @Override
  public void close() {
    planner.close();
    timer.shutdownNow();
    closeLinks();
    accounting.close();
    if (log != null) {
      log.close();
    }
    if (stores != null) {
      stores.close();
    }
    listenerThreads.shutdownNow();
    jobLog.close();
  }

  /** Also those of a start that failed, or is failing, elsewhere. */
  private void closeLinks() {
    if (opening == null) {
      return;
    }
    try {
      opening.get(CLOSE_SECONDS, TimeUnit.SECONDS).close();
    } catch (ExecutionException e) {
      LOG.debug("The links were never open", e);
    } catch (TimeoutException e) {
      opening.cancel(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
