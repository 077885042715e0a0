package org.headrace.transport.internal;

import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.Header;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.headrace.transport.ControllerLink;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;
import org.headrace.transport.internal.Envelope.Direction;
import org.headrace.transport.internal.Envelope.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent's side of the protocol: while it has no session it says {@code HELLO} each second, and
 * at once when the controller knocks; an {@code ACCEPT} that repeats its random number starts the
 * session, and an empty first message tells the controller so. The session ends when the
 * controller's image goes away, when the controller knocks in earnest (it has forgotten the
 * session), when another image of a controller accepts a new one (it was restarted), or when a
 * message is out of order.
 *
 * <p>Lives on the {@link DutyThread}.
 */
public final class AgentEnd implements DutyThread.Work {
  private static final Logger LOG = LoggerFactory.getLogger(AgentEnd.class);
  private static final int POLL_LIMIT = 64;
  private static final long HELLO_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int HELLOS_PER_CONTROLLER = 3;

  private final DutyThread thread;
  private final TransportSettings settings;
  private final String node;
  private final List<NodeLinks.Address> controllers;
  private final ControllerLink.Listener listener;
  private final Subscription subscription;
  private final EnvelopeAssembler assembler;
  private final Complaints complaints = new Complaints(LOG, System::nanoTime);
  private final SecureRandom random = new SecureRandom();
  private Sender sender;
  private int controller;
  private int hellos;

  /** Good for one session; the same in all {@code HELLO}s until that session has started. */
  private long nonce;

  private Receiver receiver;
  private int imageId;
  private boolean imageGone;
  private final List<Integer> goneImages = new ArrayList<>();
  private long lastHello = System.nanoTime() - HELLO_NANOS;
  private long lastAnswer = System.nanoTime() - HELLO_NANOS;

  public AgentEnd(
      DutyThread thread,
      TransportSettings settings,
      String node,
      List<NodeLinks.Address> controllers,
      ControllerLink.Listener listener) {
    this.thread = thread;
    this.settings = settings;
    this.node = node;
    this.controllers = List.copyOf(controllers);
    this.listener = listener;
    nonce = random.nextLong();
    assembler = new EnvelopeAssembler(this::onFragment, Envelope.maxLength(settings.signer()));
    subscription =
        Channels.subscribe(
            thread.aeron(), settings, ControllerEnd.STREAM_TO_NODE, image -> {}, this::onImageGone);
    sender = senderTo(0);
  }

  private Sender senderTo(int index) {
    return new Sender(
        Channels.publish(
            thread.aeron(), controllers.get(index), ControllerEnd.STREAM_TO_CONTROLLER),
        Direction.TO_CONTROLLER,
        settings.signer());
  }

  public void send(byte[] message) {
    if (receiver != null && !sender.send(message)) {
      endSession("the controller doesn't take messages");
    }
  }

  @Override
  public int doWork() {
    int done = subscription.poll(assembler, POLL_LIMIT);
    goneImages.forEach(assembler::forget);
    goneImages.clear();
    if (imageGone) {
      imageGone = false;
      endSession("the controller is gone");
    }
    if (receiver != null) {
      return done + sender.flush();
    }
    long now = System.nanoTime();
    if (now - lastHello >= HELLO_NANOS) {
      hello(now);
    }
    return done;
  }

  private void hello(long now) {
    lastHello = now;
    if (++hellos > HELLOS_PER_CONTROLLER && controllers.size() > 1) {
      hellos = 1;
      controller = (controller + 1) % controllers.size();
      sender.close();
      sender = senderTo(controller);
    }
    sayHello();
  }

  private void sayHello() {
    if (!sender.connected()) {
      return;
    }
    byte[] name = node.getBytes(StandardCharsets.UTF_8);
    sender.introduce(
        Kind.HELLO, ByteBuffer.allocate(Long.BYTES + name.length).putLong(nonce).put(name).array());
  }

  private void onImageGone(Image image) {
    goneImages.add(image.sessionId());
    imageGone |= receiver != null && image.sessionId() == imageId;
  }

  private void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
    Envelope envelope = Envelope.open(buffer, offset, length, Direction.TO_NODE, settings.signer());
    if (envelope == null) {
      complaints.say("Refused a message of " + length + " bytes that isn't signed by this cluster");
      return;
    }
    switch (envelope.kind()) {
      case KNOCK -> onKnock(header.sessionId());
      case ACCEPT -> onAccept(envelope, header.sessionId());
      case DATA -> onData(envelope, header.sessionId());
      default -> LOG.debug("Ignored {} from the controller", envelope.kind());
    }
  }

  /**
   * A recorded knock in the image of the running session can't be: the controller sends none. One
   * in another image is a controller's that has been restarted, or a recorded one: to answer does
   * no harm, and only an {@code ACCEPT} of that answer ends the session.
   */
  private void onKnock(int image) {
    if (receiver != null && image == imageId) {
      endSession("the controller has no session");
    }
    long now = System.nanoTime();
    if (now - lastAnswer < ANSWER_NANOS) {
      return;
    }
    lastAnswer = now;
    sayHello();
  }

  private void onAccept(Envelope accept, int image) {
    if (accept.payload().length != 2 * Long.BYTES) {
      return;
    }
    ByteBuffer payload = ByteBuffer.wrap(accept.payload());
    if (payload.getLong() != nonce || (receiver != null && image == imageId)) {
      return;
    }
    endSession("the controller was restarted");
    long session = Envelope.sessionOf(nonce, payload.getLong());
    nonce = random.nextLong(); // or a recorded ACCEPT would start the same session again
    receiver = new Receiver(session);
    imageId = image;
    imageGone = false;
    hellos = 0;
    sender.startSession(session);
    sender.send(new byte[0]);
    listener.connected();
  }

  /**
   * Session and position say whether a message is genuine. Which image is the controller's shows by
   * who sends what is due: what isn't, in another image, is a recorded one.
   */
  private void onData(Envelope data, int image) {
    if (receiver == null || !receiver.belongs(data)) {
      return;
    }
    if (receiver.expects(data)) {
      imageId = image;
    } else if (image != imageId) {
      return;
    }
    try {
      byte[] message = receiver.take(data);
      if (message != null && message.length > 0) {
        listener.message(message);
      }
    } catch (Receiver.OutOfOrder e) {
      endSession(e.getMessage());
    }
  }

  private void endSession(String why) {
    if (receiver != null) {
      receiver = null;
      listener.disconnected(why);
    }
  }

  @Override
  public void close() {
    sender.close();
    subscription.close();
  }
}
