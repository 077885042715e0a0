package org.headrace.transport.internal;

import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.exceptions.RegistrationException;
import io.aeron.logbuffer.Header;
import java.net.InetAddress;
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
import org.headrace.transport.internal.Introduction.Accept;
import org.headrace.transport.internal.Introduction.Hello;
import org.headrace.transport.internal.Introduction.Knock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent's side of the protocol: while it has no session it says {@code HELLO} each second, and
 * at once when the controller knocks; an {@code ACCEPT} that repeats its random number starts the
 * session, and an empty first message tells the controller so. The session ends when the
 * controller's image goes away, when the controller knocks in earnest (it has forgotten the
 * session), when another image of a controller accepts a new one (it was restarted, or another
 * leads), or when a message is out of order.
 *
 * <p>Of several controllers only the one that leads knocks and answers. Without a session they are
 * tried in turn; one that knocks is tried at once, aside, so that the agent follows a change of
 * leader within a moment. A leader of a lower term than the session's doesn't know yet that it was
 * replaced, and isn't followed.
 *
 * <p>Lives on the {@link DutyThread}.
 */
public final class AgentEnd implements DutyThread.Work {
  private static final Logger LOG = LoggerFactory.getLogger(AgentEnd.class);
  private static final int POLL_LIMIT = 64;
  private static final long LOOKUP_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long HELLO_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int HELLOS_PER_CONTROLLER = 3;
  private static final long ASIDE_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final DutyThread thread;
  private final TransportSettings settings;
  private final String node;
  private final List<NodeLinks.Address> controllers;
  private final ControllerLink.Listener listener;
  private final Subscription subscription;
  private final EnvelopeAssembler assembler;
  private final Complaints complaints = new Complaints(LOG, System::nanoTime);
  private final SecureRandom random = new SecureRandom();

  /** Towards the controller of the session, or the one whose turn it is. */
  private Approach main;

  /** Towards another one that has knocked, or null. */
  private Approach aside;

  private int hellos;

  /** Good for one session; the same in all {@code HELLO}s until that session has started. */
  private long nonce;

  private Receiver receiver;
  private long term;
  private long accepted;
  private int imageId;
  private boolean imageGone;
  private final List<Integer> goneImages = new ArrayList<>();
  private long lastHello = System.nanoTime() - HELLO_NANOS;

  /** A way to one of the controllers. */
  private final class Approach {
    final int controller;
    final long since = System.nanoTime();

    /** Null as long as the controller's address can't be found out. */
    Sender sender;

    private InetAddress host;
    private boolean asking;
    private boolean left;
    private boolean greeted;
    private long lastAnswer = since - HELLO_NANOS;
    private long lastLookup = since - LOOKUP_NANOS;

    Approach(int controller) {
      this.controller = controller;
      lookUp();
    }

    /**
     * A name that can't be resolved now may be later, since a node often starts before its network;
     * and it may mean another machine when nobody answers.
     */
    private void lookUp() {
      long now = System.nanoTime();
      if (!asking && now - lastLookup >= LOOKUP_NANOS) {
        lastLookup = now;
        asking = true;
        thread.lookups().ask(controllers.get(controller).host(), this::answered);
      }
    }

    private void answered(InetAddress found) {
      asking = false;
      boolean inSession = this == main && receiver != null;
      boolean heard = inSession || sender != null && sender.connected();
      if (left || heard || found != null && found.equals(host)) {
        return;
      }
      try {
        if (found != null) {
          open(found);
          return;
        }
      } catch (RegistrationException e) {
        LOG.debug("No way to the controller: {}", e.getMessage());
      }
      complaints.say(
          "The address of the controller is unknown: "
              + controllers.get(controller).host()
              + "; asked for again every "
              + TimeUnit.NANOSECONDS.toSeconds(LOOKUP_NANOS)
              + " s");
    }

    private void open(InetAddress found) {
      int port = controllers.get(controller).port();
      Publication way =
          Channels.publish(thread.aeron(), found, port, ControllerEnd.STREAM_TO_CONTROLLER);
      if (sender != null) {
        sender.close();
      }
      sender = new Sender(way, Direction.TO_CONTROLLER, settings.signer());
      host = found;
      greeted = false;
    }

