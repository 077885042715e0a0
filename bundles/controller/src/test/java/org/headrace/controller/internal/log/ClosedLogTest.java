package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.core.ClusterMachine;
import org.headrace.store.StateStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may append to the log may do everything, and who reads it reads everybody's scripts. */
class ClosedLogTest {
  @TempDir Path directory;

  @Test
  void nobodyElseReadsOrReachesTheLog() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path log = Files.createDirectory(directory.resolve("log"));
    Path lock = Files.createFile(directory.resolve("lock"));
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
    Set<String> before = udpSockets();
    Heard heard = new Heard();
    StateDirectory state = StateDirectory.open(directory);
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog open =
            ReplicatedLog.open(
                state,
                LogMembers.alone(),
                new ClusterMachine(stores.jobs(), stores.files()),
                heard)) {
      heard.awaitLeading();
      for (Path closed : List.of(log, state.driver("log"))) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(closed)))
            .as("mode of " + closed)
            .isEqualTo("rwx------");
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock)))
          .as("mode of the lock, which a reader could take while no controller runs")
          .isEqualTo("rw-------");
      Set<String> opened = udpSockets();
      opened.removeAll(before);
      assertThat(opened)
          .as("addresses at which any user of this machine could talk to the log's only member")
          .isEmpty();
    }
  }

  /** Local addresses of this process's UDP sockets, as the kernel writes them. */
  private static Set<String> udpSockets() throws IOException {
    Set<String> inodes = new HashSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.isSymbolicLink(descriptor)) {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (target.startsWith("socket:[")) {
            inodes.add(target.substring(8, target.length() - 1));
          }
        }
      }
    }
    Set<String> addresses = new HashSet<>();
    for (String table : List.of("/proc/net/udp", "/proc/net/udp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] columns = line.trim().split("\\s+");
        if (inodes.contains(columns[9])) {
          addresses.add(columns[1]);
        }
      }
    }
    return addresses;
  }
}
