package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.stat.Stopwatch;
import org.headrace.bench.internal.wire.Submitter;

/** Jobs that do nothing, of one name by which they are found again. Thread-safe. */
final class NoOpJobs {
  /** Says what all of them ask for; for the conditions of a figure. */
  static final String REQUEST = "-n1 --mem=10 -o /dev/null, #!/bin/sh exit 0";

  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final long POLL_MILLIS = 50;
  private static final double CANCEL_SECONDS = 180;

  private final Cluster cluster;
  private final String name;
  private final Path script;

  NoOpJobs(Cluster cluster) throws IOException {
    this.cluster = cluster;
    this.name = "bench" + ProcessHandle.current().pid() + "x" + COUNTER.incrementAndGet();
    this.script = cluster.commands().workingDirectory().resolve("noop.sh");
    Files.writeString(script, "#!/bin/sh\nexit 0\n", StandardCharsets.US_ASCII);
  }

  String name() {
    return name;
  }

  /** Arguments of sbatch after its name: {@code more}, and the script last. */
  List<String> arguments(String... more) {
    List<String> all =
        new ArrayList<>(List.of("-J", name, "-n1", "--mem=10", "-t", "10", "-o", "/dev/null"));
    all.addAll(List.of(more));
    all.add(script.toString());
    return all;
  }

  /** The whole command line of sbatch. */
  String[] command(String... more) {
    List<String> all = new ArrayList<>(List.of("sbatch"));
    all.addAll(arguments(more));
    return all.toArray(String[]::new);
  }

  /** A persistent connection that submits such jobs; the cluster has to have a socket. */
  Submitter connect(String... more) throws IOException {
    return Submitter.connect(
        cluster.socket().orElseThrow(),
        cluster.commands().workingDirectory(),
        cluster.commands().environment(),
        arguments(more));
  }

  /** How many of them are pending, running or completing. */
  int unfinished() {
    return cluster.commands().need("squeue", "-h", "-n", name, "-o", "%i").lines().size();
  }

  /**
   * Waits until none is pending or running.
   *
   * @throws BenchException if that takes longer than {@code seconds}
   */
  void awaitEnd(double seconds) {
    Stopwatch waiting = Stopwatch.start();
    int left;
    while ((left = unfinished()) > 0) {
      if (waiting.seconds() > seconds) {
        throw new BenchException(
            "%d jobs named %s had not ended after %.0f s".formatted(left, name, seconds));
      }
      pause(POLL_MILLIS);
    }
  }

  /** Removes all of them from the queue. */
  void cancel() {
    // Some may end by themselves in between, which is no failure.
    cluster.commands().run("scancel", "-n", name);
    awaitEnd(CANCEL_SECONDS);
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }
}
