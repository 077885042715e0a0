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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client prints whose controller is lost in the middle; the test plays the controllers. */
@Timeout(60)
class ResumedOutputTest {
  private static final Path CLIENT = Path.of("target/native/headrace-client").toAbsolutePath();
  private static final int STDOUT = 65;
  private static final int EXIT = 67;
  private static final int RESUMABLE = 77;
  private static final String MUCH = "x".repeat(60_000) + "\n";

  @TempDir Path directory;
  private ServerSocketChannel controller;
  private Process srun;

  @BeforeEach
  void startSrun() throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(CLIENT), "the native client isn't built");
    controller = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    controller.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
    ProcessBuilder builder = new ProcessBuilder(CLIENT.toString(), "srun", "x");
    builder.environment().put("HEADRACE_SOCKET", directory.resolve("socket").toString());
    srun = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @AfterEach
  void end() throws IOException {
    srun.destroyForcibly();
    controller.close();
  }

  /** Takes the call, and answers what the client says of an earlier one. */
  private SocketChannel accept() throws IOException {
    SocketChannel client = controller.accept();
    DataInputStream in = new DataInputStream(Channels.newInputStream(client));
    in.readNBytes(in.readInt() + 1);
    return client;
  }

  private static void say(SocketChannel client, int type, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 5);
    frame.putInt(payload.length).put((byte) type).put(payload).flip();
    while (frame.hasRemaining()) {
      client.write(frame);
    }
  }

  private static void print(SocketChannel client, String text) throws IOException {
    for (int at = 0; at < text.length(); at += 16 << 10) {
      String part = text.substring(at, Math.min(text.length(), at + (16 << 10)));
      say(client, STDOUT, part.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void resumable(SocketChannel client, String token) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(token.length());
    out.writeBytes(token);
    say(client, RESUMABLE, bytes.toByteArray());
  }

  private String output() throws Exception {
    String all = new String(srun.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(srun.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return all;
  }

  /** The next controller sends again all that the client didn't say it had. */
  @Test
  void outputThatIsCutOffComesOnce() throws Exception {
    try (SocketChannel first = accept()) {
      resumable(first, "1");
      print(first, MUCH + "one\n");
      resumable(first, "2");
      print(first, MUCH);
    }
    try (SocketChannel second = accept()) {
      print(second, MUCH + "two\n");
      resumable(second, "3");
      say(second, EXIT, new byte[4]);
      assertThat(output()).isEqualTo(MUCH + "one\n" + MUCH + "two\n");
    }
  }

  /** It needn't be followed by anything. */
  @Test
  void aWordThatStandsAloneIsPrintedSoon() throws Exception {
    try (SocketChannel client = accept()) {
      resumable(client, "1");
      print(client, "waiting\n");
      assertThat(srun.getInputStream().readNBytes(8)).asString().isEqualTo("waiting\n");
      say(client, EXIT, new byte[4]);
      assertThat(output()).isEmpty();
    }
  }
}
