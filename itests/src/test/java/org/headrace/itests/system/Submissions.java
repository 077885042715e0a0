package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that submit jobs one after the other while controllers come and go, and what became of
 * the jobs. Job N writes its id to the file {@code ran} and exits with N modulo 5.
 */
final class Submissions {
  private static final int CLIENTS = 4;

  /** Between two submissions of a client in a stream, so that what is submitted can also run. */
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final ClusterUnderTest cluster;
  private final List<Path> sockets;
  private final Queue<Long> acknowledged = new ConcurrentLinkedQueue<>();
  private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
  private final AtomicInteger left = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private int jobs;
  private volatile long pace;

  /** What a test does while jobs are submitted. */
  interface Meanwhile {
    void run() throws Exception;
  }

  /**
   * @param sockets used in turn; a client whose connection breaks takes the next
   */
  Submissions(ClusterUnderTest cluster, List<Path> sockets) {
    this.cluster = cluster;
    this.sockets = sockets;
  }

  /** What commands said that ended with an error. */
  List<String> refusals() {
    return new ArrayList<>(refusals);
  }

  /** Submits so many more jobs, and returns when each has been acknowledged. */
  void run(int more, Meanwhile meanwhile) throws Exception {
    jobs += more;
    left.set(more);
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        ends.add(clients.submit(this::submit));
      }
      meanwhile.run();
      for (Future<?> end : ends) {
        end.get(3, TimeUnit.MINUTES);
      }
    } finally {
      clients.shutdownNow();
    }
  }

  /** Submits, some 20 jobs per second, for as long as the other takes. */
  void stream(Meanwhile meanwhile) throws Exception {
    pace = PACE_NANOS;
    run(
        Integer.MAX_VALUE,
        () -> {
          try {
            meanwhile.run();
          } finally {
            left.set(Integer.MIN_VALUE);
          }
        });
    jobs = acknowledged.size();
  }

  /** Waits until so many more jobs have been acknowledged. */
  void awaitMore(int count) throws Exception {
    int wanted = acknowledged.size() + count;
    Patience.until(
        count + " more submissions",
        Patience.LONG,
        () -> acknowledged.size() >= wanted,
        () -> acknowledged.size() + " of " + wanted + "; refused: " + refusals);
  }

  /** Waits until so many jobs in all have been acknowledged, and makes sure that it isn't all. */
  void await(int count) throws Exception {
    Patience.until(
        count + " submissions",
        Patience.LONG,
        () -> acknowledged.size() >= count,
        () -> acknowledged.size() + " are acknowledged; refused: " + refusals);
    assertThat(acknowledged.size()).as("in the middle").isLessThan(jobs);
  }

  /** Submits until all is submitted; a job whose answer did not come counts as not submitted. */
  private void submit() {
    while (left.get() > 0 && !Thread.currentThread().isInterrupted()) {
      Path socket = sockets.get(connections.getAndIncrement() % sockets.size());
      try (PersistentClient client = new PersistentClient(socket, cluster.work())) {
        // Never below zero: a submission that fails at last adds one that has to be seen.
        while (left.getAndUpdate(jobs -> jobs > 0 ? jobs - 1 : jobs) > 0) {
          submitOne(client);
          LockSupport.parkNanos(pace);
        }
      } catch (PersistentClient.Refused e) {
        refusals.add(e.getMessage());
      } catch (IOException e) {
        // No controller, for now.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  private void submitOne(PersistentClient client) throws IOException {
    boolean done = false;
    try {
      String script = "echo $SLURM_JOB_ID >>ran; exit $((SLURM_JOB_ID % 5))";
      String id =
          client.run(
              "sbatch", List.of("--parsable", "--no-requeue", "-o", "/dev/null", "--wrap", script));
      acknowledged.add(Long.parseLong(id.strip()));
      done = true;
    } finally {
      if (!done) {
        left.incrementAndGet();
      }
    }
  }

  /** No id was given twice, and the controller knows every one of them. */
  void checkAcknowledged() throws Exception {
    assertThat(acknowledged).hasSize(jobs);
    assertThat(new HashSet<>(acknowledged)).as("ids given once each").hasSize(jobs);
    Set<Long> known = new HashSet<>();
    cluster
        .command("squeue", "-h", "-t", "all", "-o", "%A")
        .run()
        .lines()
        .forEach(line -> assertThat(known.add(Long.parseLong(line.strip()))).isTrue());
    assertThat(known).as("ids that the controller knows").containsAll(acknowledged);
  }

  /** Waits until nothing runs or waits in the cluster. */
  void awaitEnds() throws Exception {
    Patience.until(
        "end of all jobs",
        Patience.LONG.multipliedBy(2),
        () -> {
          Execution queue = cluster.command("squeue", "-h", "-o", "%i").run();
          return queue.status() == 0 && queue.lines().isEmpty();
        },
        () -> cluster.command("squeue").run().output());
  }

  /**
   * Each job ran once, and ended as it should.
   *
   * @return how other jobs ended, by id, as state and exit code
   */
  Map<Long, String> checkEnds() throws Exception {
    Map<Long, Integer> runs = new TreeMap<>();
    cluster.read("ran").lines().forEach(line -> runs.merge(Long.parseLong(line), 1, Integer::sum));
    assertThat(runs.values()).as("runs of each job").allMatch(count -> count == 1);
    assertThat(runs.keySet()).containsAll(acknowledged);
    Map<Long, String> ends = new TreeMap<>();
    for (String line : cluster.command("scontrol", "-o", "show", "job").run().lines()) {
      ends.put(
          Long.parseLong(line.replaceAll("^JobId=(\\d+) .*", "$1")),
          line.replaceAll(".* JobState=(\\S+) .* ExitCode=(\\S+) .*", "$1 $2"));
    }
    Map<Long, String> others = new TreeMap<>(ends);
    others.keySet().removeAll(runs.keySet());
    ends.keySet().retainAll(runs.keySet());
    ends.forEach(
        (job, end) ->
            assertThat(end)
                .as("end of job %d", job)
                .isEqualTo(job % 5 == 0 ? "COMPLETED 0:0" : "FAILED " + job % 5 + ":0"));
    assertThat(cluster.command("sinfo", "-h", "-o", "%T").run().text()).isEqualTo("idle");
    return others;
  }
}
