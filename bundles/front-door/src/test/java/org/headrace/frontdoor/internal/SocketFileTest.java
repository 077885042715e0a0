package org.headrace.frontdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
  @TempDir Path folder;

  @Test
  void makesItsFolderOpensForAllAndCleansUp() throws Exception {
    Path path = folder.resolve("a/b/s");
    try (SocketFile file = SocketFile.take(path)) {
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
    try (SocketFile file = SocketFile.take(path)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void replacesASocketThatNobodyListensTo() throws Exception {
    Path path = folder.resolve("s");
    listen(path).close();
    assertThat(path).exists();
    SocketFile.take(path).close();
  }

  @Test
  void leavesASocketOfAnotherProgramAlone() throws Exception {
    Path path = folder.resolve("s");
    try (ServerSocketChannel other = listen(path)) {
      assertThatThrownBy(() -> SocketFile.take(path)).hasMessageContaining("in use by another");
      assertThat(other.isOpen()).isTrue();
      assertThat(path).exists();
    }
  }

  @Test
  void leavesOtherFilesAlone() throws Exception {
    Path path = folder.resolve("s");
    Files.writeString(path, "data");
    assertThatThrownBy(() -> SocketFile.take(path)).hasMessageContaining("is not a socket");
    assertThat(path).hasContent("data");
  }

  @Test
  void namesTheLimitOfPaths() {
    assertThatThrownBy(() -> SocketFile.take(folder.resolve("x".repeat(120))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the system allows 107");
  }

  private static ServerSocketChannel listen(Path path) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path));
  }
}
