package org.headrace.itests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house rules: who may import whom, and what deterministic code must not touch. */
class ArchitectureTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String OURS = "org.headrace.";

  record Room(String folder, String own, List<String> allowed) {
    Path classes() {
      return ROOT.resolve(folder).resolve("target/classes");
    }

    boolean mayImport(String packageName) {
      return inside(packageName, own) || allowed.stream().anyMatch(a -> inside(packageName, a));
    }

    private static boolean inside(String packageName, String root) {
      return packageName.equals(root) || packageName.startsWith(root + ".");
    }
  }

  static List<Room> rooms() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                ArchitectureTest.class.getResourceAsStream("/import-rules.txt"),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(ArchitectureTest::room)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Room room(String line) {
    String[] sides = line.split("=", 2);
    String[] packages = sides[1].split(":", 2);
    String allowed = packages[1].trim();
    return new Room(
        sides[0].trim(),
        packages[0].trim(),
        allowed.isEmpty() ? List.of() : List.of(allowed.split("\\s+")));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomImportsOnlyWhatItsRowNames(Room room) {
    JavaClasses classes = new ClassFileImporter().importPath(room.classes());
    assertThat(classes).as("classes of " + room.folder()).isNotEmpty();
    Set<String> forbidden = new TreeSet<>();
    for (JavaClass type : classes) {
      assertThat(type.getPackageName()).startsWith(room.own());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getPackageName();
        boolean foreignInternal = target.contains(".internal") && !Room.inside(target, room.own());
        if (target.startsWith(OURS) && (!room.mayImport(target) || foreignInternal)) {
          forbidden.add(type.getName() + " -> " + dependency.getTargetClass().getName());
        }
      }
    }
    assertThat(forbidden).as("imports of " + room.folder()).isEmpty();
  }

  /** A new module must get a row: otherwise nothing is checked of it. */
  @Test
  void everyRoomHasARow() throws IOException {
    Set<String> exempt =
        Set.of("bundles/testkit", "bundles/bench", "bundles/sim", "itests", "bundles/third-party");
    List<String> unlisted = new ArrayList<>();
    try (Stream<Path> poms = Files.find(ROOT, 3, (path, a) -> path.endsWith("pom.xml"))) {
      poms.map(pom -> ROOT.relativize(pom.getParent()).toString())
          .filter(folder -> Files.isDirectory(ROOT.resolve(folder).resolve("src/main/java")))
          .filter(folder -> exempt.stream().noneMatch(folder::startsWith))
          .filter(folder -> !folder.startsWith("examples"))
          .filter(folder -> rooms().stream().noneMatch(room -> room.folder().equals(folder)))
          .forEach(unlisted::add);
    }
    assertThat(unlisted).as("modules without a row in import-rules.txt").isEmpty();
  }

  private static final Set<String> PURE =
      Set.of(
          "bundles/core",
          "sched-backfill",
          "bundles/sched-builtin",
          "select-cons-tres",
          "bundles/select-linear",
          "topology-tree",
          "bundles/topology-flat",
          "bundles/priority-multifactor",
          "bundles/priority-basic",
          "bundles/preempt-partition",
          "bundles/preempt-qos");

  private static void check(Room room, String because, ArchRule rule) {
    rule.because(room.folder() + ": " + because)
        .check(new ClassFileImporter().importPath(room.classes()));
  }

  static Stream<Room> pureRooms() {
    return rooms().stream().filter(room -> PURE.contains(room.folder()));
  }

  @ParameterizedTest
  @MethodSource("pureRooms")
  void theCoreAndTheDecidersTouchNoClockThreadOrFile(Room room) {
    check(
        room,
        "must give the same answer at any time on any machine",
        noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.Thread")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "java.security..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.time\\.(Clock|Instant|LocalDateTime|ZonedDateTime)"));
  }

  @ParameterizedTest
  @MethodSource("pureRooms")
  void theCoreAndTheDecidersTakeNothingFromChanceOrTheMachine(Room room) {
    check(
        room,
        "chance comes with a seed, configuration with a command",
        noClasses()
            .should()
            .callConstructor(Random.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(ThreadLocalRandom.class, SplittableRandom.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "identityHashCode", Object.class)
            .orShould()
            .callMethod(Locale.class, "getDefault"));
  }

  @Test
  void pureRoomsAreThere() {
    assertThat(pureRooms().map(Room::folder)).containsExactlyInAnyOrderElementsOf(PURE);
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void onlyTheShellKnowsKaraf(Room room) {
    if (!room.folder().equals("bundles/shell")) {
      check(
          room,
          "runs in any framework",
          noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.karaf.."));
    }
  }

  /** What an attacker would like to find open. */
  @ParameterizedTest
  @MethodSource("rooms")
  void noDoorsThatJavaLeavesOpen(Room room) {
    check(
        room,
        "deserialising, naming services, remote management, scripts and XML of others run their"
            + " code or fetch their files",
        noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.Object(Input|Output)Stream")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.rmi..",
                "javax.management..",
                "javax.naming..",
                "javax.script..",
                "javax.xml.."));
  }
}
