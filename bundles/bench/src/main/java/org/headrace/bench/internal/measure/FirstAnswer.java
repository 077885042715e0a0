package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.stat.Stopwatch;

/**
 * Waits for a controller that is starting. A client of Slurm that finds nobody tries again once a
 * second, so that twenty of them, started 50 ms apart, notice it within 50 ms.
 */
final class FirstAnswer {
  private static final long EVERY_MILLIS = 50;
  private static final int MOST_AT_ONCE = 20;

  private FirstAnswer() {}

  /**
   * Returns as soon as an sinfo has succeeded.
   *
   * @throws BenchException if none has within {@code seconds}
   */
  static void await(Cluster cluster, double seconds) {
    Stopwatch watch = Stopwatch.start();
    List<Process> tries = new ArrayList<>();
    try {
      while (!oneSucceeded(tries)) {
        if (watch.seconds() > seconds) {
          throw new BenchException(
              "the controller did not answer within %.0f s of its start".formatted(seconds));
        }
        tries.removeIf(process -> !process.isAlive() && process.exitValue() != 0);
        if (tries.size() < MOST_AT_ONCE) {
          tries.add(start(cluster));
        }
        NoOpJobs.pause(EVERY_MILLIS);
      }
    } finally {
      tries.forEach(Process::destroyForcibly);
    }
  }

  private static boolean oneSucceeded(List<Process> tries) {
    return tries.stream().anyMatch(process -> !process.isAlive() && process.exitValue() == 0);
  }

  private static Process start(Cluster cluster) {
    try {
      return cluster
          .commands()
          .builder(cluster.commands().named("sinfo", "-h"))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new BenchException("cannot start sinfo: " + e.getMessage(), e);
    }
  }
}
