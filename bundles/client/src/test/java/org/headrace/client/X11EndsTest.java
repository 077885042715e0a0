package org.headrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The native ends of a forwarded display, each spoken to as the other would. */
@Timeout(60)
class X11EndsTest {
  private static final Path CLIENT = Path.of("target/native/headrace-client").toAbsolutePath();
  private static final byte[] COOKIE = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NONE = new byte[0];
  private static final int ROOM = 1 << 20;

  @TempDir Path directory;
  private final List<Process> running = new ArrayList<>();

  @BeforeEach
  void needsTheNativeClient() {
    Assumptions.assumeTrue(Files.isExecutable(CLIENT), "the native client isn't built");
  }

  @AfterEach
  void end() {
    running.forEach(Process::destroyForcibly);
  }

  private record Frame(char type, int channel, byte[] data) {}

  /** The end on a node, and what it listens at. */
  private final class Node {
    private final Process process;
    private final DataOutputStream out;
    private final DataInputStream in;

    Node(int display, Path file) throws IOException {
      process =
          new ProcessBuilder(
                  CLIENT.toString(), "--x11-node", Integer.toString(display), file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      running.add(process);
      out = new DataOutputStream(process.getOutputStream());
      in = new DataInputStream(process.getInputStream());
      say('K', 0, COOKIE);
    }

    void say(char type, int channel, byte[] data) throws IOException {
      out.writeByte(type);
      out.writeInt(channel);
      out.writeInt(data.length);
      out.write(data);
      out.flush();
    }

    Frame hear() throws IOException {
      char type = (char) in.readByte();
      int channel = in.readInt();
      return new Frame(type, channel, in.readNBytes(in.readInt()));
    }
  }

  private int display;

  private Node node(Path file) throws IOException {
    for (display = 60; display < 110; display++) {
      Node node = new Node(display, file);
      if (node.hear().type() == 'R') {
        return node;
      }
    }
    throw new AssertionError("no display is free");
  }

