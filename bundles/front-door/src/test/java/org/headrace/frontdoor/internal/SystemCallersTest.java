package org.headrace.frontdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.headrace.control.front.Caller;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemCallersTest {
  @TempDir Path etc;

  @BeforeEach
  void files() throws Exception {
    Files.writeString(etc.resolve("passwd"), "root:x:0:0::/:/bin/sh\nann:x:1001:100::/:/bin/sh\n");
    Files.writeString(etc.resolve("group"), "root:x:0:\nusers:x:100:\nvideo:x:44:ann\n");
    Files.writeString(etc.resolve("nsswitch.conf"), "passwd: files\ngroup: files\n");
  }

  @Test
  void aNameStandsForItsUserWithAllGroups() throws Exception {
    SystemCallers callers = new SystemCallers(new SystemAccounts(etc));
    assertThat(callers.named("ann"))
        .isEqualTo(new Caller(1001, 100, "ann", "users", new int[] {44, 100}));
  }

  @Test
  void whatIsNoNameStandsForNobody() throws Exception {
    SystemCallers callers = new SystemCallers(new SystemAccounts(etc));
    for (String name : new String[] {"bob", "0", "1001", "", "root:x", "ann\0"}) {
      assertThat(callers.named(name)).as(name).isNull();
    }
  }

  @Test
  void theKernelSaysWhoIsAtASocket() throws Exception {
    Path path = etc.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
          SocketChannel accepted = server.accept()) {
        int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        assertThat(new SystemCallers().at(accepted).uid()).isEqualTo(uid);
        assertThat(client.isOpen()).isTrue();
      }
    }
  }
}
