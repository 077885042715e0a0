package org.headrace.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each feature installs alone in a container that holds nothing of ours, and everything that it
 * brings starts. After each one the container is as empty as before.
 */
class FeaturesIT {
  @TempDir static Path directory;

  private Container container;
  private Set<String> empty;

  @TestFactory
  Stream<DynamicTest> eachFeatureAlone() throws Exception {
    Site site = new Site(directory, 1).write();
    container =
        Container.start(site, Distribution.bare(directory.resolve("dist")), "-Dheadrace.node=n1");
    List<String> ours =
        container.call("features").lines().filter(f -> f.startsWith("headrace")).sorted().toList();
    assertThat(ours).hasSizeGreaterThan(20);
    empty = bundles();
    assertThat(empty).noneMatch(b -> b.startsWith("org.headrace.") && !b.contains("itests"));
    return ours.stream()
        .map(feature -> DynamicTest.dynamicTest(feature, () -> installsAlone(feature)))
        .onClose(this::stop);
  }

  private void stop() {
    try {
      container.close();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private void installsAlone(String feature) throws Exception {
    assertThat(container.alive()).as("container still there for %s", feature).isTrue();
    String errors = container.errors();
    container.call("feature-install", feature);
    List<String> idle = new ArrayList<>();
    Await.until(
        "all bundles of " + feature + " are active",
        Controller.PATIENCE,
        () -> {
          idle.clear();
          container.call("bundles").lines().filter(b -> !b.endsWith("ACTIVE")).forEach(idle::add);
          return idle.isEmpty();
        },
        idle::toString);
    assertThat(bundles()).as("what %s brought", feature).isNotEqualTo(empty);
    if (feature.equals("headrace-role-controller")) {
      Await.until(
          "the controller answers",
          Controller.PATIENCE,
          () -> container.call("service", "org.headrace.control.Control").equals("true"),
          () -> "no service");
    }
    container.call("feature-uninstall", feature);
    Await.until(
        "the container is as empty as before",
        Controller.PATIENCE,
        () -> bundles().equals(empty),
        () -> "left behind by " + feature);
    assertThat(container.errors()).as("errors that %s logged", feature).isEqualTo(errors);
  }

  private Set<String> bundles() throws Exception {
    return container
        .call("bundles")
        .lines()
        .map(line -> line.substring(0, line.indexOf('\t')))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
