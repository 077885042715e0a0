package org.headrace.transport;

import java.nio.file.Path;
import java.util.List;
import org.headrace.transport.internal.AgentEnd;
import org.headrace.transport.internal.DutyThread;

/**
 * An agent's link to the controller. Connects by itself, again and again, and follows the
 * controller that answers.
 *
 * <p>Safe for any thread. The listener is called on the transport's thread, one call at a time.
 */
public final class ControllerLink implements AutoCloseable {
  private final DutyThread thread;
  private final AgentEnd end;

  /** Is told what comes from the controller. */
  public interface Listener {
    /** The controller has proved that it is one. */
    void connected();

    /** The controller sent something. */
    void message(byte[] message);

    /** The connection is over. */
    void disconnected(String why);
  }

  private ControllerLink(DutyThread thread, AgentEnd end) {
    this.thread = thread;
    this.end = end;
  }

  /**
   * Opens an agent's end.
   *
   * @param settings own address
   * @param node own node name
   * @param controllers addresses of the controllers, tried in turn
   * @throws IllegalStateException if the port is taken or the directory is not ours; the message
   *     says
   */
  public static ControllerLink open(
      TransportSettings settings,
      String node,
      List<NodeLinks.Address> controllers,
      Listener listener) {
    DutyThread thread =
        DutyThread.open("controller-link", Path.of(settings.directory()), DutyThread.FEW_PEERS);
    try {
      AgentEnd end = new AgentEnd(thread, settings, node, controllers, listener);
      thread.start(end);
      return new ControllerLink(thread, end);
    } catch (RuntimeException e) {
      thread.close();
      throw e;
    }
  }

  /** Sends a message; it is dropped while there is no connection. */
  public void send(byte[] message) {
    thread.execute(() -> end.send(message));
  }

  /** Runs an action on the transport's thread, between calls of the listener. */
  public void execute(Runnable action) {
    thread.execute(action);
  }

  @Override
  public void close() {
    thread.close();
  }
}
