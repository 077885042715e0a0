package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The controller is killed while submissions stream in and jobs run: nothing is lost or done twice.
 */
class ControllerCrashIT {
  private static final int JOBS = 1000;
  private static final int CLIENTS = 4;
  private static final Duration STANDSTILL = Duration.ofSeconds(13);

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

  /** What users have open goes on: the output is complete, in order, and nothing comes twice. */
  @Test
  void stepsAndAllocationsGoOnThroughACrashAndARestart() throws Exception {
    String ticks =
        "i=0; until [ -e ticks-go ]; do i=$((i+1)); echo $SLURM_PROCID $i; sleep 0.2; done;"
            + " echo $SLURM_PROCID $i >>ticks-$SLURM_JOB_NAME; exit $((3 + SLURM_PROCID))";
    String batch =
        CLUSTER.submit(
            "srun bash -c '" + ticks + "'\nexit $?", "-J", "batch", "-n2", "-N2", "-o", "b");
    Process step =
        CLUSTER
            .command("srun", "-J", "step", "-n1", "bash", "-c", ticks)
            .start(CLUSTER.work().resolve("s"), CLUSTER.work().resolve("s-err"));
    Process allocation =
        CLUSTER
            .command(
                "salloc",
                "-n1",
                "bash",
                "-c",
                "echo $SLURM_JOB_ID >a; until [ -e ticks-go ]; do sleep 0.1; done; srun echo in; exit 6")
            .start(CLUSTER.work().resolve("a-out"), CLUSTER.work().resolve("a-err"));
    CLUSTER.awaitFile("b", "(?=.*0 1\n)(?=.*1 1\n)");
    CLUSTER.awaitFile("s", "0 1\n");
    String salloc = CLUSTER.awaitFile("a", "\\d+\n").strip();

    CLUSTER.kill("slurmctld");
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
    String seen = lastLine("s");
    CLUSTER.awaitFile("s", "0 " + (Integer.parseInt(seen.substring(2)) + 20) + "\n");
    CLUSTER.stop("slurmctld");
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
    Files.createFile(CLUSTER.work().resolve("ticks-go"));

    assertThat(CLUSTER.awaitEnd(batch)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(batch, "ExitCode")).isEqualTo("4:0");
    assertThat(step.waitFor()).isEqualTo(3);
    assertThat(allocation.waitFor()).isEqualTo(6);
    assertThat(CLUSTER.read("a-out")).isEqualTo("in\n");
    assertThat(CLUSTER.awaitEnd(salloc)).isEqualTo("FAILED");
    assertThat(CLUSTER.read("s-err")).doesNotContain("lost the connection");
    checkTicks("s", 0, "ticks-step");
    checkTicks("b", 0, "ticks-batch");
    checkTicks("b", 1, "ticks-batch");
  }

  private static String lastLine(String file) throws IOException {
    List<String> lines = CLUSTER.read(file).lines().toList();
    return lines.get(lines.size() - 1);
  }

  private static void checkTicks(String output, int task, String counts) throws IOException {
    String prefix = task + " ";
    String count =
        CLUSTER.read(counts).lines().filter(l -> l.startsWith(prefix)).findFirst().orElseThrow();
    int last = Integer.parseInt(count.substring(prefix.length()));
    assertThat(CLUSTER.read(output).lines().filter(line -> line.startsWith(prefix)))
        .as("ticks of task %d in %s", task, output)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, last).mapToObj(i -> prefix + i).toList());
  }

  /** Longer than the parts of a daemon usually wait for each other. */
  @Test
  void aControllerThatStoodStillGoesOn() throws Exception {
    String job =
        CLUSTER.submit("until [ -e still-go ]; do sleep 0.1; done; exit 9", "-o", "/dev/null");
    CLUSTER.awaitState(job, "RUNNING");
    CLUSTER.signal("slurmctld", "STOP");
    long until = System.nanoTime() + STANDSTILL.toNanos();
    Patience.until(
        "the time", STANDSTILL.plusSeconds(9), () -> System.nanoTime() > until, () -> "");
    CLUSTER.signal("slurmctld", "CONT");
    assertThat(CLUSTER.awaitEnd(CLUSTER.submit("true", "-o", "/dev/null"))).isEqualTo("COMPLETED");
    Files.createFile(CLUSTER.work().resolve("still-go"));
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(job, "ExitCode")).isEqualTo("9:0");
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
    // Other tests have left jobs on this cluster.
    ends.keySet().retainAll(runs.keySet());
    ends.forEach(
        (job, end) ->
            assertThat(end)
                .as("end of job %d", job)
                .isEqualTo(job % 5 == 0 ? "COMPLETED 0:0" : "FAILED " + job % 5 + ":0"));
    assertThat(CLUSTER.command("sinfo", "-h", "-o", "%T").run().text()).isEqualTo("idle");
  }
}
