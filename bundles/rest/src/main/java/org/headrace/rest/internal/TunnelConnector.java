package org.headrace.rest.internal;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;

/** Takes connections that somebody brings, instead of listening for them. */
final class TunnelConnector extends AbstractConnector {
  private final int most;

  /**
   * @param most connections at one time
   */
  TunnelConnector(Server server, int most, ConnectionFactory protocol) {
    super(server, null, null, null, 0, protocol);
    this.most = most;
  }

  /**
   * A connection on which no byte is read until it is opened.
   *
   * @return null if there are too many
   */
  Tunnel tunnel(Proof proof, String place) {
    if (getConnectedEndPoints().size() >= most) {
      return null;
    }
    Tunnel tunnel =
        new Tunnel(getScheduler(), getExecutor(), proof, place) {
          @Override
          public void onClose(Throwable cause) {
            super.onClose(cause);
            getConnection().onClose(cause);
            onEndPointClosed(this);
          }
        };
    tunnel.setIdleTimeout(getIdleTimeout());
    return tunnel;
  }

  void open(Tunnel tunnel) {
    Connection connection = getDefaultConnectionFactory().newConnection(this, tunnel);
    tunnel.setConnection(connection);
    tunnel.onOpen();
    onEndPointOpened(tunnel);
    connection.onOpen();
  }

  @Override
  protected void accept(int acceptor) {
    throw new UnsupportedOperationException("nobody is listened for");
  }

  @Override
  public Object getTransport() {
    return this;
  }
}
