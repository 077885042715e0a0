package org.headrace.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.SetupFlyweight;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.headrace.testkit.Ports;
import org.headrace.transport.ControllerLink;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever announces streams at a port of a daemon gets no memory for more than there is room. */
class StrangersTest {
  private static final int BURST = 50;
  private static final int MOST = DutyThread.FEW_PEERS / (12 * 128);

  @TempDir Path directory;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final CountDownLatch connected = new CountDownLatch(1);
  private DatagramSocket stranger;
  private int nodePort;
  private NodeLinks links;
  private ControllerLink agent;
  private int session;

  @BeforeEach
  void connectAnAgent() throws Exception {
    int controllerPort = Ports.free();
    nodePort = Ports.free();
    stranger = new DatagramSocket();
    links =
        NodeLinks.open(
            settings("c", controllerPort),
            0,
            new NodeLinks.Listener() {
              @Override
              public void connected(String node) {
                connected.countDown();
              }

              @Override
              public void message(String node, byte[] message) {}

              @Override
              public void disconnected(String node, String why) {}
            });
    links.nodes(Map.of("n1", new NodeLinks.Address("127.0.0.1", nodePort)));
    agent =
        ControllerLink.open(
            settings("a", nodePort),
            "n1",
            List.of(new NodeLinks.Address("127.0.0.1", controllerPort)),
            new ControllerLink.Listener() {
              @Override
              public void connected() {
                heard.add("connected");
              }

              @Override
              public void message(byte[] message) {
                heard.add(new String(message, StandardCharsets.UTF_8));
              }

              @Override
              public void disconnected(String why) {
                heard.add("lost: " + why);
              }
            });
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("connected");
    assertThat(connected.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @AfterEach
  void close() {
    agent.close();
    links.close();
    stranger.close();
  }

  private TransportSettings settings(String name, int port) {
    String place = directory.resolve(name).toString();
    return new TransportSettings(place, "127.0.0.1", port, new KeySigner(1, 2, 3));
  }

  private void announce(int termLength) throws IOException {
    UnsafeBuffer frame = new UnsafeBuffer(new byte[SetupFlyweight.HEADER_LENGTH]);
    SetupFlyweight setup = new SetupFlyweight(frame);
    setup
        .sessionId(++session)
        .streamId(ControllerEnd.STREAM_TO_NODE)
        .initialTermId(1)
        .activeTermId(1)
        .termOffset(0)
        .termLength(termLength)
        .mtuLength(1408);
    setup
        .version(HeaderFlyweight.CURRENT_VERSION)
        .headerType(HeaderFlyweight.HDR_TYPE_SETUP)
        .frameLength(SetupFlyweight.HEADER_LENGTH);
    stranger.send(
        new DatagramPacket(
            frame.byteArray(), frame.capacity(), InetAddress.getByName("127.0.0.1"), nodePort));
  }

  /** Also makes sure that all that came before has been looked at: it is the same thread. */
  private void messageArrives(String text) throws InterruptedException {
    links.send("n1", text.getBytes(StandardCharsets.UTF_8));
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(text);
  }

  private long images() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("a/driver/images"))) {
      return files.count();
    }
  }

  @Test
  void aFloodOfAnnouncementsTakesNoMoreThanThereIsRoomAndNothingFromWhoIsConnected()
      throws Exception {
    for (int burst = 0; burst < 4 * MOST / BURST; burst++) {
      for (int i = 0; i < BURST; i++) {
        announce(64 * 1024);
      }
      messageArrives("message " + burst);
      // Files of senders that fell silent stay for a moment.
      assertThat(images()).isLessThan(2 * MOST);
    }
    assertThat(images()).as("the flood was heard").isGreaterThan(MOST / 2);
  }

  @Test
  void nobodyGetsALargerBufferThanADaemonAsksFor() throws Exception {
    long before = images();
    for (int i = 0; i < BURST; i++) {
      announce(1 << 30);
    }
    messageArrives("after");
    messageArrives("that");
    assertThat(images()).isEqualTo(before);
  }
}
