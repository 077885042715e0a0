package org.headrace.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.headrace.api.credential.MessageSigner;
import org.headrace.testkit.Ports;
import org.headrace.transport.internal.DutyThread;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Mostly waits for what would take too long, so its tests run beside each other. */
@Execution(ExecutionMode.CONCURRENT)
class LinksTest {
  @TempDir Path directory;
  private int controllerPort;
  private int otherPort;
  private int nodePort;
  private NodeLinks links;
  private NodeLinks others;
  private ControllerLink agent;
  private final Heard atController = new Heard();
  private final Heard atAgent = new Heard();

  /** Collects what is heard, as {@code connected}, {@code lost} or the message itself. */
  private static final class Heard implements NodeLinks.Listener, ControllerLink.Listener {
    final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    @Override
    public void connected(String node) {
      news.add("connected " + node);
    }

    @Override
    public void message(String node, byte[] message) {
      news.add(node + " says " + brief(message));
    }

    @Override
    public void disconnected(String node, String why) {
      news.add("lost " + node);
    }

    @Override
    public void connected() {
      news.add("connected");
    }

    @Override
    public void message(byte[] message) {
      news.add(brief(message));
    }

    @Override
    public void disconnected(String why) {
      news.add("lost");
    }

    private static String brief(byte[] message) {
      return message.length > 100
          ? message.length + " bytes, sum " + Arrays.hashCode(message)
          : new String(message, StandardCharsets.UTF_8);
    }

    String next() throws InterruptedException {
      return news.poll(20, TimeUnit.SECONDS);
    }
  }

  private record KeySigner(byte[] key) implements MessageSigner {
    @Override
    public void open(Map<String, String> settings) {}

    @Override
    public int signatureLength() {
      return 32;
    }

    @Override
    public byte[] sign(ByteBuffer message) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update(message.duplicate());
        return mac.doFinal();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public boolean verify(ByteBuffer message, byte[] signature) {
      return MessageDigest.isEqual(sign(message), signature);
    }
  }

  private static final MessageSigner GOOD = new KeySigner(new byte[] {1, 2, 3});
  private static final MessageSigner FOREIGN = new KeySigner(new byte[] {4, 5, 6});

  @BeforeEach
  void ports() throws IOException {
    controllerPort = Ports.free();
    nodePort = Ports.free();
    otherPort = Ports.free();
  }

  @AfterEach
  void close() {
    if (agent != null) {
      agent.close();
    }
    for (NodeLinks open : Arrays.asList(links, others)) {
      if (open != null) {
        open.close();
      }
    }
  }

  private void openController() {
    links = openController(controllerPort, 0, atController);
  }

  private void openController(DutyThread.Names names) {
    links =
        NodeLinks.open(
            new TransportSettings(
                directory.resolve("c").toString(), "127.0.0.1", controllerPort, GOOD),
            0,
            atController,
            names);
  }

  private NodeLinks openController(int port, long term, NodeLinks.Listener listener) {
    NodeLinks opened =
        NodeLinks.open(
            new TransportSettings(
                directory.resolve("c" + System.nanoTime()).toString(), "127.0.0.1", port, GOOD),
            term,
            listener);
    opened.nodes(Map.of("n1", new NodeLinks.Address("127.0.0.1", nodePort)));
    return opened;
  }

  private void openAgent(String name, MessageSigner signer) {
    openAgent(
        name,
        signer,
        new NodeLinks.Address("127.0.0.1", controllerPort),
        new NodeLinks.Address("127.0.0.1", otherPort));
  }

  private void openAgent(String name, MessageSigner signer, NodeLinks.Address... controllers) {
    agent =
        ControllerLink.open(
            new TransportSettings(
                directory.resolve("a" + System.nanoTime()).toString(),
                "127.0.0.1",
                nodePort,
                signer),
            name,
            List.of(controllers),
            atAgent);
  }

