package org.headrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client makes of a program that the controller asks for after it has been away. */
@Timeout(60)
class ChildOfResumedCallTest {
  private static final Path CLIENT = Path.of("target/native/headrace-client").toAbsolutePath();
  private static final int CHILD_EXIT = 8;
  private static final int EXIT = 67;
  private static final int RUN_CHILD = 72;
  private static final int RESUMABLE = 77;

  @TempDir Path directory;

  @BeforeEach
  void needsTheNativeClient() {
    Assumptions.assumeTrue(Files.isExecutable(CLIENT), "the native client isn't built");
  }

  private interface Payload {
    void to(DataOutputStream out) throws IOException;
  }

  private static void say(SocketChannel client, int type, Payload payload) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    payload.to(new DataOutputStream(bytes));
    ByteBuffer frame = ByteBuffer.allocate(bytes.size() + 5);
    frame.putInt(bytes.size()).put((byte) type).put(bytes.toByteArray()).flip();
    client.write(frame);
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void run(SocketChannel client, List<String> argv) throws IOException {
    say(
        client,
        RUN_CHILD,
        out -> {
          out.writeInt(1);
          out.writeInt(argv.size());
          for (String word : argv) {
            text(out, word);
          }
          out.writeInt(1);
          text(out, "PATH=" + System.getenv("PATH"));
        });
  }

  private static byte[] hear(SocketChannel client, int type) throws IOException {
    DataInputStream in = new DataInputStream(Channels.newInputStream(client));
    while (true) {
      int length = in.readInt();
      int seen = in.readByte();
      byte[] payload = in.readNBytes(length);
      if (seen == type) {
        return payload;
      }
    }
  }

  /** How the program ends for which the second controller asks. */
  private int statusOf(List<String> first, boolean toItsEnd, List<String> second) throws Exception {
    Path socket = directory.resolve("socket");
    Files.deleteIfExists(socket);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      ProcessBuilder builder =
          new ProcessBuilder(CLIENT.toString(), "salloc")
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("said").toFile());
      builder.environment().put("HEADRACE_SOCKET", socket.toString());
      Process process = builder.start();
      try (SocketChannel client = server.accept()) {
        hear(client, 1);
        say(client, RESUMABLE, out -> text(out, "7+"));
        run(client, first);
        if (toItsEnd) {
          hear(client, CHILD_EXIT);
        } else {
          until(directory.resolve("started"));
        }
      }
      try (SocketChannel client = server.accept()) {
        hear(client, 1);
        run(client, second);
        int status = ByteBuffer.wrap(hear(client, CHILD_EXIT)).getInt(5);
        say(client, EXIT, out -> out.writeInt(0));
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return status;
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static void until(Path there) {
    while (!Files.exists(there)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theSameProgramIsNotRunTwice() throws Exception {
    Path count = directory.resolve("count");
    List<String> program = List.of("sh", "-c", "echo >> " + count + "; exit 5");
    assertThat(statusOf(program, true, program)).isEqualTo(5);
    assertThat(Files.readAllLines(count)).hasSize(1);
  }

  /** What looked for a display has ended well, which says nothing of the user's program. */
  @Test
  void anotherProgramIsRun() throws Exception {
    assertThat(statusOf(List.of("true"), true, List.of("sh", "-c", "exit 7"))).isEqualTo(7);
  }

  @Test
  void whatStillSetsADisplayUpMakesWay() throws Exception {
    Path program = directory.resolve("forward");
    Files.writeString(program, "#!/bin/sh\n: > " + directory + "/started\nexec sleep 60\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    List<String> first = List.of(program.toString(), "--x11-forward", "one");
    assertThat(statusOf(first, false, List.of("sh", "-c", "exit 3"))).isEqualTo(3);
  }
}
