package org.headrace.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.headrace.testkit.Ports;
import org.headrace.transport.ControllerLink;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;
import org.headrace.transport.internal.Envelope.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Someone who reads all that goes over the network, and can send what they like, but doesn't have
 * the key: whatever they send again, nothing is carried out twice, and the session goes on.
 */
@Timeout(120)
class ReplayTest {
  private static final long DEADLINE_SECONDS = 20;

  @TempDir Path directory;
  private final KeySigner agentSigner = new KeySigner(1, 2, 3);
  private final KeySigner controllerSigner = new KeySigner(1, 2, 3);
  private final Heard atController = new Heard();
  private final Heard atAgent = new Heard();
  private final List<AutoCloseable> open = new ArrayList<>();
  private int controllerPort;
  private int nodePort;
  private int otherPort;
  private NodeLinks links;
  private Aeron attacker;

  private static final class Heard implements NodeLinks.Listener, ControllerLink.Listener {
    final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    @Override
    public void connected(String node) {
      news.add("connected " + node);
    }

    @Override
    public void message(String node, byte[] message) {
      news.add(node + " says " + new String(message, StandardCharsets.UTF_8));
    }

    @Override
    public void disconnected(String node, String why) {
      news.add("lost " + node + ": " + why);
    }

    @Override
    public void connected() {
      news.add("connected");
    }

    @Override
    public void message(byte[] message) {
      news.add(new String(message, StandardCharsets.UTF_8));
    }

    @Override
    public void disconnected(String why) {
      news.add("lost: " + why);
    }

