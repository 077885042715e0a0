package org.headrace.agent.internal;

import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;

/** An agent's way to the controller. Safe for any thread. */
interface Link extends AutoCloseable {
  /** Sends a message; it is lost while there is no connection. */
  void send(FromNode message);

  @Override
  void close();

  /** Hears what comes from the controller, on a thread of the link, one call at a time. */
  interface Listener {
    /** The controller has proved that it is one. */
    void connected();

    /** The controller said something. */
    void message(ToNode message);

    /** The connection is over; another one may come. */
    void disconnected(String why);
  }

  /** Makes the link, which connects by itself. */
  interface Opener {
    Link open(AgentSettings settings, Listener listener);
  }
}
