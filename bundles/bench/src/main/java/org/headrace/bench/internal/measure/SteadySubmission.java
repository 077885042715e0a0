package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.cluster.Commands.Running;
import org.headrace.bench.internal.wire.Submitter;

/** Held jobs, one after the other, until the controller goes away. */
abstract class SteadySubmission implements AutoCloseable {
  private static final long END_MILLIS = 20_000;

  /** Over a persistent connection where there is one, else by sbatch processes. */
  static SteadySubmission start(Cluster cluster, NoOpJobs jobs) throws IOException {
    return cluster.socket().isPresent() ? new ByConnection(jobs) : new ByProcesses(cluster, jobs);
  }

  /** Ids that were given before the controller went away; waits until no more can come. */
  abstract Set<Long> acknowledged() throws IOException;

  @Override
  public abstract void close() throws IOException;

  private static final class ByConnection extends SteadySubmission {
    private final Set<Long> ids = ConcurrentHashMap.newKeySet();
    private final Submitter submitter;
    private final Thread thread = new Thread(this::submit, "steady-submission");

    ByConnection(NoOpJobs jobs) throws IOException {
      submitter = jobs.connect("-H");
      thread.start();
    }

    private void submit() {
      try {
        while (true) {
          ids.add(submitter.submit());
        }
      } catch (IOException | BenchException e) {
        // The kill that was waited for: the last submission was not acknowledged.
      }
    }

    @Override
    Set<Long> acknowledged() {
      try {
        thread.join(END_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchException("interrupted", e);
      }
      if (ids.isEmpty()) {
        throw new BenchException("no submission was acknowledged before the kill");
      }
      return ids;
    }

    @Override
    public void close() throws IOException {
      submitter.close();
    }
  }

  private static final class ByProcesses extends SteadySubmission {
    private final Running running;

    ByProcesses(Cluster cluster, NoOpJobs jobs) {
      String loop = "while id=$(\"$@\"); do echo \"$id\"; done";
      List<String> command = new ArrayList<>(List.of("bash", "-c", loop, "bash"));
      command.addAll(cluster.commands().named(jobs.command("-H", "--parsable")));
      running = cluster.commands().start(command);
    }

    @Override
    Set<Long> acknowledged() throws IOException {
      close();
      Set<Long> ids = new HashSet<>();
      for (String line : Files.readAllLines(running.out(), StandardCharsets.US_ASCII)) {
        ids.add(Submitter.jobId(line));
      }
      if (ids.isEmpty()) {
        throw new BenchException("no submission was acknowledged before the kill");
      }
      return ids;
    }

    /** One sbatch may wait for the dead controller; nobody is told an id by it any more. */
    @Override
    public void close() {
      Process process = running.process();
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      try {
        process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchException("interrupted", e);
      }
    }
  }
}