  private Socket client() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), 6000 + display);
  }

  @Test
  void whatClientsOnTheNodeAndTheDisplaySayGoesToAndFro() throws Exception {
    Node node = node(directory.resolve("cookies"));
    byte[] much = new byte[3 << 20];
    new Random(1).nextBytes(much);
    try (Socket one = client()) {
      assertThat(node.hear().type()).isEqualTo('O');
      one.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      Frame said = node.hear();
      assertThat(said.type()).isEqualTo('D');
      assertThat(said.data()).isEqualTo("hello".getBytes(StandardCharsets.US_ASCII));
      CompletableFuture<byte[]> read =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return one.getInputStream().readNBytes(much.length);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      int room = ROOM;
      for (int at = 0; at < much.length; at += 1 << 16) {
        while (room < 1 << 16) {
          Frame more = node.hear();
          assertThat(more.type()).isEqualTo('W');
          room += ByteBuffer.wrap(more.data()).getInt();
        }
        room -= 1 << 16;
        node.say('D', said.channel(), Arrays.copyOfRange(much, at, at + (1 << 16)));
      }
      assertThat(read.get()).isEqualTo(much);
      try (Socket two = client()) {
        Frame opened = node.hear();
        while (opened.type() == 'W') {
          opened = node.hear();
        }
        assertThat(opened.channel()).isNotEqualTo(said.channel());
        two.close();
        assertThat(node.hear().type()).isEqualTo('C');
      }
      node.say('C', said.channel(), NONE);
      assertThat(one.getInputStream().read()).isEqualTo(-1);
    }
  }

  /** Neither on its way to the display nor on the way back. */
  @Test
  void aClientForWhichThereIsNoRoomHoldsUpNoOther() throws Exception {
    Node node = node(directory.resolve("cookies"));
    try (Socket stuck = client()) {
      int id = node.hear().channel();
      CompletableFuture<Void> written =
          CompletableFuture.runAsync(
              () -> {
                try {
                  stuck.getOutputStream().write(new byte[16 << 20]);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      for (int heard = 0; heard < ROOM; ) {
        Frame said = node.hear();
        assertThat(said.type()).isEqualTo('D');
        heard += said.data().length;
        assertThat(heard).isLessThanOrEqualTo(ROOM);
      }
      node.say('D', id, new byte[ROOM]);
      try (Socket other = client()) {
        Frame opened = node.hear();
        while (opened.type() == 'W') {
          opened = node.hear();
        }
        assertThat(opened.type()).isEqualTo('O');
        node.say('D', opened.channel(), COOKIE);
        assertThat(other.getInputStream().readNBytes(COOKIE.length)).isEqualTo(COOKIE);
      }
      assertThat(written).isNotDone();
    }
  }

  @Test
  void theCookieIsInAFileOfTheUserAloneThatGoesWithTheStep() throws Exception {
    Path file = directory.resolve("cookies");
    Node node = node(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String number = Integer.toString(display);
    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
        .endsWith(
            number
                + "\0\u0012MIT-MAGIC-COOKIE-1\0\u0010"
                + new String(COOKIE, StandardCharsets.US_ASCII));
    node.out.close();
    assertThat(node.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(file).doesNotExist();
  }

  private static List<String> cookiesIn(Path file) throws Exception {
    Process xauth = new ProcessBuilder("xauth", "-n", "-f", file.toString(), "list").start();
    String text = new String(xauth.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return text.lines().toList();
  }

  /** As with X11Parameters=home_xauthority: among the user's others, and gone with the step. */
  @Test
  void cookiesMayBeInTheUsersOwnFile() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/xauth")), "xauth is not installed");
    Path file = directory.resolve(".Xauthority");
    new ProcessBuilder("xauth", "-q", "-f", file.toString(), "add", "other/unix:3", ".", "00ff")
        .start()
        .waitFor();
    Node first = node(file);
    String hex = HexFormat.of().formatHex(COOKIE);
    assertThat(cookiesIn(file))
        .hasSize(2)
        .anyMatch(line -> line.contains("/unix:" + display + " ") && line.endsWith(hex));
    Node second = new Node(display, file); // Of another node of the job on this machine.
    assertThat(second.hear().type()).isEqualTo('R');
    second.out.close();
    assertThat(second.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(cookiesIn(file)).hasSize(2);
    first.out.close();
    assertThat(first.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(cookiesIn(file)).singleElement().asString().startsWith("other");
  }

  @Test
  void aNumberThatIsTakenIsSaidToBe() throws Exception {
    node(directory.resolve("cookies"));
    Node second = new Node(display, directory.resolve("others"));
    assertThat(second.hear().type()).isEqualTo('B');
    assertThat(directory.resolve("others")).doesNotExist();
  }

  /** Then the one that listens is there for both. */
  @Test
  void twoNodesOfAJobMayBeOnOneMachine() throws Exception {
    Path file = directory.resolve("cookies");
    Node first = node(file);
    Node second = new Node(display, file);
    assertThat(second.hear().type()).isEqualTo('R');
    second.out.close();
    assertThat(second.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(file).exists();
    try (Socket client = client()) {
      assertThat(client.isConnected()).isTrue();
      assertThat(first.hear().type()).isEqualTo('O');
    }
  }

  /** Somebody else may have put it there. */
  @Test
  void aFileThatIsThereIsLeftAlone() throws Exception {
    Path file = Files.writeString(directory.resolve("cookies"), "theirs");
    Node node = new Node(118, file);
    assertThat(node.in.read()).isIn(-1, (int) 'B');
    node.out.close();
    node.process.waitFor();
    assertThat(file).hasContent("theirs");
  }

  private String check(Map<String, String> environment) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(CLIENT.toString(), "--x11-check", "salloc");
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + said;
  }

  /** In the words of a Slurm 22.05. */
  @Test
  void aDisplayThatCanNotBeForwardedIsToldBefore() throws Exception {
    assertThat(check(Map.of()))
        .isEqualTo("255 salloc: error: No DISPLAY variable set, cannot setup x11 forwarding.\n");
    assertThat(check(Map.of("DISPLAY", "foo")))
        .isEqualTo(
            "255 salloc: error: Error parsing DISPLAY environment variable. Cannot use X11"
                + " forwarding.\n");
    assertThat(check(Map.of("DISPLAY", ":4711")))
        .isEqualTo("255 salloc: error: Cannot stat() local X11 socket `/tmp/.X11-unix/X4711`\n");
    String cookies = directory.resolve("none").toString();
    assertThat(check(Map.of("DISPLAY", "localhost:3", "XAUTHORITY", cookies)))
        .isEqualTo(
            "255 salloc: error: x11_get_xauth: Could not retrieve magic cookie. Cannot use X11"
                + " forwarding.\n");
  }

  @Test
  void theCookieOfTheDisplayIsFoundAmongOthers() throws Exception {
    Path file = directory.resolve("cookies");
    node(file); // Writes one for its number.
    for (int number : new int[] {display, display + 1}) {
      assertThat(
              check(Map.of("DISPLAY", "localhost:" + number + ".0", "XAUTHORITY", file.toString())))
          .startsWith(number == display ? "0 " : "255 ");
    }
  }
}
