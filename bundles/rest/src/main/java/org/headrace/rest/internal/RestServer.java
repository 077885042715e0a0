package org.headrace.rest.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server: addresses, and limits that strangers can't get around. */
final class RestServer implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
  private static final int HEAD_BYTES = 16 * 1024;

  /** Less than that for a whole request or answer is no client but somebody who holds us up. */
  private static final long LEAST_BYTES_PER_SECOND = 512;

  /** What requests that are being worked on have left when the server ends. */
  private static final int END_MILLIS = 3_000;

  /** How long connections may be silent while no more are taken. */
  private static final int CROWDED_IDLE_MILLIS = 2_000;

  /** What connections without a request have left then. */
  private static final int IDLE_END_MILLIS = 20;

  private static final int IDLE_THREAD_MILLIS = 10_000;

  private final Server server;

  /** Null where there are addresses. */
  private final TunnelConnector tunnels;

  private RestServer(Server server, TunnelConnector tunnels) {
    this.server = server;
    this.tunnels = tunnels;
  }

  /**
   * Listens at all addresses; without any, takes connections that are brought to it.
   *
   * @throws IOException if it can't at one of them; then it does at none
   */
  static RestServer open(RestSettings settings, Desk desk) throws IOException {
    // Acceptors and selectors of each address have threads of their own in the pool.
    int own = 2 * settings.addresses().size();
    QueuedThreadPool threads =
        new QueuedThreadPool(settings.maxThreads() + own, Math.min(own + 1, 8), IDLE_THREAD_MILLIS);
    threads.setName("rest");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    Server server = new Server(threads);
    PatienceWatch patience = new PatienceWatch(settings.requestMillis());
    List<AbstractConnector> connectors = new ArrayList<>();
    for (Listen address : settings.addresses()) {
      connectors.add(connector(server, address));
    }
    TunnelConnector tunnels = null;
    if (connectors.isEmpty()) {
      tunnels = new TunnelConnector(server, settings.maxConnections(), protocol());
      add(server, tunnels, settings, patience);
    } else {
      connectors.forEach(connector -> add(server, connector, settings, patience));
      NetworkConnectionLimit limit =
          new NetworkConnectionLimit(
              settings.maxConnections(), connectors.toArray(AbstractConnector[]::new));
      limit.setEndPointIdleTimeout(Math.min(settings.idleMillis(), CROWDED_IDLE_MILLIS));
      server.addBean(limit);
    }
    server.setHandler(
        new MinimumDataRateHandler(
            new Gate(desk, settings, patience), LEAST_BYTES_PER_SECOND, LEAST_BYTES_PER_SECOND));
    server.setStopTimeout(END_MILLIS);
    RestServer opened = new RestServer(server, tunnels);
    try {
      for (Listen address : settings.addresses()) {
        if (address instanceof Listen.Unix unix) {
          clear(unix.path());
        }
      }
      server.start();
      patience.start(server.getScheduler());
      for (Listen address : settings.addresses()) {
        if (address instanceof Listen.Unix unix) {
          // Everybody may knock; who it is, the kernel tells.
          Files.setPosixFilePermissions(unix.path(), PosixFilePermissions.fromString("rwxrwxrwx"));
        }
      }
      return opened;
    } catch (Exception e) {
      opened.close();
      throw new IOException("can't listen at " + settings.addresses() + ": " + e.getMessage(), e);
    }
  }

  private static void add(
      Server server, AbstractConnector connector, RestSettings settings, PatienceWatch patience) {
    connector.setIdleTimeout(settings.idleMillis());
    connector.setShutdownIdleTimeout(IDLE_END_MILLIS);
    connector.addBean(patience);
    server.addConnector(connector);
  }

  private static HttpConnectionFactory protocol() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(HEAD_BYTES);
    return new HttpConnectionFactory(http);
  }

  private static AbstractConnector connector(Server server, Listen address) {
    HttpConnectionFactory protocol = protocol();
    if (address instanceof Listen.Unix unix) {
      UnixDomainServerConnector connector = new UnixDomainServerConnector(server, 1, 1, protocol);
      connector.setUnixDomainPath(unix.path());
      return connector;
    }
    Listen.Tcp tcp = (Listen.Tcp) address;
    ServerConnector connector = new ServerConnector(server, 1, 1, protocol);
    connector.setHost(tcp.host());
    connector.setPort(tcp.port());
    return connector;
  }

  /** Makes room for a socket where nobody listens any more. */
  private static void clear(Path path) throws IOException {
    if (path.getParent() != null) {
      Files.createDirectories(path.getParent());
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean socket =
        !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
            && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
            && !Files.isSymbolicLink(path);
    if (!socket) {
      throw new IOException(path + " exists and is no socket; remove it or choose another path");
    }
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new IOException("another program accepts connections at " + path);
    } catch (ConnectException e) {
      Files.delete(path);
    }
  }

  /**
   * A connection that somebody brings.
   *
   * @return null if there are too many
   */
  Tunnel tunnel(Proof proof, String place) {
    return tunnels.tunnel(proof, place);
  }

  /** Begins to serve it. */
  void open(Tunnel tunnel) {
    tunnels.open(tunnel);
  }

  /** The port of the address with this number, once it listens; for tests that let it choose. */
  int port(int address) {
    return ((ServerConnector) server.getConnectors()[address]).getLocalPort();
  }

  /** Requests that don't come to their end in time are broken off, which is no failure of ours. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.debug("The REST API has broken off what was left", e);
    }
  }
}
