package org.headrace.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.headrace.transport.internal.DutyThread;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody else reads what goes over a driver, or chooses what it empties. */
class DriverDirectoryTest {
  @TempDir Path parent;

  @Test
  void othersDoNotGetIn() throws IOException {
    Path place = parent.resolve("place");
    DutyThread thread = DutyThread.open("test", place, DutyThread.FEW_PEERS);
    assertThat(mode(place)).isEqualTo("rwx------");
    assertThat(place.resolve("driver").resolve("cnc.dat")).exists();
    thread.close();
    assertThat(place).doesNotExist();
  }

  @Test
  void whatItLiesInIsMade() {
    Path place = parent.resolve("links").resolve("n1");
    assertThat(DriverDirectory.prepare(place)).startsWith(place.toString());
    assertThat(place).isDirectory();
  }

  @Test
  void onesOwnFromBeforeIsClosedAgain() throws IOException {
    Path place = Files.createDirectory(parent.resolve("place"));
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
    DriverDirectory.prepare(place);
    assertThat(mode(place)).isEqualTo("rwx------");
  }

  @Test
  void aLinkIsRefusedAndWhatItPointsToIsLeftAlone() throws IOException {
    Path precious = Files.createDirectory(parent.resolve("precious"));
    Files.createDirectory(precious.resolve("driver"));
    Path file = Files.writeString(precious.resolve("driver").resolve("file"), "kept");
    Path place = Files.createSymbolicLink(parent.resolve("place"), precious);
    assertThatThrownBy(() -> DutyThread.open("test", place, DutyThread.FEW_PEERS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(place + " is there already")
        .hasMessageContaining("remove it");
    assertThat(file).hasContent("kept");
  }

  @Test
  void adirectoryOfSomebodyElseIsRefused() throws IOException {
    Path place = Files.createDirectory(parent.resolve("place"));
    Path file = Files.createDirectories(place.resolve("driver")).resolve("file");
    Files.writeString(file, "kept");
    try {
      Files.setAttribute(place, "unix:uid", 65534);
    } catch (IOException e) {
      Assumptions.abort("only root can give a directory away");
    }
    assertThatThrownBy(() -> DutyThread.open("test", place, DutyThread.FEW_PEERS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("it belongs to uid 65534");
    assertThat(file).hasContent("kept");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
