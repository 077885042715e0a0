package org.headrace.itests.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.headrace.itests.plugins.PluginActivator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Plugins that come as bundles at run time and misbehave: what they answer is dropped, everybody
 * can see it, the last good one takes over, and jobs run.
 */
class FaultyPluginIT {
  private static final String FAULT = "headrace.itests.fault";
  private static final int FAULTS = 3;
  private static final int JOBS = 20;

  @TempDir static Path directory;
  private static Controller controller;

  @BeforeAll
  static void start() throws Exception {
    controller =
        Controller.start(
            new Site(directory, 2)
                .with("SchedulerParameters", "headrace_plan_budget=150,headrace_plan_grace=150"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (controller != null) {
      controller.close();
    }
  }

  @BeforeEach
  void behave() throws Exception {
    controller.container().call("property", FAULT, "false");
  }

  /** The good ones serve again, for the next test. */
  @AfterEach
  void restore() throws Exception {
    controller.container().call("property", FAULT, "false");
    controller.container().call("choose", "select", "cons_tres");
    controller.container().call("choose", "sched", "backfill");
  }

  @ParameterizedTest
  @CsvSource({
    "Throws,        the selector has a bad day",
    "NoSuchNode,    node",
    "OneCoreForAll, core",
    "Hangs,         no answer within",
  })
  void aSelectorThatMisbehavesIsReplacedByTheLastGoodOne(String how, String complaint)
      throws Exception {
    // Not the one that the configuration names: the last good one is another.
    controller.container().call("choose", "select", "linear");
    List<Long> before = controller.submit("before", JOBS);
    controller.awaitIdle();
    assertThat(before).hasSize(JOBS);
    misbehave("select", "Selector", how, "linear", complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "Throws,        the scheduler has a bad day",
    "NoSuchNode,    node",
    "OneCoreForAll, core",
    "Hangs,         no answer within",
  })
  void aSchedulerThatMisbehavesIsReplacedByTheLastGoodOne(String how, String complaint)
      throws Exception {
    controller.container().call("choose", "sched", "builtin");
    controller.submit("before", JOBS);
    controller.awaitIdle();
    misbehave("sched", "Scheduler", how, "builtin", complaint);
  }

  private void misbehave(String kind, String type, String how, String lastGood, String complaint)
      throws Exception {
    String name = kind + "/" + how.toLowerCase(java.util.Locale.ROOT);
    String bundle = install(name, type, how);
    try {
      controller.container().call("choose", kind, name.substring(name.indexOf('/') + 1));
      assertThat(controller.plugin(name).state()).isEqualTo("ACTIVE");
      List<Long> jobs = controller.submit("patient", JOBS);
      Await.until(
          "it has been asked and did well",
          Controller.PATIENCE,
          () -> controller.plugin(name).calls() > 1,
          controller::situation);

      controller.container().call("property", FAULT, "true");
      jobs.addAll(controller.submit("more", JOBS));
      controller.awaitPlugin(name, "QUARANTINED");
      controller.awaitPlugin(kind + "/" + lastGood, "ACTIVE");
      controller.awaitIdle();

      assertThat(controller.jobs())
          .filteredOn(job -> jobs.contains(Long.parseLong(job[0])))
          .hasSize(2 * JOBS)
          .allMatch(job -> job[1].equals("COMPLETED") && job[2].equals("0"));
      Controller.PluginRow row = controller.plugin(name);
      assertThat(row.faults()).isGreaterThanOrEqualTo(FAULTS);
      assertThat(row.lastFault()).contains(complaint);
      assertThat(controller.container().call("shell", "headrace:plugins").lines())
          .as("what the administrator sees")
          .anyMatch(
              line ->
                  line.contains(how.toLowerCase(java.util.Locale.ROOT))
                      && line.contains("quarantined")
                      && line.contains(complaint));
      controller.container().call("choose", kind, lastGood);
    } finally {
      controller.container().call("property", FAULT, "false");
      controller.container().call("watch", bundle);
      controller.container().call("uninstall", bundle);
    }
    assertThat(controller.plugins()).noneMatch(plugin -> plugin.key().equals(name));
    Await.until(
        "nothing holds on to " + bundle,
        Controller.PATIENCE,
        () -> controller.container().call("loaders").isEmpty(),
        () -> "its class loader is still there");
  }

  /** A plugin that is bad from the start never serves, and the one that does goes on. */
  @Test
  void aPluginThatFailsItsTrialStaysOut() throws Exception {
    controller.container().call("property", FAULT, "true");
    String bundle = install("select/throws", "Selector", "Throws");
    assertThatThrownBy(() -> controller.container().call("choose", "select", "throws"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("select/throws stays out")
        .hasMessageContaining("the selector has a bad day");
    assertThat(controller.plugin("select/cons_tres").state()).isEqualTo("ACTIVE");
    controller.submit("undisturbed", JOBS);
    controller.awaitIdle();
    controller.container().call("uninstall", bundle);
  }

  private String install(String name, String type, String how) throws Exception {
    String bundle = "itests." + name.replace('/', '.');
    String faulty = "org.headrace.itests.plugins.Faulty" + type;
    Path jar =
        new TinyBundle(bundle, "1.0.0")
            .header("Bundle-Activator", PluginActivator.class.getName())
            .header(PluginActivator.TYPE, faulty + "$" + how)
            .header(
                PluginActivator.SERVICE,
                "org.headrace.api." + type.toLowerCase(java.util.Locale.ROOT) + "." + type)
            .header(PluginActivator.NAME, name)
            .withPackageOf(PluginActivator.class)
            .writeTo(directory.resolve(bundle + ".jar"));
    return controller.container().call("install", jar.toUri().toString());
  }
}