    void close() {
      left = true;
      if (sender != null) {
        sender.close();
      }
    }

    void greet() {
      if (sender != null && sender.connected()) {
        greeted = true;
        sender.introduce(Kind.HELLO, new Hello(nonce, node).encode());
      } else {
        lookUp();
      }
    }

    /** As soon as somebody is there. */
    void greetFirst() {
      if (!greeted) {
        greet();
      }
    }

    /** Not to each of a flood. */
    void answer() {
      long now = System.nanoTime();
      if (now - lastAnswer >= ANSWER_NANOS) {
        lastAnswer = now;
        greet();
      }
    }
  }

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
    main = new Approach(0);
  }

  public void send(byte[] message) {
    if (receiver != null && !main.sender.send(message)) {
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
    long now = System.nanoTime();
    if (aside != null) {
      aside.greetFirst();
      if (now - aside.since >= ASIDE_NANOS) {
        leaveAside();
      }
    }
    if (receiver != null) {
      return done + main.sender.flush();
    }
    if (now - lastHello >= HELLO_NANOS) {
      hello(now);
    } else {
      main.greetFirst();
    }
    return done;
  }

  private void hello(long now) {
    lastHello = now;
    if (++hellos > HELLOS_PER_CONTROLLER && controllers.size() > 1) {
      hellos = 1;
      int next = (main.controller + 1) % controllers.size();
      main.close();
      main = new Approach(next);
    }
    main.greet();
  }

  private void leaveAside() {
    if (aside != null) {
      aside.close();
      aside = null;
    }
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
      case KNOCK -> onKnock(envelope, header.sessionId());
      case ACCEPT -> onAccept(envelope, header.sessionId());
      case DATA -> onData(envelope, header.sessionId());
      default -> LOG.debug("Ignored {} from the controller", envelope.kind());
    }
  }

  /**
   * A recorded knock in the image of the running session can't be: the controller sends none. One
   * in another image is that of a controller that has been restarted, or leads now, or a recorded
   * one: to answer does no harm, and only an {@code ACCEPT} of that answer ends the session.
   */
  private void onKnock(Envelope envelope, int image) {
    Knock knock = Knock.decode(envelope.payload());
    if (knock == null) {
      return;
    }
    if (receiver != null && image == imageId) {
      if (System.nanoTime() - accepted < HELLO_NANOS) {
        return; // Sent before our first message was there. If not, it comes again.
      }
      endSession("the controller has no session");
    }
    int from = controllers.indexOf(knock.address());
    if (from < 0 || from == main.controller) {
      main.answer();
    } else if (receiver == null || knock.term() >= term) {
      if (aside == null) {
        aside = new Approach(from);
      }
      if (aside.controller == from) {
        aside.answer();
      }
    }
  }

  private void onAccept(Envelope envelope, int image) {
    Accept accept = Accept.decode(envelope.payload());
    if (accept == null
        || accept.agentNonce() != nonce
        || receiver != null && (image == imageId || accept.by().term() < term)) {
      return;
    }
    int from = controllers.indexOf(accept.by().address());
    if (aside != null && aside.controller == from) {
      endSession("another controller leads");
      main.close();
      main = aside;
      aside = null;
    } else if ((from < 0 || from == main.controller) && main.sender != null) {
      endSession("the controller was restarted");
    } else {
      return;
    }
    term = accept.by().term();
    startSession(Envelope.sessionOf(nonce, accept.nonce()), image);
  }

  private void startSession(long session, int image) {
    nonce = random.nextLong(); // or a recorded ACCEPT would start the same session again
    receiver = new Receiver(session);
    accepted = System.nanoTime();
    imageId = image;
    imageGone = false;
    hellos = 0;
    main.sender.startSession(session);
    main.sender.send(new byte[0]);
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
      main.sender.endSession();
      listener.disconnected(why);
    }
  }

  @Override
  public void close() {
    leaveAside();
    main.close();
    subscription.close();
  }
}