    String next() throws InterruptedException {
      return news.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @BeforeEach
  void start() throws IOException {
    controllerPort = Ports.free();
    nodePort = Ports.free();
    otherPort = Ports.free();
    MediaDriver driver =
        MediaDriver.launchEmbedded(
            new MediaDriver.Context()
                .aeronDirectoryName(directory.resolve("attacker").toString())
                .threadingMode(ThreadingMode.SHARED)
                .publicationTermBufferLength(256 * 1024)
                .dirDeleteOnShutdown(true));
    open.add(driver);
    attacker = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
    open.add(0, attacker);
    links =
        NodeLinks.open(
            new TransportSettings(
                directory.resolve("c").toString(), "127.0.0.1", controllerPort, controllerSigner),
            0,
            atController);
    open.add(0, links);
    links.nodes(
        Map.of(
            "n1", new NodeLinks.Address("127.0.0.1", nodePort),
            "n2", new NodeLinks.Address("127.0.0.1", otherPort)));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private ControllerLink agent(String name, int port, Heard heard, KeySigner signer) {
    ControllerLink agent =
        ControllerLink.open(
            new TransportSettings(
                directory.resolve("a" + System.nanoTime()).toString(), "127.0.0.1", port, signer),
            name,
            List.of(new NodeLinks.Address("127.0.0.1", controllerPort)),
            heard);
    open.add(0, agent);
    return agent;
  }

  private ControllerLink connectedAgent() throws Exception {
    ControllerLink agent = agent("n1", nodePort, atAgent, agentSigner);
    assertThat(atAgent.next()).isEqualTo("connected");
    assertThat(atController.next()).isEqualTo("connected n1");
    return agent;
  }

  /** Messages both ways, so that there is something to record; they arrive once and in order. */
  private void talk(ControllerLink agent, String about) throws Exception {
    for (int i = 0; i < 5; i++) {
      links.send("n1", ("down " + about + i).getBytes(StandardCharsets.UTF_8));
      agent.send(("up " + about + i).getBytes(StandardCharsets.UTF_8));
    }
    for (int i = 0; i < 5; i++) {
      assertThat(atAgent.next()).isEqualTo("down " + about + i);
      assertThat(atController.next()).isEqualTo("n1 says up " + about + i);
    }
  }

  private Publication stream(int port, int stream) {
    Publication publication =
        attacker.addPublication("aeron:udp?endpoint=127.0.0.1:" + port, stream);
    await(publication::isConnected);
    return publication;
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      LockSupport.parkNanos(100_000);
    }
  }

  private static void offer(Publication publication, byte[] bytes) {
    UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    await(() -> publication.offer(buffer, 0, bytes.length) > 0);
  }

  @Test
  void aRecordingIsOfNoUseWhileTheSessionLasts() throws Exception {
    ControllerLink agent = connectedAgent();
    talk(agent, "a");
    Publication up = stream(controllerPort, ControllerEnd.STREAM_TO_CONTROLLER);
    Publication down = stream(nodePort, ControllerEnd.STREAM_TO_NODE);
    for (int round = 0; round < 3; round++) {
      agentSigner.recorded().forEach(bytes -> offer(up, bytes));
      controllerSigner.recorded().forEach(bytes -> offer(down, bytes));
      controllerSigner.recorded().forEach(bytes -> offer(up, bytes));
      agentSigner.recorded().forEach(bytes -> offer(down, bytes));
    }
    talk(agent, "b");
    assertThat(atController.news).isEmpty();
    assertThat(atAgent.news).isEmpty();
  }

  @Test
  void aRecordingIsOfNoUseInTheNextSession() throws Exception {
    ControllerLink agent = connectedAgent();
    talk(agent, "a");
    List<byte[]> up = agentSigner.recorded();
    List<byte[]> down = controllerSigner.recorded();
    agent.close();
    assertThat(atController.next()).startsWith("lost n1");
    Publication toController = stream(controllerPort, ControllerEnd.STREAM_TO_CONTROLLER);
    up.forEach(bytes -> offer(toController, bytes));
    ControllerLink next = connectedAgent();
    Publication toNode = stream(nodePort, ControllerEnd.STREAM_TO_NODE);
    up.forEach(bytes -> offer(toController, bytes));
    down.forEach(bytes -> offer(toNode, bytes));
    talk(next, "b");
    assertThat(atController.news).isEmpty();
    assertThat(atAgent.news).isEmpty();
  }

  @Test
  void aRecordingIsOfNoUseAtAnotherNode() throws Exception {
    ControllerLink agent = connectedAgent();
    talk(agent, "a");
    Heard atOther = new Heard();
    ControllerLink other = agent("n2", otherPort, atOther, new KeySigner(1, 2, 3));
    assertThat(atOther.next()).isEqualTo("connected");
    assertThat(atController.next()).isEqualTo("connected n2");
    Publication toOther = stream(otherPort, ControllerEnd.STREAM_TO_NODE);
    controllerSigner.recorded().forEach(bytes -> offer(toOther, bytes));
    links.send("n2", "for you".getBytes(StandardCharsets.UTF_8));
    other.send("and back".getBytes(StandardCharsets.UTF_8));
    assertThat(atOther.next()).isEqualTo("for you");
    assertThat(atController.next()).isEqualTo("n2 says and back");
    assertThat(atOther.news).isEmpty();
  }

  @Test
  void anAgentUnderAnothersNameGetsNoSession() throws Exception {
    ControllerLink agent = connectedAgent();
    Heard atImpostor = new Heard();
    KeySigner impostorSigner = new KeySigner(1, 2, 3);
    agent("n1", otherPort, atImpostor, impostorSigner);
    await(() -> impostorSigner.recorded().size() >= 3);
    talk(agent, "a");
    assertThat(atImpostor.news).isEmpty();
    assertThat(atController.news).isEmpty();
    assertThat(atAgent.news).isEmpty();
  }

  @Test
  void recordedGreetingsDoNotKeepAnAgentOut() throws Exception {
    ControllerLink first = connectedAgent();
    talk(first, "a");
    List<byte[]> greetings =
        agentSigner.recorded().stream().filter(bytes -> bytes[1] == Kind.HELLO.ordinal()).toList();
    List<byte[]> knocks =
        controllerSigner.recorded().stream()
            .filter(bytes -> bytes[1] == Kind.KNOCK.ordinal())
            .toList();
    first.close();
    assertThat(atController.next()).startsWith("lost n1");
    int answers = controllerSigner.recorded().size();
    long start = System.nanoTime();
    Publication up = stream(controllerPort, ControllerEnd.STREAM_TO_CONTROLLER);
    for (int i = 0; i < 5_000; i++) {
      greetings.forEach(bytes -> offer(up, bytes));
    }
    ControllerLink next = agent("n1", nodePort, atAgent, agentSigner);
    Publication down = stream(nodePort, ControllerEnd.STREAM_TO_NODE);
    for (int i = 0; i < 2_000; i++) {
      greetings.forEach(bytes -> offer(up, bytes));
      knocks.forEach(bytes -> offer(down, bytes));
    }
    assertThat(atAgent.next()).isEqualTo("connected");
    assertThat(atController.next()).isEqualTo("connected n1");
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertThat(controllerSigner.recorded().size() - answers)
        .as("answers in %d ms to thousands of greetings", millis)
        .isLessThan((int) (100 + (greetings.size() + 1) * millis / 20));
    talk(next, "b");
  }

  @Test
  void rubbishDoesNotEndTheSession() throws Exception {
    ControllerLink agent = connectedAgent();
    Random random = new Random(42);
    Publication up = stream(controllerPort, ControllerEnd.STREAM_TO_CONTROLLER);
    Publication down = stream(nodePort, ControllerEnd.STREAM_TO_NODE);
    byte[] large = new byte[up.maxMessageLength()];
    offer(up, large);
    offer(down, large);
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(200)];
      random.nextBytes(bytes);
      offer(up, bytes);
      offer(down, bytes);
    }
    talk(agent, "a");
    assertThat(atController.news).isEmpty();
    assertThat(atAgent.news).isEmpty();
  }

  @Test
  void datagramsThatAreNotAeronsDoNotEndTheSession() throws Exception {
    ControllerLink agent = connectedAgent();
    Random random = new Random(43);
    InetAddress here = InetAddress.getByName("127.0.0.1");
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < 5_000; i++) {
        byte[] bytes = new byte[random.nextInt(1400)];
        random.nextBytes(bytes);
        if (i % 2 == 0 && bytes.length > 8) {
          bytes[4] = 0;
          bytes[6] = (byte) random.nextInt(12);
          bytes[7] = 0;
        }
        socket.send(new DatagramPacket(bytes, bytes.length, here, controllerPort));
        socket.send(new DatagramPacket(bytes, bytes.length, here, nodePort));
      }
    }
    talk(agent, "a");
    assertThat(atController.news).isEmpty();
    assertThat(atAgent.news).isEmpty();
  }
}