  @Test
  void messagesGoBothWaysInOrder() throws Exception {
    openController();
    openAgent("n1", GOOD);
    assertThat(atAgent.next()).isEqualTo("connected");
    assertThat(atController.next()).isEqualTo("connected n1");
    for (int i = 0; i < 1000; i++) {
      links.send("n1", ("down " + i).getBytes(StandardCharsets.UTF_8));
      agent.send(("up " + i).getBytes(StandardCharsets.UTF_8));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(atAgent.next()).isEqualTo("down " + i);
      assertThat(atController.next()).isEqualTo("n1 says up " + i);
    }
  }

  @Test
  void aLargeMessageArrivesWhole() throws Exception {
    openController();
    openAgent("n1", GOOD);
    assertThat(atAgent.next()).isEqualTo("connected");
    assertThat(atController.next()).isEqualTo("connected n1");
    byte[] large = new byte[6 << 20];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31 >>> 3);
    }
    links.send("n1", large);
    links.send("n1", "after".getBytes(StandardCharsets.UTF_8));
    assertThat(atAgent.next()).isEqualTo(Heard.brief(large));
    assertThat(atAgent.next()).isEqualTo("after");
  }

  @Test
  void aControllerThatComesBackFindsItsAgent() throws Exception {
    openController();
    openAgent("n1", GOOD);
    assertThat(atAgent.next()).isEqualTo("connected");
    assertThat(atController.next()).isEqualTo("connected n1");
    links.close();
    openController();
    long start = System.nanoTime();
    assertThat(atAgent.next()).isEqualTo("lost");
    assertThat(atAgent.next()).isEqualTo("connected");
    assertThat(System.nanoTime() - start)
        .as("well before the old connection times out")
        .isLessThan(TimeUnit.SECONDS.toNanos(8));
    assertThat(atController.next()).isEqualTo("connected n1");
    agent.send("here".getBytes(StandardCharsets.UTF_8));
    assertThat(atController.next()).isEqualTo("n1 says here");
  }

  @Test
  void anAgentThatComesBackStartsANewSession() throws Exception {
    openController();
    openAgent("n1", GOOD);
    assertThat(atController.next()).isEqualTo("connected n1");
    agent.close();
    openAgent("n1", GOOD);
    assertThat(atController.next()).isEqualTo("lost n1");
    assertThat(atController.next()).isEqualTo("connected n1");
  }

  @Test
  void anAgentWithAnotherKeyOrNameIsNotHeard() throws Exception {
    openController();
    openAgent("n1", FOREIGN);
    assertThat(atController.news.poll(3, TimeUnit.SECONDS)).isNull();
    agent.close();
    openAgent("n2", GOOD);
    assertThat(atController.news.poll(3, TimeUnit.SECONDS)).isNull();
    assertThat(atAgent.news).isEmpty();
  }

  @Test
  void anAgentFindsTheOnlyOneOfItsControllersThatIsThere() throws Exception {
    openAgent("n1", GOOD);
    others = openController(otherPort, 4, atController);
    assertThat(atAgent.next()).isEqualTo("connected");
    assertThat(atController.next()).isEqualTo("connected n1");
  }

  /** The old one is cut off from the others, say, and takes itself for the leader for a while. */
  @Test
  void anAgentFollowsTheLeaderOfTheHigherTermAndStays() throws Exception {
    links = openController(controllerPort, 4, atController);
    openAgent("n1", GOOD);
    assertThat(atAgent.next()).isEqualTo("connected");
    assertThat(atController.next()).isEqualTo("connected n1");
    Heard atOther = new Heard();
    others = openController(otherPort, 5, atOther);
    assertThat(atAgent.next()).isEqualTo("lost");
    assertThat(atAgent.next()).isEqualTo("connected");
    assertThat(atOther.next()).isEqualTo("connected n1");
    assertThat(atController.next()).isEqualTo("lost n1");
    // The first one knocks again, each second.
    assertThat(atAgent.news.poll(3, TimeUnit.SECONDS)).isNull();
    agent.send("here".getBytes(StandardCharsets.UTF_8));
    others.send("n1", "there".getBytes(StandardCharsets.UTF_8));
    assertThat(atOther.next()).isEqualTo("n1 says here");
    assertThat(atAgent.next()).isEqualTo("there");
    others.close();
    assertThat(atAgent.next()).isEqualTo("lost");
    assertThat(atAgent.next()).as("better the old one than none").isEqualTo("connected");
    assertThat(atController.next()).isEqualTo("connected n1");
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    openController();
    assertThatThrownBy(
            () ->
                NodeLinks.open(
                    new TransportSettings(
                        directory.resolve("second").toString(), "127.0.0.1", controllerPort, GOOD),
                    0,
                    atController))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("127.0.0.1:" + controllerPort);
  }

  @Test
  void aNodeWhoseNameIsUnknownKeepsNoOtherFromBeingReached() throws Exception {
    openController();
    Map<String, NodeLinks.Address> nodes = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      nodes.put("gone" + i, new NodeLinks.Address("gone" + i + ".invalid", nodePort));
    }
    nodes.put("z9", new NodeLinks.Address("127.0.0.1", nodePort));
    links.nodes(Map.of());
    links.nodes(nodes);
    openAgent("z9", GOOD);

    assertThat(atController.next()).isEqualTo("connected z9");
  }

  /** Of very many names at a time, each for as long as it takes. */
  @Test
  void aNameServiceThatHangsHoldsNobodysMessagesUp() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    openController(
        host -> {
          if (host.startsWith("slow")) {
            hold(hangs);
          }
          return InetAddress.getByName("127.0.0.1");
        });
    Map<String, NodeLinks.Address> nodes = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      nodes.put("slow" + i, new NodeLinks.Address("slow" + i, otherPort));
    }
    nodes.put("n1", new NodeLinks.Address("127.0.0.1", nodePort));
    nodes.put("z9", new NodeLinks.Address("slow", nodePort));
    links.nodes(nodes);
    openAgent("n1", GOOD);
    assertThat(atController.next()).isEqualTo("connected n1");
    assertThat(atAgent.next()).isEqualTo("connected");
    for (int i = 0; i < 100; i++) {
      links.send("n1", ("down " + i).getBytes(StandardCharsets.UTF_8));
      assertThat(atAgent.next()).isEqualTo("down " + i);
    }
    agent.close();
    openAgent("z9", GOOD);
    assertThat(atController.next()).isEqualTo("lost n1");
    hangs.countDown();
    assertThat(atController.next()).isEqualTo("connected z9");
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aNodeThatIsntHeardIsLookedForWhereItsNameIsNow() throws Exception {
    AtomicReference<String> place = new AtomicReference<>("127.9.9.9");
    openController(host -> InetAddress.getByName(place.get()));
    links.nodes(Map.of("n1", new NodeLinks.Address("node.example", nodePort)));
    openAgent("n1", GOOD);
    assertThat(atController.news.poll(1, TimeUnit.SECONDS)).isNull();
    place.set("127.0.0.1");
    assertThat(atController.next()).isEqualTo("connected n1");
    links.send("n1", "here".getBytes(StandardCharsets.UTF_8));
    assertThat(atAgent.next()).isEqualTo("connected");
    assertThat(atAgent.next()).isEqualTo("here");
  }

  /** As on a node that starts before its network: the name may be known later. */
  @Test
  void aControllerWhoseNameIsUnknownDoesNotEndTheAgent() throws Exception {
    openController();
    openAgent(
        "n1",
        GOOD,
        new NodeLinks.Address("gone.invalid", controllerPort),
        new NodeLinks.Address("127.0.0.1", controllerPort));

    assertThat(atController.next()).isEqualTo("connected n1");
  }
}
