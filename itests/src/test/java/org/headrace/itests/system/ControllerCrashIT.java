package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The controller is killed while submissions stream in and jobs run: nothing is lost or done twice.
 */
class ControllerCrashIT {
  private static final int JOBS = 1000;
  private static final int CLIENTS = 4;

  @RegisterExtension
  static final ClusterUnderTest CLUSTER = ClusterUnderTest.named("crash", 2).set("MinJobAge=3000");

  private final Queue<Long> acknowledged = new ConcurrentLinkedQueue<>();
  private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
  private final AtomicInteger left = new AtomicInteger(JOBS);

  @Test
  void nothingIsLostOrRunTwice() throws Exception {
    String running =
        CLUSTER.submit(
            "echo start $$ >>long; until [ -e crash-go ]; do sleep 0.1; done; exit 42",
            "--no-requeue",
            "-n1",
            "-o",
            "/dev/null");
    CLUSTER.awaitFile("long", "start");
    submitThroughCrashes();
    assertThat(refusals).as("submissions that were refused").isEmpty();
    assertThat(acknowledged).hasSize(JOBS);
    assertThat(new HashSet<>(acknowledged)).as("ids given once each").hasSize(JOBS);
    assertThat(known()).as("ids that the controller knows").containsAll(acknowledged);
    assertThat(CLUSTER.states(running)).containsExactly("RUNNING");
    Files.createFile(CLUSTER.work().resolve("crash-go"));
    Patience.until(
        "end of all jobs",
        Patience.LONG.multipliedBy(2),
        () -> CLUSTER.command("squeue", "-h", "-o", "%i").run().lines().isEmpty(),
        () -> CLUSTER.command("squeue").run().output());
    checkEnds(running);
  }

  private void submitThroughCrashes() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> ends =
          List.of(0, 1, 2, 3).stream().<Future<?>>map(i -> clients.submit(this::submit)).toList();
      crashWhenAcknowledged(JOBS * 3 / 10);
      crashWhenAcknowledged(JOBS * 6 / 10);
      for (Future<?> end : ends) {
        end.get(3, TimeUnit.MINUTES);
      }
    } finally {
      clients.shutdownNow();
    }
  }

  private void crashWhenAcknowledged(int count) throws Exception {
    Patience.until(
        count + " submissions",
        Patience.LONG,
        () -> acknowledged.size() >= count,
        () -> acknowledged.size() + " are acknowledged; refused: " + refusals);
    CLUSTER.kill("slurmctld");
    assertThat(acknowledged.size()).as("killed in the middle").isLessThan(JOBS);
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
  }

  /** Submits until all is submitted; a job whose answer did not come counts as not submitted. */
  private void submit() {
    while (left.get() > 0 && !Thread.currentThread().isInterrupted()) {
      try (PersistentClient client = new PersistentClient(CLUSTER.socket(), CLUSTER.work())) {
        while (left.getAndDecrement() > 0) {
          submitOne(client);
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

  private static Set<Long> known() throws Exception {
    Set<Long> known = new HashSet<>();
    CLUSTER
        .command("squeue", "-h", "-t", "all", "-o", "%A")
        .run()
        .lines()
        .forEach(line -> assertThat(known.add(Long.parseLong(line.strip()))).isTrue());
    return known;
  }

  private void checkEnds(String running) throws Exception {
    assertThat(CLUSTER.read("long").lines()).as("starts of the long job").hasSize(1);
    Map<Long, Integer> runs = new TreeMap<>();
    CLUSTER.read("ran").lines().forEach(line -> runs.merge(Long.parseLong(line), 1, Integer::sum));
    assertThat(runs.values()).as("runs of each job").allMatch(count -> count == 1);
    assertThat(runs.keySet()).containsAll(acknowledged);
    Map<Long, String> ends = new TreeMap<>();
    for (String line : CLUSTER.command("scontrol", "-o", "show", "job").run().lines()) {
      ends.put(
          Long.parseLong(line.replaceAll("^JobId=(\\d+) .*", "$1")),
          line.replaceAll(".* JobState=(\\S+) .* ExitCode=(\\S+) .*", "$1 $2"));
    }
    assertThat(ends.remove(Long.parseLong(running))).isEqualTo("FAILED 42:0");
    ends.forEach(
        (job, end) ->
            assertThat(end)
                .as("end of job %d", job)
                .isEqualTo(job % 5 == 0 ? "COMPLETED 0:0" : "FAILED " + job % 5 + ":0"));
    assertThat(CLUSTER.command("sinfo", "-h", "-o", "%T").run().text()).isEqualTo("idle");
  }
}
