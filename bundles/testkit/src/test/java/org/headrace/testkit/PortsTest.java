package org.headrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PortsTest {
  private static final Ports.Ephemeral USUAL = new Ports.Ephemeral(32_768, 60_999);

  @TempDir Path directory;

  @Test
  void noPortIsGivenTwiceNorByTheSystem() {
    Ports.Ephemeral ephemeral = Ports.Ephemeral.ofThisMachine();
    Ports ports = new Ports(directory, ephemeral);
    Set<Integer> given = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      int first = ports.take(3);
      for (int port = first; port < first + 3; port++) {
        assertTrue(given.add(port), "twice: " + port);
        assertTrue(ephemeral.outside(port, port), "ephemeral: " + port);
      }
    }
  }

  @Test
  void whatAnotherProcessHasReservedIsLeftAlone() throws Exception {
    int first = new Ports(directory, USUAL).take(1);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(other.getInputStream().readAllBytes()).trim();
    assertTrue(other.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, other.exitValue());
    assertTrue(Integer.parseInt(said) >= first + 20, said + " is in the block of " + first);
  }

  /** Takes a port in a process of its own. */
  static final class Other {
    public static void main(String[] args) {
      System.out.println(new Ports(Path.of(args[0]), USUAL).take(1));
    }
  }

  @Test
  void reservationsEndWithTheProcess() throws Exception {
    int first = new Ports(directory, USUAL).take(1);
    Path stale = directory.resolve("again");
    Files.createDirectory(stale);
    Files.createFile(stale.resolve(Integer.toString(first)));
    // A file without a lock is of a process that has ended.
    assertEquals(first, new Ports(stale, USUAL).take(1));
  }

  @Test
  void aPortInUseIsLeftAloneThoughNobodyReservedIt() throws Exception {
    int first = new Ports(directory, USUAL).take(1);
    try (DatagramSocket inUse = new DatagramSocket(first + 1)) {
      Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
      assertNotEquals(first, new Ports(elsewhere, USUAL).take(1));
      assertTrue(inUse.isBound());
    }
  }

  @Test
  void whereTheSystemGivesTheUsualOnesOthersAreTaken() {
    assertEquals(40_001, new Ports(directory, new Ports.Ephemeral(9_000, 40_000)).take(1));
    int port = new Ports(directory, new Ports.Ephemeral(1_024, 65_535)).take(1);
    assertTrue(port >= 10_000 && port < 15_000, "" + port);
  }

  @Test
  void moreThanABlockIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Ports(directory, USUAL).take(21));
  }
}
