package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.headrace.api.credential.MessageSigner;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;

/** A controller's end of the link that welcomes the agent, records what it says, and speaks. */
final class TestController implements NodeLinks.Listener, AutoCloseable {
  private static final RecordCodec<ToNode> OUT = RecordCodec.of(ToNode.class);
  private static final RecordCodec<FromNode> IN = RecordCodec.of(FromNode.class);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private final NodeLinks links;
  private final List<FromNode> heard = new ArrayList<>();
  private final Map<String, String> settings;
  private boolean confirms = true;

  TestController(
      String directory,
      int port,
      int nodePort,
      MessageSigner signer,
      Map<String, String> settings) {
    this.settings = settings;
    links = NodeLinks.open(new TransportSettings(directory, "127.0.0.1", port, signer), 0, this);
    links.nodes(Map.of("n1", new NodeLinks.Address("127.0.0.1", nodePort)));
  }

  /** Whether reports are confirmed as safe at once. */
  synchronized void confirms(boolean now) {
    confirms = now;
  }

  void send(ToNode message) {
    links.send("n1", OUT.encode(message));
  }

  @Override
  public void connected(String node) {}

  @Override
  public void disconnected(String node, String why) {}

  @Override
  public synchronized void message(String node, byte[] bytes) {
    FromNode message = IN.decode(bytes);
    heard.add(message);
    if (message instanceof FromNode.Register) {
      send(new ToNode.Welcome(settings));
    } else if (message instanceof FromNode.Report report && confirms) {
      send(new ToNode.Safe(report.number()));
    }
    notifyAll();
  }

  synchronized List<FromNode> heard() {
    return new ArrayList<>(heard);
  }

  /** Forgets what it has heard. */
  synchronized void clear() {
    heard.clear();
  }

  /** Waits for a message of a type. */
  synchronized <T> T await(Class<T> type, Predicate<T> test) {
    long deadline = System.nanoTime() + PATIENCE;
    while (true) {
      for (FromNode message : heard) {
        Object candidate = message instanceof FromNode.Report report ? report.news() : message;
        if (type.isInstance(candidate) && test.test(type.cast(candidate))) {
          return type.cast(candidate);
        }
      }
      waitUntil(deadline, type.getSimpleName());
    }
  }

  <T> T await(Class<T> type) {
    return await(type, any -> true);
  }

  /** Waits until a condition on all that was heard holds. */
  synchronized void awaitAll(String what, Predicate<List<FromNode>> condition) {
    long deadline = System.nanoTime() + PATIENCE;
    while (!condition.test(heard)) {
      waitUntil(deadline, what);
    }
  }

  private void waitUntil(long deadline, String what) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      throw new AssertionError("no " + what + " came; heard " + heard);
    }
    try {
      wait(left);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    links.close();
  }
}
