package org.headrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole way from a node to the user's display. The controller is a stand-in: what srun is to
 * run on a node, it has the client of that srun run.
 */
@Timeout(60)
class X11ForwardTest {
  private static final Path CLIENT = Path.of("target/native/headrace-client").toAbsolutePath();
  private static final byte[] REAL = "the-real-cookie!".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KIND = "MIT-MAGIC-COOKIE-1".getBytes(StandardCharsets.US_ASCII);
  private static final int RUN_CHILD = 72;
  private static final int LOCAL = 256;
  private static final int COOKIE_AT = 32;
  private static final int GREETING = 48;
  private static final int MOST_CONNECTIONS = 128;

  @TempDir Path directory;
  private final List<Process> running = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final BlockingQueue<byte[]> greetings = new LinkedBlockingQueue<>();
  private Path file;
  private String greetingMillis = "";
  private int xServer;
  private int display;

  @BeforeEach
  void displayAndController() throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(CLIENT), "the native client isn't built");
    file = directory.resolve("node-cookies");
    startXServer();
    byte[] other = "not-this-cookie!".getBytes(StandardCharsets.US_ASCII);
    byte[] host = Files.readString(Path.of("/proc/sys/kernel/hostname")).trim().getBytes();
    ByteArrayOutputStream cookies = new ByteArrayOutputStream();
    cookies.write(entry(0, new byte[] {(byte) 192, 0, 2, 7}, xServer, other));
    cookies.write(entry(LOCAL, "elsewhere".getBytes(StandardCharsets.US_ASCII), xServer, other));
    cookies.write(entry(LOCAL, host, xServer + 1, other));
    cookies.write(entry(LOCAL, host, xServer, REAL));
    Files.write(directory.resolve("cookies"), cookies.toByteArray());
    startController();
  }

  @AfterEach
  void end() throws Exception {
    running.forEach(Process::destroyForcibly);
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private static byte[] entry(int family, byte[] address, int display, byte[] cookie) {
    byte[] number = Integer.toString(display).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer text = ByteBuffer.allocate(512).putShort((short) family);
    for (byte[] part : List.of(address, number, KIND, cookie)) {
      text.putShort((short) part.length).put(part);
    }
    return Arrays.copyOf(text.array(), text.position());
  }

  private interface Served {
    void run() throws IOException;
  }

  private static void serve(Served work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The other side has gone.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Lets everybody in, keeps what clients say first, and repeats what they say then. */
  private void startXServer() throws IOException {
    ServerSocket server = null;
    for (xServer = 200; server == null; xServer++) {
      try {
        server = new ServerSocket(6000 + xServer, 50, InetAddress.getByName("127.0.0.1"));
        break;
      } catch (IOException e) {
        assertThat(xServer).isLessThan(300);
      }
    }
    open.add(server);
    ServerSocket listening = server;
    serve(
        () -> {
          while (true) {
            Socket client = listening.accept();
            serve(
                () -> {
                  greetings.add(client.getInputStream().readNBytes(GREETING));
                  client.getInputStream().transferTo(client.getOutputStream());
                });
          }
        });
  }

  private void startController() throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
    open.add(server);
    serve(
        () -> {
          while (true) {
            SocketChannel client = server.accept();
            open.add(client);
            serve(() -> runOn(client));
          }
        });
  }

  /** Reads HELLO of an srun, and has its program run where it is. */
  private static void runOn(SocketChannel client) throws IOException {
    InputStream from = Channels.newInputStream(client);
    DataInputStream in = new DataInputStream(from);
    DataInputStream hello =
        new DataInputStream(new ByteArrayInputStream(in.readNBytes(in.readInt() + 1)));
    hello.skipBytes(2);
    assertThat(string(hello)).isEqualTo("srun");
    List<String> words = new ArrayList<>();
    for (int left = hello.readInt(); left > 0; left--) {
      words.add(string(hello));
    }
    int end = words.indexOf("--x11-node");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream order = new DataOutputStream(bytes);
    order.writeByte(RUN_CHILD);
    order.writeInt(1);
    List<String> argv = words.subList(end - 1, words.size());
    order.writeInt(argv.size());
    for (String word : argv) {
      byte[] text = word.getBytes(StandardCharsets.UTF_8);
      order.writeInt(text.length);
      order.write(text);
    }
    order.writeInt(0);
    ByteBuffer frame = ByteBuffer.allocate(bytes.size() + 4);
    frame.putInt(bytes.size() - 1).put(bytes.toByteArray()).flip();
    client.write(frame);
    in.read(); // Until it goes.
  }

  private static String string(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  /** Answers how the client ends: with the number of the display, as soon as nodes listen. */
  private int forward(Process owner, int nodes) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of("/bin/sh", "-c", "ulimit -n 256; exec \"$0\" \"$@\"", CLIENT.toString()));
    words.addAll(List.of("--x11-forward", "srun", Long.toString(owner.pid()), "7"));
    words.add(file.toString());
    for (int node = 0; node < nodes; node++) {
      words.add("n" + node);
    }
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("HEADRACE_SOCKET", directory.resolve("socket").toString());
    builder.environment().put("DISPLAY", "127.0.0.1:" + xServer + ".0");
    builder.environment().put("HEADRACE_X11_GREETING_MILLIS", greetingMillis);
    builder.environment().put("XAUTHORITY", directory.resolve("cookies").toString());
    Process process = builder.start();
    running.add(process);
    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    display = process.exitValue();
    return display;
  }

  private Process owner() throws IOException {
    Process owner = new ProcessBuilder("sleep", "60").start();
    running.add(owner);
    return owner;
  }

  private Socket client() throws IOException {
    return new Socket("127.0.0.1", 6000 + display);
  }

  private byte[] cookieOfNodes() throws IOException {
    byte[] text = Files.readAllBytes(file);
    return Arrays.copyOfRange(text, text.length - REAL.length, text.length);
  }

  private static byte[] greeting(boolean big, byte[] kind, byte[] cookie) {
    ByteBuffer text = ByteBuffer.allocate(GREETING);
    text.order(big ? java.nio.ByteOrder.BIG_ENDIAN : java.nio.ByteOrder.LITTLE_ENDIAN);
    text.put((byte) (big ? 'B' : 'l')).put((byte) 0).putShort((short) 11).putShort((short) 0);
    text.putShort((short) kind.length).putShort((short) cookie.length).putShort((short) 0);
    text.put(kind);
    if (kind.length > 0) {
      text.position(COOKIE_AT);
    }
    text.put(cookie);
    return kind.length == 0 ? Arrays.copyOf(text.array(), text.position()) : text.array();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDisplaySeesItsOwnCookieWhereNodesHaveAnother(boolean big) throws Exception {
    assertThat(forward(owner(), 1)).isBetween(20, 119);
    byte[] fake = cookieOfNodes();
    assertThat(fake).isNotEqualTo(REAL);
    byte[] said = greeting(big, KIND, fake);
    try (Socket client = client()) {
      OutputStream out = client.getOutputStream();
      for (byte one : said) { // In parts, as it may come.
        out.write(one);
      }
      out.write("and on".getBytes(StandardCharsets.US_ASCII));
      byte[] seen = greetings.poll(30, TimeUnit.SECONDS);
      assertThat(seen).isEqualTo(greeting(big, KIND, REAL));
      assertThat(client.getInputStream().readNBytes(6)).asString().isEqualTo("and on");
    }
  }

  /** An X server may ask its own user for no cookie, and on the node anyone may come. */
  @Test
  void whoHasNotTheCookieOfTheJobDoesNotReachTheDisplay() throws Exception {
    forward(owner(), 1);
    byte[] wrong = cookieOfNodes();
    wrong[15] ^= 1;
    byte[] none = new byte[0];
    for (byte[] said :
        List.of(
            greeting(false, KIND, wrong),
            greeting(true, KIND, wrong),
            greeting(false, KIND, REAL),
            greeting(false, none, none),
            greeting(false, "MIT-MAGIC-COOKIE-2".getBytes(), cookieOfNodes()),
            "GET / HTTP/1.0\r\n\r\n".getBytes())) {
      try (Socket client = client()) {
        client.getOutputStream().write(said);
        assertThat(client.getInputStream().read()).isEqualTo(-1);
      }
    }
    assertThat(greetings).isEmpty();
  }

  /** With few files that it may have open. */
  @Test
  void manyNodesMayListen() throws Exception {
    assertThat(forward(owner(), 16)).isBetween(20, 119);
    try (Socket client = client()) {
      client.getOutputStream().write(greeting(false, KIND, cookieOfNodes()));
      assertThat(greetings.poll(30, TimeUnit.SECONDS)).isEqualTo(greeting(false, KIND, REAL));
    }
  }

  /** As many as there are places for: anyone on the node may connect. */
  @Test
  void whoSaysNothingMakesRoomForOthers() throws Exception {
    forward(owner(), 1);
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < MOST_CONNECTIONS; i++) {
      silent.add(client());
    }
    open.addAll(silent);
    try (Socket client = client()) {
      client.getOutputStream().write(greeting(false, KIND, cookieOfNodes()));
      assertThat(greetings.poll(30, TimeUnit.SECONDS)).isEqualTo(greeting(false, KIND, REAL));
      assertThat(silent.get(0).getInputStream().read()).isEqualTo(-1);
      client.getOutputStream().write("on".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.getInputStream().readNBytes(2)).asString().isEqualTo("on");
    }
  }

  @Test
  void whoSaysNothingForLongIsShutOut() throws Exception {
    greetingMillis = "200";
    forward(owner(), 1);
    try (Socket first = client();
        Socket half = client();
        Socket good = client()) {
      half.getOutputStream().write(Arrays.copyOf(greeting(false, KIND, cookieOfNodes()), 20));
      good.getOutputStream().write(greeting(false, KIND, cookieOfNodes()));
      assertThat(first.getInputStream().read()).isEqualTo(-1);
      assertThat(half.getInputStream().read()).isEqualTo(-1);
      good.getOutputStream().write("on".getBytes(StandardCharsets.US_ASCII));
      assertThat(good.getInputStream().readNBytes(2)).asString().isEqualTo("on");
    }
  }

  @Test
  void aNumberThatIsFreeIsTaken() throws Exception {
    try (ServerSocket first = new ServerSocket()) {
      try {
        first.bind(new InetSocketAddress("127.0.0.1", 6020));
      } catch (IOException e) {
        // Somebody else listens there, which is as good.
      }
      assertThat(forward(owner(), 2)).isBetween(21, 119);
    }
  }

  @Test
  void itEndsWithSrun() throws Exception {
    Process owner = owner();
    forward(owner, 2);
    try (Socket client = client()) {
      owner.destroyForcibly();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThat(file).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({"1025, 1"})
  void moreNodesThanItCanHaveAreRefused(int nodes, int status) throws Exception {
    assertThat(forward(owner(), nodes)).isEqualTo(status);
  }
}
