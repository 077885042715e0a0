package org.headrace.itests.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.headrace.api.job.Execution;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Timing;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.ResourceRequest;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.protocol.codec.RecordCodec;

/** A whole controller in its container, with fake nodes at its links. */
final class Controller implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final RecordCodec<Command> OUT = RecordCodec.of(Command.class);
  private static final RecordCodec<Outcome> IN = RecordCodec.of(Outcome.class);

  private final Container container;
  private final FakeNodes nodes;

  private Controller(Container container, FakeNodes nodes) {
    this.container = container;
    this.nodes = nodes;
  }

  /** A plugin, as the controller lists it. */
  record PluginRow(String key, String state, long calls, long faults, String lastFault) {}

  /** Starts a controller with the site's nodes; returns once all of them take jobs. */
  static Controller start(Site site) throws Exception {
    Container container =
        Container.start(site.write(), Distribution.controller(site.directory().resolve("dist")));
    FakeNodes nodes = null;
    try {
      container.call("nodes");
      nodes = new FakeNodes(site);
      Controller controller = new Controller(container, nodes);
      controller.awaitIdle();
      return controller;
    } catch (Exception | Error e) {
      if (nodes != null) {
        nodes.close();
      }
      container.close();
      throw e;
    }
  }

  Container container() {
    return container;
  }

  FakeNodes nodes() {
    return nodes;
  }

  /** A job of one task on one CPU. */
  static JobSpec job(String name) {
    return JobSpec.of(
            name, new Owner(0, 0, "root", "root"), Execution.plain(true, "/tmp", 022, true))
        .withRequest(ResourceRequest.singleCpu().withMemory(MemoryRequest.perNode(100)))
        .withTiming(Timing.ANY.withTimeLimit(TimeUnit.MINUTES.toMillis(10)));
  }

  CompletableFuture<Outcome> submit(JobSpec spec) {
    byte[] script = "#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return container
        .ask(
            "execute",
            OUT.encode(new Command.SubmitJob(spec, new JobFiles(script, new byte[0]), 0)))
        .thenApply(IN::decode);
  }

  /** Submits a number of jobs and returns their ids; all must be accepted. */
  List<Long> submit(String name, int count) throws Exception {
    List<CompletableFuture<Outcome>> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      asked.add(submit(job(name)));
    }
    List<Long> ids = new ArrayList<>();
    for (CompletableFuture<Outcome> one : asked) {
      ids.add(accepted(one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)));
    }
    return ids;
  }

  static long accepted(Outcome outcome) {
    if (outcome instanceof Outcome.JobAccepted job) {
      return job.jobId();
    }
    throw new AssertionError("a submission failed: " + outcome);
  }

  List<PluginRow> plugins() throws IOException {
    return container
        .call("plugins")
        .lines()
        .map(line -> line.split("\t", -1))
        .map(f -> new PluginRow(f[0], f[1], Long.parseLong(f[2]), Long.parseLong(f[3]), f[4]))
        .toList();
  }

  PluginRow plugin(String key) throws IOException {
    return plugins().stream()
        .filter(row -> row.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no plugin " + key));
  }

  /** Fields of each job's line: id, state, restarts, flags, reason. */
  List<String[]> jobs() throws IOException {
    return container.call("jobs").lines().map(line -> line.split("\t", -1)).toList();
  }

  /** Waits until every job known has ended and no node holds anything. */
  void awaitIdle() throws Exception {
    Await.whileMoving(
        "all nodes idle and all jobs ended",
        PATIENCE,
        () ->
            counts().matches("\\{(COMPLETED=\\d+)?}")
                && nodeLines().stream().allMatch(line -> line.endsWith("\tup\t0\t0\t0\tfalse")),
        this::counts,
        this::situation);
  }

  /** How many jobs are in which state; a plus marks those that are completing. */
  private String counts() throws IOException {
    return container.call("counts");
  }

  List<String> nodeLines() throws IOException {
    return container.call("nodes").lines().toList();
  }

  /** Waits for the state of the plugin. */
  void awaitPlugin(String key, String state) throws Exception {
    Await.until(
        key + " is " + state,
        PATIENCE,
        () -> plugins().stream().anyMatch(p -> p.key().equals(key) && p.state().equals(state)),
        this::situation);
  }

  String situation() {
    try {
      return container.call("counts")
          + "\n"
          + container.call("nodes")
          + container.call("plugins")
          + "lost: "
          + nodes.losses()
          + "\n"
          + tail(container.site().log());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  /** Runs a command of the distribution as a user would; returns what it printed. */
  String command(String name, String... arguments) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(container.distribution().file("bin/" + name).toString());
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("SLURM_CONF", container.site().configuration().toString());
    builder.environment().put("HEADRACE_SOCKET", container.site().socket().toString());
    Process process = builder.start();
    try {
      String printed = new String(process.getInputStream().readAllBytes());
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(String.join(" ", line) + " failed:\n" + printed);
      }
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      container.close();
    } finally {
      nodes.close();
    }
  }
}
