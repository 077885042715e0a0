package org.headrace.controller.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ConfigurationSource;
import org.headrace.control.definition.ControllerMember;
import org.headrace.control.definition.Controllers;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.controller.testing.Await;
import org.headrace.controller.testing.FakeAccounting;
import org.headrace.controller.testing.FakeAgent;
import org.headrace.controller.testing.FakeConfiguration;
import org.headrace.controller.testing.Samples;
import org.headrace.controller.testing.SharedKey;
import org.headrace.priority.basic.internal.BasicPriority;
import org.headrace.priority.multifactor.internal.MultifactorPriority;
import org.headrace.sched.backfill.internal.BackfillScheduler;
import org.headrace.sched.builtin.internal.BuiltinScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.select.linear.internal.LinearSelector;
import org.headrace.testkit.Ports;
import org.headrace.topology.flat.internal.FlatTopology;

/**
 * A real controller on a directory, with the real deciders, a fake agent for its one node and a
 * fake database.
 */
final class Cluster implements AutoCloseable {
  static final int CORES = 64;

  private final Path directory;
  private final int controllerPort;
  private final int agentPort;
  final AtomicLong reserve = new AtomicLong(1 << 20);
  final FakeAccounting accounting = new FakeAccounting();
  final FakeConfiguration configuration;
  PluginRegistry registry;
  Controller controller;
  FakeAgent agent;

  Cluster(Path directory) {
    this(directory, Ports.free(), Ports.free());
  }

  Cluster(Path directory, int controllerPort, int agentPort) {
    this.controllerPort = controllerPort;
    this.agentPort = agentPort;
    this.directory = directory;
    configuration =
        new FakeConfiguration(
            definition(Map.of()),
            Controllers.alone(new ControllerMember("here", "127.0.0.1", controllerPort)));
  }

  /** A started cluster whose node is up. */
  static Cluster up(Path directory) throws Exception {
    Cluster cluster = new Cluster(directory);
    cluster.startController();
    cluster.startAgent();
    return cluster;
  }

  ClusterDefinition definition(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("StateSaveLocation", directory.resolve("state").toString());
    settings.put("SlurmctldHost", "here(127.0.0.1)");
    settings.put("SlurmctldPort", Integer.toString(controllerPort));
    settings.put("AccountingStorageType", "accounting_storage/fake");
    return Samples.cluster(CORES, settings, agentPort);
  }

  void startController() throws Exception {
    registry = new PluginRegistry();
    registry.add("sched", "backfill", "1", new BackfillScheduler());
    registry.add("sched", "builtin", "1", new BuiltinScheduler());
    registry.add("select", "cons_tres", "1", new ConsTresSelector());
    registry.add("select", "linear", "1", new LinearSelector());
    registry.add("topology", "flat", "1", new FlatTopology());
    registry.add("priority", "basic", "1", new BasicPriority());
    registry.add("priority", "multifactor", "1", new MultifactorPriority());
    registry.add("accounting_storage", "fake", "1", accounting);
    controller = new Controller(configuration, registry, reserve::get);
    ConfigurationSource.Loaded loaded = configuration.load();
    controller.start(loaded, new LeadershipBoard(loaded.controllers()), SharedKey::new);
  }

  void startAgent() {
    agent =
        new FakeAgent(
            "n1",
            CORES,
            agentPort,
            controllerPort,
            "/dev/shm/headrace-test-" + ProcessHandle.current().pid() + "-" + agentPort);
    awaitAgent(1);
  }

  void awaitAgent(int welcomes) {
    Await.until("the agent is known", () -> agent.welcomes() >= welcomes);
  }

  /** Stops the controller and starts another on what it left. */
  void restartController() throws Exception {
    controller.close();
    startController();
  }

  /** Leaves the directory as it would be if the controller had been killed just now. */
  void kill(Path scratch) throws IOException {
    Path state = directory.resolve("state");
    copy(state, scratch, false);
    controller.close();
    copy(scratch, state, true);
  }

  private static void copy(Path from, Path to, boolean replace) throws IOException {
    try (Stream<Path> old = replace ? Files.walk(to) : Stream.empty()) {
      for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  /** Takes a snapshot of the log, and waits until it is there. */
  void takeSnapshot() {
    long before = controller.lastSnapshot();
    controller.takeSnapshot();
    Await.until("the snapshot", 60, () -> controller.lastSnapshot() > before);
  }

  CompletableFuture<Outcome> execute(Command command, Actor actor) {
    return controller.execute(command, actor).toCompletableFuture();
  }

  long submit() {
    Outcome outcome = execute(Samples.submission(), Samples.ANNA).join();
    if (outcome instanceof Outcome.JobAccepted accepted) {
      return accepted.jobId();
    }
    throw new AssertionError(outcome.toString());
  }

  Job job(long id) {
    return controller.snapshot().job(id);
  }

  JobState state(long id) {
    return job(id).status().state();
  }

  void awaitState(long id, JobState state) {
    Await.until("job " + id + " is " + state, () -> job(id) != null && state(id) == state);
  }

  /** Number of jobs that have ended well and hold nothing any more. */
  int completed() {
    int[] count = {0};
    controller
        .snapshot()
        .jobs(
            row -> row.state() == JobState.COMPLETED,
            job -> count[0] += job.status().has(JobFlag.COMPLETING) ? 0 : 1);
    return count[0];
  }

  @Override
  public void close() {
    if (agent != null) {
      agent.close();
    }
    controller.close();
  }
}
