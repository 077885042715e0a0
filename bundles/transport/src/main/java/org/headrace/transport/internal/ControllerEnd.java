package org.headrace.transport.internal;

import io.aeron.FragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.Header;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;
import org.headrace.transport.internal.Envelope.Direction;
import org.headrace.transport.internal.Envelope.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's side of the protocol.
 *
 * <p>For each node: <em>absent</em> until its publication is connected; then <em>knocking</em>: a
 * {@code KNOCK} each second until a {@code HELLO} comes, which is answered by {@code ACCEPT}; then
 * <em>offered</em>: the new session waits for its first valid message, while a session that is in
 * use goes on, since a recorded {@code HELLO} must not end it; then <em>in session</em> until the
 * agent's image goes away or a message is out of order, after which knocking starts again.
 *
 * <p>Lives on the {@link DutyThread}.
 */
public final class ControllerEnd implements DutyThread.Work {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerEnd.class);
  static final int STREAM_TO_CONTROLLER = 6817;
  static final int STREAM_TO_NODE = 6818;
  private static final int POLL_LIMIT = 64;
  private static final long KNOCK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final DutyThread thread;
  private final TransportSettings settings;
  private final NodeLinks.Listener listener;
  private final Subscription subscription;
  private final FragmentAssembler assembler = new FragmentAssembler(this::onFragment);
  private final Map<String, Peer> peers = new HashMap<>();
  private final Map<Integer, Peer> byImage = new HashMap<>();
  private final List<Integer> goneImages = new ArrayList<>();
  private final SecureRandom random = new SecureRandom();
  private long lastKnock = System.nanoTime() - KNOCK_NANOS;

  private static final class Peer {
    final String name;
    final NodeLinks.Address address;
    final Sender sender;
    Receiver current;
    Receiver offered;
    long offeredSession;
    int imageId;

    Peer(String name, NodeLinks.Address address, Sender sender) {
      this.name = name;
      this.address = address;
      this.sender = sender;
    }
  }

  public ControllerEnd(DutyThread thread, TransportSettings settings, NodeLinks.Listener listener) {
    this.thread = thread;
    this.settings = settings;
    this.listener = listener;
    subscription =
        Channels.subscribe(
            thread.aeron(), settings, STREAM_TO_CONTROLLER, image -> {}, this::imageGone);
  }

  /** Sets which nodes there are. */
  public void nodes(Map<String, NodeLinks.Address> nodes) {
    for (Peer peer : new ArrayList<>(peers.values())) {
      if (!peer.address.equals(nodes.get(peer.name))) {
        endSession(peer, "no longer configured there");
        peer.sender.close();
        peers.remove(peer.name);
      }
    }
    nodes.forEach(
        (name, address) ->
            peers.computeIfAbsent(
                name,
                n ->
                    new Peer(
                        n,
                        address,
                        new Sender(
                            Channels.publish(thread.aeron(), address, STREAM_TO_NODE),
                            Direction.TO_NODE,
                            settings.signer()))));
  }

  public void send(String node, byte[] message) {
    Peer peer = peers.get(node);
    if (peer != null && peer.current != null && !peer.sender.send(message)) {
      endSession(peer, "it doesn't take its messages");
    }
  }

  public void connectedNodes(Consumer<String> sink) {
    peers.values().stream().filter(peer -> peer.current != null).map(p -> p.name).forEach(sink);
  }

  @Override
  public int doWork() {
    int done = subscription.poll(assembler, POLL_LIMIT);
    for (Integer image : goneImages) {
      Peer peer = byImage.remove(image);
      if (peer != null && peer.imageId == image) {
        endSession(peer, "its agent is gone");
      }
    }
    goneImages.clear();
    for (Peer peer : peers.values()) {
      if (peer.current != null) {
        done += peer.sender.flush();
      }
    }
    long now = System.nanoTime();
    if (now - lastKnock >= KNOCK_NANOS) {
      lastKnock = now;
      for (Peer peer : peers.values()) {
        if (peer.current == null && peer.sender.connected()) {
          peer.sender.introduce(Kind.KNOCK, new byte[0]);
        }
      }
    }
    return done;
  }

  private void imageGone(Image image) {
    goneImages.add(image.sessionId());
  }

  private void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
    Envelope envelope =
        Envelope.open(buffer, offset, length, Direction.TO_CONTROLLER, settings.signer());
    if (envelope == null) {
      LOG.warn("Refused a message of {} bytes that isn't signed by this cluster", length);
      return;
    }
    switch (envelope.kind()) {
      case HELLO -> onHello(envelope, header.sessionId());
      case DATA -> onData(envelope, header.sessionId());
      default -> LOG.debug("Ignored {} from an agent", envelope.kind());
    }
  }

  private void onHello(Envelope hello, int imageId) {
    if (hello.payload().length < Long.BYTES) {
      return;
    }
    ByteBuffer payload = ByteBuffer.wrap(hello.payload());
    long agentNonce = payload.getLong();
    String name =
        new String(
            hello.payload(),
            Long.BYTES,
            hello.payload().length - Long.BYTES,
            StandardCharsets.UTF_8);
    Peer peer = peers.get(name);
    if (peer == null) {
      LOG.warn("An agent calls itself {}, which isn't a node of this cluster", name);
      return;
    }
    long nonce = random.nextLong();
    peer.offeredSession = Envelope.sessionOf(agentNonce, nonce);
    peer.offered = new Receiver(peer.offeredSession);
    byImage.put(imageId, peer);
    peer.sender.introduce(
        Kind.ACCEPT, ByteBuffer.allocate(16).putLong(agentNonce).putLong(nonce).array());
  }

  private void onData(Envelope data, int imageId) {
    Peer peer = byImage.get(imageId);
    if (peer == null) {
      return;
    }
    if (peer.offered != null && peer.offered.belongs(data)) {
      startSession(peer, imageId);
    }
    if (peer.current == null || !peer.current.belongs(data)) {
      return;
    }
    try {
      byte[] message = peer.current.take(data);
      if (message != null && message.length > 0) {
        listener.message(peer.name, message);
      }
    } catch (Receiver.OutOfOrder e) {
      endSession(peer, e.getMessage());
    }
  }

  private void startSession(Peer peer, int imageId) {
    endSession(peer, "its agent started a new session");
    peer.current = peer.offered;
    peer.offered = null;
    peer.imageId = imageId;
    peer.sender.startSession(peer.offeredSession);
    listener.connected(peer.name);
  }

  private void endSession(Peer peer, String why) {
    if (peer.current != null) {
      peer.current = null;
      listener.disconnected(peer.name, why);
    }
  }

  @Override
  public void close() {
    peers.values().forEach(peer -> peer.sender.close());
    subscription.close();
  }
}
