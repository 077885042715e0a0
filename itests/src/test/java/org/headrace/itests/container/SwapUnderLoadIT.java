package org.headrace.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins are swapped in every way there is while jobs stream in and run: nobody notices. */
class SwapUnderLoadIT {
  private static final int NODES = 8;
  private static final int BURST = 4;
  private static final int BURST_MILLIS = 10;
  private static final int SWAPS = 20;
  private static final String CONS_TRES = "org.headrace.select-cons-tres";
  private static final String LINEAR = "org.headrace.select-linear";
  private static final String BACKFILL = "org.headrace.sched-backfill";

  @TempDir Path directory;
  private final ConcurrentLinkedQueue<CompletableFuture<Outcome>> submissions =
      new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService stream = Executors.newSingleThreadScheduledExecutor();
  private Site site;
  private Controller controller;

  @BeforeEach
  void start() throws Exception {
    site = new Site(directory, NODES);
    controller = Controller.start(site);
  }

  @AfterEach
  void stop() throws Exception {
    stream.shutdownNow();
    if (controller != null) {
      controller.close();
    }
  }

  private void submitSteadily() {
    stream.scheduleAtFixedRate(
        () -> {
          for (int i = 0; i < BURST; i++) {
            submissions.add(controller.submit(Controller.job("stream")));
          }
        },
        0,
        BURST_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  @Test
  void swapsLoseNothingAndLeaveNothingBehind() throws Exception {
    long begun = System.nanoTime();
    List<Long> typed = new ArrayList<>();
    submitSteadily();
    for (int swap = 0; swap < SWAPS; swap++) {
      boolean away = swap % 2 == 0;
      String selector = away ? "linear" : "cons_tres";
      String scheduler = away ? "builtin" : "backfill";
      switch (swap / 2 % 3) {
        case 0 -> {
          controller.container().call("choose", "select", selector);
          controller.container().call("choose", "sched", scheduler);
        }
        case 1 -> {
          String printed =
              controller.container().call("shell", "headrace:choose select " + selector);
          assertThat(printed).contains("select/" + selector + " serves");
          controller.container().call("shell", "headrace:choose sched " + scheduler);
        }
        default -> {
          site.with("SelectType", "select/" + selector).with("SchedulerType", "sched/" + scheduler);
          site.write();
          controller.command("scontrol", "reconfigure");
        }
      }
      assertThat(controller.plugin("select/" + selector).state()).isEqualTo("ACTIVE");
      assertThat(controller.plugin("sched/" + scheduler).state()).isEqualTo("ACTIVE");
      awaitUse("select/" + selector);
      awaitUse("sched/" + scheduler);
      typed.add(sbatch());
    }

    updateInPlace(CONS_TRES, "select/cons_tres");
    updateInPlace(BACKFILL, "sched/backfill");
    replace(LINEAR, "select/linear");
    replace(CONS_TRES, "select/cons_tres");

    stream.shutdown();
    assertThat(stream.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    double seconds = (System.nanoTime() - begun) / 1e9;
    Set<Long> ids = new HashSet<>();
    for (CompletableFuture<Outcome> submission : submissions) {
      ids.add(Controller.accepted(submission.get(60, TimeUnit.SECONDS)));
    }
    System.out.printf(
        "%d jobs in %.1f s: %.0f submissions per second%n",
        ids.size(), seconds, ids.size() / seconds);
    ids.addAll(typed);
    assertThat(ids).as("ids are given once").hasSize(submissions.size() + typed.size());
    assertThat(ids.size() / seconds).as("submissions per second").isGreaterThan(200);

    controller.awaitIdle();
    everyJobRanOnce(ids);
    assertThat(controller.plugins()).allMatch(plugin -> plugin.faults() == 0);
    assertThat(controller.container().errors()).isEmpty();
    oldLoadersAreGone();
  }

  /** A user's submission, by the native client. */
  private long sbatch() throws Exception {
    String printed =
        controller.command("sbatch", "--parsable", "--time=10", "--mem=100", "--wrap=true");
    return Long.parseLong(printed.trim());
  }

  /** A swap counts when the newcomer has been called by the planner while jobs stream in. */
  private void awaitUse(String key) throws Exception {
    long before = controller.plugin(key).calls();
    Await.until(
        key + " is called",
        Controller.PATIENCE,
        () -> controller.plugin(key).calls() > before,
        controller::situation);
  }

  private void updateInPlace(String bundle, String plugin) throws Exception {
    controller.container().call("watch", bundle);
    controller.container().call("update", bundle, "");
    controller.awaitPlugin(plugin, "ACTIVE");
    awaitUse(plugin);
  }

  private void replace(String bundle, String plugin) throws Exception {
    String location = controller.container().call("location", bundle);
    String state = controller.plugin(plugin).state();
    controller.container().call("watch", bundle);
    controller.container().call("uninstall", bundle);
    assertThat(controller.plugins()).noneMatch(p -> p.key().equals(plugin) && p.calls() > 0);
    controller.container().call("install", location);
    controller.awaitPlugin(plugin, state);
  }

  private void everyJobRanOnce(Set<Long> ids) throws Exception {
    List<String[]> jobs = controller.jobs();
    assertThat(jobs).hasSameSizeAs(ids);
    for (String[] job : jobs) {
      assertThat(ids).contains(Long.parseLong(job[0]));
      assertThat(job[1]).as("state of job " + job[0]).isEqualTo("COMPLETED");
      assertThat(job[2]).as("restarts of job " + job[0]).isEqualTo("0");
    }
    assertThat(controller.nodes().launches())
        .as("what ran; breaks of connections: %s", controller.nodes().losses())
        .hasSameSizeAs(ids)
        .allSatisfy((step, runs) -> assertThat(runs).as(step).hasSize(1));
  }

  private void oldLoadersAreGone() throws Exception {
    Await.until(
        "the class loaders of replaced bundles are gone",
        Duration.ofSeconds(20),
        () -> controller.container().call("loaders").isEmpty(),
        () -> {
          try {
            return controller.container().call("loaders");
          } catch (java.io.IOException e) {
            return e.toString();
          }
        });
  }
}
