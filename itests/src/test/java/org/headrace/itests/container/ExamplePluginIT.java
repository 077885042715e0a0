package org.headrace.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example plugin goes the whole way that the plugin guide describes, by the commands that the
 * guide tells: built for itself, installed into a running controller, tried in shadow, chosen,
 * updated, removed, and installed again as a feature.
 */
class ExamplePluginIT {
  private static final int JOBS = 30;
  private static final String PLUGIN = "sched/shortest-first";

  @TempDir Path directory;
  private Controller controller;
  private Guide guide;

  @BeforeEach
  void start() throws Exception {
    Path plugins = Files.createDirectories(directory.resolve("plugins"));
    guide = Guide.read(plugins);
    Path built =
        ExampleBuild.run(
            Path.of("..", "examples", "plugin-shortest-first"), directory.resolve("example"));
    Path jar = plugins.resolve("plugin-shortest-first-1.0.0.jar");
    Files.copy(built, jar);
    ExampleBuild.inVersion("1.0.1", jar, plugins.resolve("plugin-shortest-first-1.0.1.jar"));
    Files.writeString(plugins.resolve("features.xml"), guide.block("<features "));
    controller = Controller.start(new Site(directory.resolve("site"), 2));
  }

  @AfterEach
  void stop() throws Exception {
    if (controller != null) {
      controller.close();
    }
  }

  @Test
  void goesTheWayThatTheGuideDescribes() throws Exception {
    type("bundle:install -s");
    controller.awaitPlugin(PLUGIN, "AVAILABLE");
    assertListed("1.0.0", "available");

    type("headrace:shadow sched shortest-first");
    run();
    assertThat(type("headrace:shadow-report sched")).contains("plans compared: ");
    assertThat(controller.plugin(PLUGIN).calls()).as("calls in shadow").isPositive();
    type("headrace:shadow sched");

    type("headrace:choose sched shortest-first");
    assertListed("1.0.0", "active");
    long others = controller.plugin("sched/backfill").calls();
    run();
    assertThat(controller.plugin("sched/backfill").calls()).as("nobody else").isEqualTo(others);

    controller.container().call("watch", "com.example.shortestfirst");
    type("bundle:update com.example.shortestfirst");
    controller.awaitPlugin(PLUGIN, "ACTIVE");
    assertListed("1.0.1", "active");
    run();
    assertThat(controller.plugin(PLUGIN).calls()).as("plans by the new version").isPositive();

    type("headrace:choose sched backfill");
    controller.container().call("watch", "com.example.shortestfirst");
    type("bundle:uninstall");
    assertGone();
    run();

    List<String> startLevels = startLevels();
    type("feature:repo-add");
    type("feature:install");
    assertStartLevels(startLevels);
    controller.awaitPlugin(PLUGIN, "AVAILABLE");
    type("headrace:choose sched shortest-first");
    run();
    type("headrace:choose sched backfill");
    controller.container().call("watch", "com.example.shortestfirst");
    controller.container().call("shell", "feature:uninstall shortest-first");
    assertGone();
    assertStartLevels(startLevels);

    assertThat(controller.plugins()).allMatch(plugin -> plugin.faults() == 0);
    assertThat(controller.container().errors()).isEmpty();
    Await.until(
        "the class loaders of all versions are gone",
        Controller.PATIENCE,
        () -> controller.container().call("loaders").isEmpty(),
        controller::situation);
  }

  /** Types the guide's command that starts so. */
  private String type(String start) throws IOException {
    return controller.container().call("shell", guide.command(start));
  }

  private List<String> startLevels() throws IOException {
    return controller.container().call("start-levels").lines().toList();
  }

  /** Else the next start of the controller would begin with the shell. */
  private void assertStartLevels(List<String> expected) throws Exception {
    Await.until(
        "the start levels are as before",
        Controller.PATIENCE,
        () -> startLevels().containsAll(expected),
        () -> "expected " + expected + controller.situation());
  }

  private void assertListed(String version, String state) throws IOException {
    assertThat(type("headrace:plugins").lines())
        .anyMatch(
            line ->
                line.contains("shortest-first") && line.contains(version) && line.contains(state));
  }

  private void assertGone() throws IOException {
    assertThat(controller.plugins()).noneMatch(plugin -> plugin.key().equals(PLUGIN));
  }

  private void run() throws Exception {
    controller.submit("job", JOBS);
    controller.awaitIdle();
  }
}
