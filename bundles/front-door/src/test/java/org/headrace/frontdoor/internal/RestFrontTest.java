package org.headrace.frontdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.headrace.testkit.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The native front of {@code sbin/slurmrestd}: connections in, conversations out. */
@Timeout(120)
class RestFrontTest {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private Doors doors;
  private final List<Process> fronts = new ArrayList<>();

  /** Says who calls, how, and the first line that came; some lines have it do otherwise. */
  private static int echo(Invocation in) throws Exception {
    CompletableFuture<String> line = new CompletableFuture<>();
    CompletableFuture<Void> end = new CompletableFuture<>();
    in.streamInput(
        new InputListener() {
          private final StringBuilder all = new StringBuilder();

          @Override
          public CompletionStage<Void> data(byte[] bytes) {
            all.append(new String(bytes, StandardCharsets.UTF_8));
            if (all.indexOf("\n") >= 0) {
              line.complete(all.substring(0, all.indexOf("\n")));
            }
            return CompletableFuture.completedFuture(null);
          }

          @Override
          public void end() {
            line.complete("nothing");
            end.complete(null);
          }
        });
    String said = line.get();
    if (said.equals("fail")) {
      return 1;
    }
    in.out().print(in.caller().uid() + " " + in.arguments() + " " + said + "\n");
    in.out().flush();
    if (said.equals("stay")) {
      end.get();
    }
    return 0;
  }

  @BeforeEach
  void open() throws Exception {
    doors = new Doors();
    doors.command("slurmrestd", RestFrontTest::echo);
  }

  @AfterEach
  void close() throws Exception {
    for (Process front : fronts) {
      front.destroy();
      assertThat(front.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    doors.close();
  }

  private Process front(String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("--rest"));
    words.addAll(List.of(arguments));
    Process process =
        doors
            .nativeCall(words.toArray(String[]::new))
            .redirectError(doors.folder.resolve("front.err").toFile())
            .start();
    fronts.add(process);
    return process;
  }

  private interface Attempt<T> {
    T run() throws IOException;
  }

  private static <T> T once(Attempt<T> attempt) throws IOException {
    long end = System.nanoTime() + PATIENCE;
    for (; ; ) {
      try {
        return attempt.run();
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(10_000_000);
      }
    }
  }

  private static String ask(Socket socket, String line) throws IOException {
    socket.setSoTimeout(30_000);
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    StringBuilder answer = new StringBuilder();
    for (int next = 0; next >= 0 && next != '\n'; next = socket.getInputStream().read()) {
      answer.append(next == 0 ? "" : (char) next);
    }
    return answer.toString();
  }

  private static String overUnix(Path path, String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static long uid() throws IOException {
    return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
  }

  @Test
  void strangersOfThePortAreVouchedForByNobody() throws Exception {
    int port = Ports.free();
    front("local,jwt", "10", "", "", "127.0.0.1:" + port);
    try (Socket client = once(() -> new Socket("127.0.0.1", port))) {
      assertThat(ask(client, "hello"))
          .isEqualTo(
              uid() + " [--proof=jwt, --from=127.0.0.1:" + client.getLocalPort() + "] hello");
      assertThat(client.getInputStream().read()).as("the end").isNegative();
    }
  }

  @Test
  void theOwnUserOfAUnixSocketIsVouchedForAndTheSocketGoesWithTheFront() throws Exception {
    Path socket = doors.folder.resolve("rest.sock");
    Process front = front("local,jwt", "10", "", "", "unix:" + socket);
    assertThat(once(() -> overUnix(socket, "hi")))
        .isEqualTo(uid() + " [--proof=local,jwt, --from=unix] hi\n");
    front.destroy();
    assertThat(front.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(socket).doesNotExist();
    front("jwt", "10", "", "", "unix:" + socket);
    assertThat(once(() -> overUnix(socket, "hi"))).contains("[--proof=jwt, --from=unix]");
  }

  @Test
  void asAnotherUserItHasNoPowerOfRoot() throws Exception {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Path socket = doors.folder.resolve("rest.sock");
    front("local,jwt", "10", "65534", "65534", "unix:" + socket);
    assertThat(once(() -> overUnix(socket, "root isn't its user")))
        .isEqualTo("65534 [--proof=jwt, --from=unix] root isn't its user\n");
  }

  @Test
  void moreClientsThanItTakesWaitTheirTurn() throws Exception {
    int port = Ports.free();
    front("jwt", "1", "", "", "127.0.0.1:" + port);
    try (Socket first = once(() -> new Socket("127.0.0.1", port));
        Socket second = new Socket("127.0.0.1", port)) {
      assertThat(ask(first, "stay")).endsWith("stay");
      second.getOutputStream().write("go\n".getBytes(StandardCharsets.UTF_8));
      second.setSoTimeout(300);
      assertThatThrownBy(() -> second.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      first.shutdownOutput();
      assertThat(ask(second, "")).endsWith("go");
    }
  }

  @Test
  void withoutAnAddressStandardInputIsTheConnection() throws Exception {
    Doors.Result result =
        Doors.run(
            doors.nativeCall("--rest", "local,jwt", "10", "", ""),
            "as inetd\n".getBytes(StandardCharsets.UTF_8));
    assertThat(result.out())
        .isEqualTo(uid() + " [--proof=local,jwt, --from=standard input] as inetd\n");
  }

  @Test
  void whereNoControllerIsClientsAreTold() throws Exception {
    int port = Ports.free();
    ProcessBuilder builder = doors.nativeCall("--rest", "jwt", "10", "", "", ":" + port);
    builder.environment().put("HEADRACE_SOCKET", doors.folder.resolve("nobody").toString());
    builder.redirectError(doors.folder.resolve("front.err").toFile());
    fronts.add(builder.start());
    try (Socket client = once(() -> new Socket("127.0.0.1", port))) {
      client.setSoTimeout(30_000);
      client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      client.shutdownOutput();
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 503 ")
          .contains("\"error_number\":1800");
    }
  }

  @Test
  void aCommandThatFailsWithoutAWordIsAnAnswerAsWell() throws Exception {
    int port = Ports.free();
    front("jwt", "10", "", "", "127.0.0.1:" + port);
    try (Socket client = once(() -> new Socket("127.0.0.1", port))) {
      assertThat(ask(client, "fail")).startsWith("HTTP/1.1 503 ");
    }
  }

  @Test
  void addressesThatCantBeHadEndIt() throws Exception {
    assertThat(Doors.run(doors.nativeCall("--rest", "jwt", "10", "", "", "nonsense")).err())
        .isEqualTo(
            "slurmrestd: error: parse_host_port: invalid host string: nonsense\n"
                + "slurmrestd: fatal: 'nonsense' is no address: write unix:/path, host:port or"
                + " :port\n");
    try (ServerSocket taken = new ServerSocket(0)) {
      Doors.Result refused =
          Doors.run(
              doors.nativeCall("--rest", "jwt", "10", "", "", "127.0.0.1:" + taken.getLocalPort()));
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("Address already in use");
    }
    Path file = doors.folder.resolve("file");
    Files.writeString(file, "mine");
    assertThat(Doors.run(doors.nativeCall("--rest", "jwt", "10", "", "", "unix:" + file)).code())
        .isEqualTo(1);
    assertThat(file).hasContent("mine");
  }
}
