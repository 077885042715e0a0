package org.headrace.frontdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
  @TempDir Path folder;

  @Test
  void makesItsFolderOpensForAllAndCleansUp() throws Exception {
    Path path = folder.resolve("a/b/s");
    try (SocketFile file = SocketFile.take(path, false)) {
      assertThat(file.server().isOpen()).isTrue();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rwxrwxrwx");
    }
    assertThat(path).doesNotExist();
  }

  /** A reader could lock it and keep the next controller from starting. */
  @Test
  void nobodyElseReadsTheLockFile() throws Exception {
    Path path = folder.resolve("s");
    Path lock = Files.createFile(folder.resolve("s.lock"));
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
    try (SocketFile file = SocketFile.take(path, false)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void replacesASocketThatNobodyListensTo() throws Exception {
    Path path = folder.resolve("s");
    listen(path).close();
    assertThat(path).exists();
    SocketFile.take(path, false).close();
  }

  @Test
  void leavesASocketOfAnotherProgramAlone() throws Exception {
    Path path = folder.resolve("s");
    try (ServerSocketChannel other = listen(path)) {
      assertThatThrownBy(() -> SocketFile.take(path, false))
          .hasMessageContaining("in use by another");
      assertThat(other.isOpen()).isTrue();
      assertThat(path).exists();
    }
  }

  @Test
  void leavesOtherFilesAlone() throws Exception {
    Path path = folder.resolve("s");
    Files.writeString(path, "data");
    assertThatThrownBy(() -> SocketFile.take(path, false)).hasMessageContaining("is not a socket");
    assertThat(path).hasContent("data");
  }

  @Test
  void aControllerComesBeforeADaemonThatPassesOn() throws Exception {
    Path path = folder.resolve("s");
    SocketFile relay = SocketFile.take(path, true);
    assertThat(relay.wanted()).isFalse();
    CompletableFuture<SocketFile> controller =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return SocketFile.take(path, false);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    while (!relay.wanted()) {
      assertThat(controller).isNotDone();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5)); // Looking holds the controller up.
    }
    relay.close();
    try (SocketFile taken = controller.get(10, TimeUnit.SECONDS)) {
      assertThat(path).exists();
      assertThat(taken.wanted()).isFalse();
      assertThatThrownBy(() -> SocketFile.take(path, true))
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
      assertThatThrownBy(() -> SocketFile.take(path, false)).hasMessageContaining("in use by");
    }
    SocketFile.take(path, true).close();
  }

  /** Daemons of several nodes start together on one host, and all look. */
  @Test
  void aDaemonThatLooksIsNotTakenForAController() throws Exception {
    Path path = folder.resolve("s");
    Path lock = Files.createFile(folder.resolve("s.lock"));
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Looking.class.getName(),
                lock.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (SocketFile relay = looking(other, path)) {
      assertThat(relay.wanted()).isFalse();
    } finally {
      other.destroyForcibly();
    }
  }

  private static SocketFile looking(Process other, Path path) throws IOException {
    assertThat(other.inputReader().readLine()).isEqualTo("looking");
    return SocketFile.take(path, true);
  }

  /** A daemon in a process of its own that takes its time with a look. */
  static final class Looking {
    public static void main(String[] args) throws IOException {
      try (FileChannel channel =
              FileChannel.open(
                  Path.of(args[0]), StandardOpenOption.READ, StandardOpenOption.WRITE);
          FileLock look = channel.tryLock(1, 1, true)) {
        System.out.println(look == null ? "no lock" : "looking");
        System.in.read();
      }
    }
  }

  @Test
  void namesTheLimitOfPaths() {
    assertThatThrownBy(() -> SocketFile.take(folder.resolve("x".repeat(120)), false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the system allows 107");
  }

  private static ServerSocketChannel listen(Path path) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path));
  }
}
