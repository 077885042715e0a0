package org.headrace.bench.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.cluster.HeadraceCluster;
import org.headrace.bench.internal.cluster.OwnCluster;
import org.headrace.bench.internal.deep.DeepQueue;
import org.headrace.bench.internal.emulated.EmulatedCluster;
import org.headrace.bench.internal.emulated.NodeShape;
import org.headrace.bench.internal.measure.Bench;
import org.headrace.bench.internal.measure.Measure;
import org.headrace.bench.internal.measure.PendingQueues;
import org.headrace.bench.internal.report.Conditions;
import org.headrace.bench.internal.report.JsonReport;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.report.TableReport;
import org.headrace.bench.internal.workloads.WorkloadsCommand;

/** One run of the benchmark: clusters, measures, report. */
public final class Session implements AutoCloseable {
  private final Options options;
  private final Path script;
  private final Map<String, String> environment;
  private final Progress progress;
  private final PrintStream out;
  private final Path workingDirectory;
  private final List<Result> results = new ArrayList<>();
  private Conditions conditions;

  /**
   * @param script the {@code headrace} script, for starting clusters
   * @param environment {@code HEADRACE_DIR} and {@code HEADRACE_SOCKET} name the cluster at hand
   */
  public Session(
      Options options,
      Path script,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err)
      throws IOException {
    this.options = options;
    this.script = script;
    this.environment = environment;
    this.progress = new Progress(err);
    this.out = out;
    this.workingDirectory = Files.createTempDirectory("headrace-bench-work-");
  }

  /** Runs the measures; gives whether all of them could be taken. */
  public boolean run(List<Measure> measures) throws IOException {
    Optional<Cluster> peer = peer();
    phase(measures.stream().filter(m -> !m.disposable()).toList(), peer, false);
    phase(measures.stream().filter(Measure::disposable).toList(), peer, true);
    return finish();
  }

  /**
   * Measures deep queues before a real controller with emulated nodes, as many and such as the
   * largest partition of the peer has if there is a peer; gives whether all could be taken.
   *
   * @param heap largest heap of the controller
   */
  public boolean runDeep(String heap) throws IOException {
    Optional<Cluster> peer = peer();
    String partition = peer.map(NodeShape::largestPartition).orElse("main");
    NodeShape shape =
        peer.map(cluster -> NodeShape.of(cluster, partition))
            .orElseGet(() -> NodeShape.of(options.nodes()));
    int depth = peer.isPresent() ? options.peerPending() : options.pending();
    Path work = workingDirectory("headrace");
    try (EmulatedCluster ours =
        EmulatedCluster.start(script, shape, partition, heap, work, progress)) {
      Bench bench = bench(ours, peer);
      report(new DeepQueue(bench, shape, partition, depth).run());
    }
    return finish();
  }

  /** Runs the same workloads on a cluster of our own and on the peer; gives whether they agree. */
  public boolean runWorkloads(WorkloadsCommand command) throws IOException {
    Path folder = workingDirectory("slurm");
    return command.run(Peer.find(options, environment, folder), script, workingDirectory);
  }

  private Optional<Cluster> peer() throws IOException {
    return options.peer()
        ? Optional.of(Peer.find(options, environment, workingDirectory("slurm")))
        : Optional.empty();
  }

  private boolean finish() throws IOException {
    if (options.json()) {
      out.println(JsonReport.text(conditions, results));
    }
    return results.stream().noneMatch(Result::failed);
  }

  private void phase(List<Measure> measures, Optional<Cluster> peer, boolean fresh)
      throws IOException {
    if (measures.isEmpty()) {
      return;
    }
    String directory = environment.getOrDefault("HEADRACE_DIR", "");
    boolean atHand = !directory.isEmpty() && environment.containsKey("HEADRACE_SOCKET") && !fresh;
    if (atHand) {
      Path work = workingDirectory("headrace");
      measure(measures, HeadraceCluster.in(script, Path.of(directory), work, false), peer);
    } else {
      Path work = workingDirectory(fresh ? "headrace-fresh" : "headrace");
      try (OwnCluster own = OwnCluster.start(script, options.nodes(), work, progress)) {
        measure(measures, own.cluster(), peer);
      }
    }
  }

  private void measure(List<Measure> measures, Cluster ours, Optional<Cluster> peer)
      throws IOException {
    Bench bench = bench(ours, peer);
    try {
      for (Measure measure : measures) {
        progress.tell(measure.name() + ": " + measure.purpose());
        report(measure.run(bench));
      }
    } finally {
      bench.queues().empty();
    }
  }

  private Bench bench(Cluster ours, Optional<Cluster> peer) {
    List<Cluster> clusters = new ArrayList<>(List.of(ours));
    peer.ifPresent(clusters::add);
    if (conditions == null) {
      conditions = Conditions.of(clusters, options.quick());
      if (!options.json()) {
        out.println(TableReport.heading(conditions));
      }
    }
    return new Bench(options, progress, clusters, new PendingQueues(options, progress));
  }

  private void report(List<Result> more) {
    results.addAll(more);
    if (!options.json()) {
      more.forEach(result -> out.println(TableReport.line(result)));
      out.flush();
    }
  }

  private Path workingDirectory(String name) throws IOException {
    return Files.createDirectories(workingDirectory.resolve(name));
  }

  @Override
  public void close() throws IOException {
    Folder.delete(workingDirectory);
  }
}
