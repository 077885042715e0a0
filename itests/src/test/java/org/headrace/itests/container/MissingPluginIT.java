package org.headrace.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plugin that planning needs goes away: only the start of jobs waits for it to come back. */
class MissingPluginIT {
  private static final int JOBS = 50;

  @TempDir static Path directory;
  private static Controller controller;

  @BeforeAll
  static void start() throws Exception {
    controller = Controller.start(new Site(directory, 2));
  }

  @AfterAll
  static void stop() throws Exception {
    if (controller != null) {
      controller.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "org.headrace.select-cons-tres,     select/cons_tres",
    "org.headrace.sched-backfill,       sched/backfill",
    "org.headrace.priority-multifactor, priority/multifactor",
    "org.headrace.topology-flat,        topology/flat",
  })
  void onlySchedulingPauses(String bundle, String plugin) throws Exception {
    Container container = controller.container();
    controller.submit("before", JOBS);
    controller.awaitIdle();

    String location = container.call("location", bundle);
    container.call("uninstall", bundle);
    controller.awaitPlugin(plugin, "MISSING");
    List<Long> jobs = controller.submit("meanwhile", JOBS);
    Await.until(
        "queries go on, and the jobs say what they wait for",
        Controller.PATIENCE,
        () ->
            controller.jobs().stream()
                .filter(job -> jobs.contains(Long.parseLong(job[0])))
                .allMatch(job -> job[1].equals("PENDING") && job[4].equals("SCHEDULING_PAUSED")),
        controller::situation);
    assertThat(container.call("shell", "headrace:plugins").lines())
        .anyMatch(
            line ->
                line.contains(plugin.substring(plugin.indexOf('/') + 1))
                    && line.contains("missing"));

    container.call("install", location);
    controller.awaitPlugin(plugin, "ACTIVE");
    controller.awaitIdle();
    assertThat(controller.jobs())
        .filteredOn(job -> jobs.contains(Long.parseLong(job[0])))
        .hasSize(JOBS)
        .allMatch(job -> job[1].equals("COMPLETED") && job[2].equals("0"));
    assertThat(container.errors()).isEmpty();
  }
}
