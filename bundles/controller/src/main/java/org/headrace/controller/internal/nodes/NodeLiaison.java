package org.headrace.controller.internal.nodes;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.api.job.Usage;
import org.headrace.api.launcher.StepKey;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.NodeReport;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.event.Event;
import org.headrace.control.query.AgentReport;
import org.headrace.control.stepio.StepStreams;
import org.headrace.core.PublishedState;
import org.headrace.protocol.codec.CodecException;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's dealings with agents: carries out events, turns reports into commands, and
 * notices who has fallen silent.
 *
 * <p>A node is <em>away</em> until its agent has proved itself; then <em>reporting</em> until its
 * report is in the log; then <em>at work</em>, which starts with everything that holds being said
 * again. An agent that goes away is reported as not responding at once; what follows from that, and
 * when, the core decides.
 *
 * <p>Everything but the constructor and the published methods happens on the thread of the links.
 */
public final class NodeLiaison implements NodeLinks.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLiaison.class);
  private static final RecordCodec<ToNode> OUT = RecordCodec.of(ToNode.class);
  private static final RecordCodec<FromNode> IN = RecordCodec.of(FromNode.class);
  private static final long PING_SECONDS = 30;
  private static final int KILL = 9;
  private static final long AWAY_AT_START_MILLIS = 10_000;

  private final NodeLinks links;
  private final BiFunction<Command, Actor, CompletableFuture<Outcome>> log;
  private final NodeMessenger messenger;
  private final StepHub hub;
  private final Fences fences = new Fences(this::send);
  private final Inquiries inquiries = new Inquiries(this::send);
  private final Set<String> connected = new HashSet<>();
  private final Set<String> atWork = new HashSet<>();
  private final Map<String, Boolean> reportedAway = new HashMap<>();
  private final Set<String> unsaid = new TreeSet<>();
  private volatile PublishedState state;
  private boolean started;

  private NodeLiaison(
      TransportSettings settings,
      long term,
      BiFunction<Command, Actor, CompletableFuture<Outcome>> log,
      Executor listeners) {
    this.log = log;
    links = NodeLinks.open(settings, term, this);
    messenger = new NodeMessenger(this::send);
    hub = new StepHub(this::send, links::execute, listeners);
  }

  /**
   * Opens the links. No agent is listened to before {@link #leading}, so the log needs not be there
   * yet.
   *
   * @param term term of office, by which agents tell a leader from one that was replaced
   * @param log appends a command to the log
   * @param listeners runs listeners of steps' output
   * @throws IllegalStateException if the port is taken
   */
  public static NodeLiaison open(
      TransportSettings settings,
      long term,
      BiFunction<Command, Actor, CompletableFuture<Outcome>> log,
      Executor listeners) {
    return new NodeLiaison(settings, term, log, listeners);
  }

  public StepStreams streams() {
    return hub;
  }

  /** What the agent of a node says of itself, or nothing if it doesn't answer. */
  public CompletableFuture<Optional<AgentReport>> ask(String node) {
    CompletableFuture<Optional<AgentReport>> answer = new CompletableFuture<>();
    links.execute(
        () -> {
          if (atWork.contains(node)) {
            inquiries.ask(node).thenAccept(answer::complete);
          } else {
            answer.complete(Optional.empty());
          }
        });
    return answer;
  }

  /** Has all agents end; completes when that has been said. */
  public CompletableFuture<Void> leave() {
    CompletableFuture<Void> said = new CompletableFuture<>();
    links.execute(
        () -> {
          atWork.forEach(node -> send(node, new ToNode.Leave()));
          said.complete(null);
        });
    return said;
  }

  /**
   * What holds now, before the first event: nothing is sent, as agents will ask by reporting.
   *
   * @param timer for pings; ended by its owner
   */
  public void leading(PublishedState newState, ScheduledExecutorService timer) {
    state = newState;
    hub.published(newState);
    fences.published(newState);
    links.execute(
        () -> {
          started = true;
          configureLinks(newState.definition());
        });
    timer.scheduleWithFixedDelay(
        () -> links.execute(this::ping), PING_SECONDS, PING_SECONDS, TimeUnit.SECONDS);
    timer.schedule(
        () -> links.execute(this::reportAbsent), AWAY_AT_START_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Carries out what happened. */
  public void applied(PublishedState newState, List<Event> events) {
    state = newState;
    hub.published(newState);
    fences.published(newState);
    List<Event> news = events.stream().filter(NodeMessenger::concernsNodes).toList();
    if (news.isEmpty()) {
      return;
    }
    links.execute(
        () -> {
          for (Event event : news) {
            if (event instanceof Event.Configured) {
              configureLinks(newState.definition());
            }
            messenger.on(event, newState);
            hub.on(event);
            fences.on(event);
          }
        });
  }

  private void configureLinks(ClusterDefinition definition) {
    if (definition == null) {
      return;
    }
    Map<String, NodeLinks.Address> addresses = new HashMap<>();
    for (NodeDefinition node : definition.nodes()) {
      if (!node.future()) {
        addresses.put(node.name(), new NodeLinks.Address(node.address(), node.port()));
      }
    }
    links.nodes(addresses);
    ToNode.Welcome settings = welcome(definition);
    atWork.forEach(node -> send(node, settings));
  }

  /** Messages are signed, not secret, and no node needs the password of a database. */
  private static ToNode.Welcome welcome(ClusterDefinition definition) {
    Map<String, String> settings = new HashMap<>(definition.settings());
    settings.keySet().removeIf(key -> key.toLowerCase(Locale.ROOT).contains("pass"));
    return new ToNode.Welcome(settings);
  }

  private void send(String node, ToNode message) {
    links.send(node, OUT.encode(message));
  }

  @Override
  public void connected(String node) {
    LOG.info("Agent of {} has connected", node);
    connected.add(node);
  }

  @Override
  public void disconnected(String node, String why) {
    LOG.warn("Agent of {} has gone: {}", node, why);
    connected.remove(node);
    atWork.remove(node);
    fences.disconnected(node);
    responds(node, false);
  }

  private void responds(String node, boolean responding) {
    Boolean away = reportedAway.put(node, !responding);
    if (away == null || away == responding) {
      log.apply(new Command.NodeResponds(node, responding), Actor.SYSTEM)
          .thenAccept(outcome -> links.execute(() -> said(node, outcome)));
    }
  }

  private void said(String node, Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected && !Reports.settled(rejected.code())) {
      unsaid.add(node);
    }
  }

  /** And what the log had no room for is said again, as it is by now. */
  private void ping() {
    List<String> again = List.copyOf(unsaid);
    unsaid.clear();
    again.forEach(node -> responds(node, !reportedAway.remove(node)));
    atWork.forEach(node -> send(node, new ToNode.Ping()));
  }

  /** After a start, nodes that haven't come back by now are away. */
  private void reportAbsent() {
    PublishedState current = state;
    if (!started || current == null || current.definition() == null) {
      return;
    }
    for (NodeDefinition node : current.definition().nodes()) {
      if (!node.future() && !atWork.contains(node.name())) {
        responds(node.name(), false);
      }
    }
  }

  @Override
  public void message(String node, byte[] bytes) {
    FromNode message;
    try {
      message = IN.decode(bytes);
    } catch (CodecException e) {
      LOG.warn("Agent of {} sent what can't be read: {}", node, e.getMessage());
      return;
    }
    if (message instanceof FromNode.Register register) {
      register(node, register);
    } else if (message instanceof FromNode.Report report) {
      report(node, report);
    } else if (message instanceof FromNode.Output output) {
      hub.output(node, output);
    } else if (message instanceof FromNode.TaskEnded ended) {
      hub.taskEnded(node, ended);
    } else if (message instanceof FromNode.TasksStarted started) {
      hub.started(node, started);
    } else if (message instanceof FromNode.InputTaken taken) {
      hub.inputTaken(node, taken);
    } else if (message instanceof FromNode.Share share) {
      fences.share(node, share);
    } else if (message instanceof FromNode.FencePassed passed) {
      fences.passed(node, passed);
    } else if (message instanceof FromNode.Answer answer) {
      inquiries.answered(node, answer);
    }
  }

  /** The node's name is that of the connection, whatever the report says. */
  private void register(String node, FromNode.Register register) {
    NodeReport report = Reports.registration(node, register);
    responds(node, true);
    log.apply(new Command.RegisterNode(report), Actor.SYSTEM)
        .thenAccept(outcome -> links.execute(() -> registered(node, report, outcome)));
  }

  private void registered(String node, NodeReport report, Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected) {
      LOG.warn("Node {} can't be registered: {}", node, rejected.message());
      return;
    }
    if (!connected.contains(node)) {
      return; // Gone meanwhile; it reports again when it is back.
    }
    PublishedState current = state;
    atWork.add(node);
    responds(node, true); // While the report was on its way it may have been taken for absent.
    send(node, welcome(current.definition()));
    messenger.resume(
        node,
        current,
        (job, step) -> lost(node, job, step),
        (job, restarts, step) ->
            report.steps().contains(new NodeReport.HeldStep(job, restarts, step)),
        report.bootTime());
    hub.resume(node);
  }

  private void lost(String node, Job job, Step step) {
    partEnded(node, job.id(), job.status().restarts(), step.id());
    log.apply(
        new Command.StepEnded(
            job.id(),
            job.status().restarts(),
            step.id(),
            node,
            new ExitStatus(1, 0),
            Usage.NONE,
            false,
            "the node was restarted while the step ran"),
        Actor.SYSTEM);
  }

  private void report(String node, FromNode.Report report) {
    if (report.news() instanceof FromNode.StepEnded ended && !ended.message().isEmpty()) {
      LOG.info("{} on {}: {}", new StepKey(ended.jobId(), ended.stepId()), node, ended.message());
    }
    if (report.news() instanceof FromNode.StepAborted aborted) {
      abort(node, report.number(), aborted);
      return;
    }
    if (report.news() instanceof FromNode.StepEnded ended) {
      partEnded(node, ended.jobId(), ended.restarts(), ended.stepId());
    }
    log.apply(Reports.command(node, report.news()), Actor.SYSTEM)
        .thenAccept(
            outcome -> {
              if (settled(node, outcome)) {
                links.execute(() -> send(node, new ToNode.Safe(report.number())));
              }
            });
  }

  /** Who waits there for this node's tasks has to know before the step as a whole has ended. */
  private void partEnded(String node, long jobId, int restarts, int stepId) {
    hub.partEnded(node, jobId, stepId);
    fences.partEnded(node, jobId, restarts, stepId);
  }

  private static boolean settled(String node, Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected && !Reports.settled(rejected.code())) {
      LOG.warn("A report of {} has to come again: {}", node, rejected.message());
      return false;
    }
    return true;
  }

  /** Tasks of a parallel program can't go on: ends it on all nodes. */
  private void abort(String node, long number, FromNode.StepAborted aborted) {
    LOG.info(
        "{} on {}: {}", new StepKey(aborted.jobId(), aborted.stepId()), node, aborted.message());
    CompletableFuture<Boolean> said = CompletableFuture.completedFuture(true);
    List<Step> ended = fences.endedBy(node, aborted);
    for (Step step : ended) {
      said =
          said.thenCombine(
              log.apply(new Command.SignalStep(step.jobId(), step.id(), KILL), Actor.SYSTEM),
              (before, outcome) -> before && settled(node, outcome));
    }
    said.thenAccept(
        all -> {
          if (all) {
            links.execute(() -> send(node, new ToNode.Safe(number)));
          }
        });
  }

  @Override
  public void close() {
    links.close();
  }
}
