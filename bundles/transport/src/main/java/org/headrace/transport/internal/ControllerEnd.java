package org.headrace.transport.internal;

import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.exceptions.RegistrationException;
import io.aeron.logbuffer.Header;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;
import org.headrace.transport.internal.Envelope.Direction;
import org.headrace.transport.internal.Envelope.Kind;
import org.headrace.transport.internal.Introduction.Accept;
import org.headrace.transport.internal.Introduction.Hello;
import org.headrace.transport.internal.Introduction.Knock;
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
 * <p>What was recorded and is sent again does no harm. A {@code HELLO} is answered to the node's
 * configured address only, and whoever sent it has to know the answer. Repeated ones get the same
 * offer, and each node may have several offers, so that recorded ones don't push the agent's own
 * out. Messages of the running session count in the agent's own image only.
 *
 * <p>Lives on the {@link DutyThread}.
 */
public final class ControllerEnd implements DutyThread.Work {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerEnd.class);
  static final int STREAM_TO_CONTROLLER = 6817;
  static final int STREAM_TO_NODE = 6818;
  private static final int POLL_LIMIT = 64;
  private static final long KNOCK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int KNOCKS_PER_LOOKUP = 5;

  private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int MAX_OFFERS = 64;

  private final DutyThread thread;
  private final TransportSettings settings;
  private final NodeLinks.Listener listener;
  private final Knock self;
  private final Subscription subscription;
  private final EnvelopeAssembler assembler;
  private final Complaints complaints = new Complaints(LOG, System::nanoTime);
  private final Map<String, Peer> peers = new HashMap<>();

  private final Roll roll;

  private final Map<Integer, Peer> byImage = new HashMap<>();
  private final List<Integer> goneImages = new ArrayList<>();
  private final SecureRandom random = new SecureRandom();
  private int knocks;
  private long lastKnock = System.nanoTime() - KNOCK_NANOS;

  /** A session that an agent may start; by the agent's random number. */
  private static final class Offer {
    final long nonce;
    final long session;
    long answered;

    Offer(long agentNonce, long nonce) {
      this.nonce = nonce;
      session = Envelope.sessionOf(agentNonce, nonce);
    }
  }

  private static final class Peer {
    final String name;
    final InetAddress host;
    final Sender sender;
    final Map<Long, Offer> offers = new LinkedHashMap<>();
    Receiver current;
    int imageId;

    Peer(String name, InetAddress host, Sender sender) {
      this.name = name;
      this.host = host;
      this.sender = sender;
    }
  }

  public ControllerEnd(
      DutyThread thread, TransportSettings settings, long term, NodeLinks.Listener listener) {
    this.thread = thread;
    this.settings = settings;
    this.listener = listener;
    roll = new Roll(thread.lookups());
    self = new Knock(term, new NodeLinks.Address(settings.host(), settings.port()));
    assembler = new EnvelopeAssembler(this::onFragment, Envelope.maxLength(settings.signer()));
    subscription =
        Channels.subscribe(
            thread.aeron(), settings, STREAM_TO_CONTROLLER, image -> {}, this::imageGone);
  }

  /** Sets which nodes there are. */
  public void nodes(Map<String, NodeLinks.Address> nodes) {
    for (Peer peer : new ArrayList<>(peers.values())) {
      if (!roll.lists(peer.name, nodes.get(peer.name))) {
        unlink(peer, "no longer configured there");
      }
    }
    roll.set(nodes, peers.keySet());
  }

  private void unlink(Peer peer, String why) {
    endSession(peer, why);
    peer.sender.close();
    peers.remove(peer.name);
  }

  private boolean link(String name, InetAddress host, int port) {
    Peer old = peers.get(name);
    if (old != null && (old.host.equals(host) || !silent(name))) {
      return true;
    }
    try {
      Sender sender =
          new Sender(
              Channels.publish(thread.aeron(), host, port, STREAM_TO_NODE),
              Direction.TO_NODE,
              settings.signer());
      if (old != null) {
        LOG.info("Node {} is looked for at {} now", name, host.getHostAddress());
        unlink(old, "it has another address");
      }
      peers.put(name, new Peer(name, host, sender));
      return true;
    } catch (RegistrationException e) {
      LOG.debug("No way to node {}: {}", name, e.getMessage());
      return false;
    }
  }

  private boolean silent(String name) {
    Peer peer = peers.get(name);
    return peer == null || peer.current == null && !peer.sender.connected();
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
    int done = subscription.poll(assembler, POLL_LIMIT) + roll.work(this::link);
    for (Integer image : goneImages) {
      assembler.forget(image);
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
      if (++knocks % KNOCKS_PER_LOOKUP == 0) {
        roll.askAgain(this::silent);
      }
      for (Peer peer : peers.values()) {
        if (peer.current == null && peer.sender.connected()) {
          peer.sender.introduce(Kind.KNOCK, self.encode());
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
      complaints.say("Refused a message of " + length + " bytes that isn't signed by this cluster");
      return;
    }
    switch (envelope.kind()) {
      case HELLO -> onHello(envelope, header.sessionId());
      case DATA -> onData(envelope, header.sessionId());
      default -> LOG.debug("Ignored {} from an agent", envelope.kind());
    }
  }

  private void onHello(Envelope envelope, int imageId) {
    Hello hello = Hello.decode(envelope.payload());
    if (hello == null) {
      return;
    }
    String name = hello.node();
    Peer peer = peers.get(name);
    if (peer == null && roll.mayCome(name)) {
      return; // Not told yet which nodes there are, or its address isn't known yet.
    }
    if (peer == null) {
      complaints.say(
          "An agent calls itself "
              + Complaints.shown(name)
              + ", which isn't a node of this cluster");
      return;
    }
    Peer known = byImage.get(imageId);
    if (known != null && known != peer && peers.get(known.name) == known) {
      complaints.say("The agent of node " + known.name + " calls itself " + name + " as well");
      return;
    }
    byImage.put(imageId, peer);
    answer(peer, hello.nonce());
  }

  /**
   * A flood of recorded ones gets an answer now and then, and no more offers than there is room.
   */
  private void answer(Peer peer, long agentNonce) {
    long now = System.nanoTime();
    Offer offer = peer.offers.get(agentNonce);
    if (offer == null) {
      if (peer.offers.size() >= MAX_OFFERS) {
        peer.offers.remove(peer.offers.keySet().iterator().next());
      }
      offer = new Offer(agentNonce, random.nextLong());
      peer.offers.put(agentNonce, offer);
    } else if (now - offer.answered < ANSWER_NANOS) {
      return;
    }
    offer.answered = now;
    peer.sender.introduce(Kind.ACCEPT, new Accept(agentNonce, offer.nonce, self).encode());
  }

  private void onData(Envelope data, int imageId) {
    Peer peer = byImage.get(imageId);
    if (peer == null || peers.get(peer.name) != peer) {
      return;
    }
    if (peer.current == null || !peer.current.belongs(data)) {
      startIfOffered(peer, data, imageId);
    }
    if (peer.current == null || !peer.current.belongs(data) || peer.imageId != imageId) {
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

  /** Offers are gone once one was taken, so that a session starts once. */
  private void startIfOffered(Peer peer, Envelope data, int imageId) {
    for (Offer offer : peer.offers.values()) {
      Receiver receiver = new Receiver(offer.session);
      if (receiver.expects(data)) {
        endSession(peer, "its agent started a new session");
        peer.offers.clear();
        peer.current = receiver;
        peer.imageId = imageId;
        peer.sender.startSession(offer.session);
        listener.connected(peer.name);
        return;
      }
    }
  }

  private void endSession(Peer peer, String why) {
    if (peer.current != null) {
      peer.current = null;
      peer.sender.endSession();
      listener.disconnected(peer.name, why);
    }
  }

  @Override
  public void close() {
    peers.values().forEach(peer -> peer.sender.close());
    subscription.close();
  }
}
