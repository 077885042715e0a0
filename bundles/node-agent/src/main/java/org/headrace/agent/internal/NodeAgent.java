package org.headrace.agent.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.headrace.api.gres.GresKind;
import org.headrace.api.launcher.Launcher;
import org.headrace.api.launcher.LauncherFactory;
import org.headrace.api.launcher.LauncherSettings;
import org.headrace.api.model.NodeHardware;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon of one node: tells the controller what the node has and does, and carries out what the
 * controller says. Nothing here is lost when the agent ends: steps belong to the launcher's
 * supervisors, results to its spool, and what was said is said again on the next connection.
 *
 * <p>One process can hold many agents; they may share their threads.
 */
public final class NodeAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);

  private final AgentSettings settings;
  private final Surroundings surroundings;
  private final Machine machine = new Machine();
  private final long started;
  private final Turn turn;
  private final NodeGres gres;
  private final Launcher launcher;
  private final ReportBook reports;
  private final StepTable steps;
  private final JobRuns runs;
  private final HealthCheck healthCheck;
  private volatile NodeRules rules;
  private volatile Link link;
  private long heard;

  /**
   * What an agent needs of the process that it lives in.
   *
   * @param launchers opens the node's launcher
   * @param links opens the link to the controller
   * @param gresKinds finds the plugin for a kind of generic resource, or gives null
   * @param hostlist writes names of nodes short
   * @param threads runs the agent's actions; one thread is enough for many agents
   * @param hookThreads runs prologs and epilogs, each of which blocks a thread
   * @param cluster how programs find it
   * @param version version to report
   * @param leave ends the process, when the controller says so
   */
  record Surroundings(
      LauncherFactory launchers,
      Link.Opener links,
      Function<String, GresKind> gresKinds,
      Function<List<String>, String> hostlist,
      ScheduledExecutorService threads,
      Executor hookThreads,
      HomeCluster cluster,
      String version,
      Runnable leave) {}

  private NodeAgent(AgentSettings settings, Surroundings surroundings) throws IOException {
    this.settings = settings;
    this.surroundings = surroundings;
    started = System.currentTimeMillis();
    rules = new NodeRules(settings.settings());
    turn = new Turn(surroundings.threads());
    gres =
        new NodeGres(
            settings.gres(),
            settings.portions(),
            settings.constrainDevices(),
            surroundings.gresKinds());
    RunMarkers markers = new RunMarkers(Path.of(settings.spoolDirectory(), "agent", "runs"));
    reports = new ReportBook(turn, started, this::send);
    launcher =
        surroundings
            .launchers()
            .open(
                new LauncherSettings(
                    settings.node(),
                    settings.spoolDirectory(),
                    settings.constrainCores(),
                    settings.constrainMemory(),
                    settings.constrainDevices(),
                    settings.cgroupRoot()));
    JobVariables variables =
        new JobVariables(
            settings.node(), surroundings.hostlist(), surroundings.cluster(), settings.topology());
    CpuPlan cpus = CpuPlan.of(settings.hardware(), machine.topology(), settings.reportConfigured());
    OrderBuilder orders =
        new OrderBuilder(
            variables, gres, cpus, new UserDatabase(), settings.node(), machine.memoryNodes());
    steps = new StepTable(turn, launcher, orders, reports, this::send, () -> rules);
    Hooks checks = new Hooks(surroundings.hookThreads(), () -> false);
    Hooks hooks = new Hooks(surroundings.hookThreads(), () -> rules.oneHookAtATime());
    healthCheck =
        new HealthCheck(
            settings.node(),
            turn,
            checks,
            () -> rules,
            () -> variables.ofNode(rules),
            () -> !steps.runs().isEmpty());
    runs =
        new JobRuns(
            turn,
            steps,
            reports,
            hooks,
            new HookVariables(variables, gres),
            markers,
            () -> rules,
            new SpoolSpace(Path.of(settings.spoolDirectory()), SpoolSpace.RESERVE_BYTES));
  }

  /**
   * Starts an agent: takes over what runs from before, and connects. It goes on trying by itself
   * for as long as there is no controller.
   *
   * @throws IOException if the spool or a port can't be used; the message says which
   */
  static NodeAgent start(AgentSettings settings, Surroundings surroundings) throws IOException {
    NodeAgent agent = new NodeAgent(settings, surroundings);
    try {
      agent.steps.recover();
      agent.runs.recover();
      agent.gres.discover();
      agent.link = surroundings.links().open(settings, agent.new Ears());
      LOG.info("Node {} listens at {}:{}", settings.node(), settings.host(), settings.port());
      return agent;
    } catch (IllegalStateException e) {
      agent.close();
      throw new IOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      agent.close();
      throw e;
    }
  }

  private void send(FromNode message) {
    Link current = link;
    if (current != null) {
      current.send(message);
    }
  }

  /** Hands what comes on to the agent's turn. */
  private final class Ears implements Link.Listener {
    @Override
    public void connected() {
      turn.execute(NodeAgent.this::register);
    }

    @Override
    public void message(ToNode message) {
      turn.execute(() -> receive(message));
    }

    @Override
    public void disconnected(String why) {
      LOG.warn("Lost the controller: {}; steps go on", why);
      turn.execute(
          () -> {
            reports.disconnected();
            steps.connected(false);
          });
    }
  }

  private void register() {
    send(
        new FromNode.Register(
            settings.node(),
            hardware(),
            gres.inventory(),
            surroundings.version(),
            machine.operatingSystem(),
            Machine.architecture(),
            machine.bootTime(),
            started,
            machine.load(),
            machine.freeMemoryMib(),
            machine.hostName(),
            steps.held()));
    reports.connected();
    steps.connected(true);
  }

  private NodeHardware hardware() {
    return settings.reportConfigured()
        ? settings.hardware()
        : machine.hardware(rules.temporaryDirectory());
  }

  private void receive(ToNode message) {
    if (message instanceof ToNode.Launch launch) {
      runs.launch(launch);
    } else if (message instanceof ToNode.Prepare prepare) {
      runs.prepare(prepare);
    } else if (message instanceof ToNode.Release release) {
      runs.release(release);
    } else if (message instanceof ToNode.Safe safe) {
      safe(safe.number());
    } else if (message instanceof ToNode.Signal signal) {
      steps.signal(signal);
    } else if (message instanceof ToNode.Input input) {
      steps.input(input);
    } else if (message instanceof ToNode.Credit credit) {
      steps.credit(credit);
    } else if (message instanceof ToNode.Attach attach) {
      steps.attach(attach);
    } else if (message instanceof ToNode.Resize resize) {
      steps.resize(resize);
    } else if (message instanceof ToNode.Fenced fenced) {
      steps.fenced(fenced);
    } else if (message instanceof ToNode.AskShare ask) {
      steps.ask(ask);
    } else if (message instanceof ToNode.StepFailed failed) {
      steps.failed(failed);
    } else if (message instanceof ToNode.Ping) {
      send(new FromNode.Alive(machine.load(), machine.freeMemoryMib()));
    } else if (message instanceof ToNode.Tell tell) {
      steps.tell(tell);
    } else if (message instanceof ToNode.Ask ask) {
      answer(ask);
    } else if (message instanceof ToNode.Welcome welcome) {
      welcome(welcome);
    } else if (message instanceof ToNode.Leave) {
      LOG.info("Node {} is told to end; its steps go on", settings.node());
      surroundings.leave().run();
    }
    heard = System.currentTimeMillis();
  }

  private void answer(ToNode.Ask ask) {
    send(
        new FromNode.Answer(
            ask.number(),
            machine.hardware(rules.temporaryDirectory()),
            machine.hostName(),
            surroundings.version(),
            started,
            heard,
            ProcessHandle.current().pid(),
            StepProcesses.of(steps.alive())));
  }

  private void welcome(ToNode.Welcome welcome) {
    Map<String, String> merged = new HashMap<>(settings.settings());
    merged.putAll(welcome.settings());
    rules = new NodeRules(merged);
    healthCheck.configured();
    LOG.info("Node {} is registered with its controller", settings.node());
  }

  private void safe(long number) {
    if (reports.safe(number) instanceof FromNode.StepEnded ended) {
      steps.safe(ended);
    }
  }

  /** Leaves the cluster for now; steps go on running. */
  @Override
  public void close() {
    Link current = link;
    link = null;
    if (current != null) {
      current.close();
    }
    turn.close();
    launcher.close();
  }
}
