package org.headrace.transport;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.headrace.transport.internal.ControllerEnd;
import org.headrace.transport.internal.DutyThread;

/**
 * The controller's end of the links to all agents.
 *
 * <p>Messages to one agent arrive in order and once, as long as its connection lasts. A connection
 * starts and ends by itself; a message that was under way when it ended may be lost, so whoever
 * sends states again what still holds once {@link Listener#connected} is called.
 *
 * <p>Safe for any thread. The listener is called on the transport's thread, one call at a time.
 */
public final class NodeLinks implements AutoCloseable {
  private final DutyThread thread;
  private final ControllerEnd end;

  /** Is told what comes from agents. */
  public interface Listener {
    /** An agent has proved that it is the node's. */
    void connected(String node);

    /** An agent sent something. */
    void message(String node, byte[] message);

    /** The connection is over. */
    void disconnected(String node, String why);
  }

  /** An agent's address. */
  public record Address(String host, int port) {}

  private NodeLinks(DutyThread thread, ControllerEnd end) {
    this.thread = thread;
    this.end = end;
  }

  /**
   * Opens the controller's end.
   *
   * @param term term of office of the controller; agents don't leave one for another of a lower
   *     term
   * @throws IllegalStateException if the port is taken or the directory is not ours; the message
   *     says which
   */
  public static NodeLinks open(TransportSettings settings, long term, Listener listener) {
    return open(settings, term, listener, InetAddress::getByName);
  }

  static NodeLinks open(
      TransportSettings settings, long term, Listener listener, DutyThread.Names names) {
    DutyThread thread =
        DutyThread.open("node-links", Path.of(settings.directory()), DutyThread.MANY_PEERS, names);
    try {
      ControllerEnd end = new ControllerEnd(thread, settings, term, listener);
      thread.start(end);
      return new NodeLinks(thread, end);
    } catch (RuntimeException e) {
      thread.close();
      throw e;
    }
  }

  /** Says which nodes there are; the links to others are ended. */
  public void nodes(Map<String, Address> nodes) {
    Map<String, Address> copy = new HashMap<>(nodes);
    thread.execute(() -> end.nodes(copy));
  }

  /** Sends a message; it is dropped if the node isn't connected. */
  public void send(String node, byte[] message) {
    thread.execute(() -> end.send(node, message));
  }

  /** Runs an action on the transport's thread, between calls of the listener. */
  public void execute(Runnable action) {
    thread.execute(action);
  }

  /** Has {@code sink} called with the names of connected nodes, on the transport's thread. */
  public void connectedNodes(Consumer<String> sink) {
    thread.execute(() -> end.connectedNodes(sink));
  }

  @Override
  public void close() {
    thread.close();
  }
}
