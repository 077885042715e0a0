package org.headrace.frontdoor.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.headrace.api.credential.MessageSigner;
import org.headrace.client.wire.Hello;
import org.headrace.control.front.Caller;
import org.headrace.transport.SealedChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the clients of one UNIX socket with the commands of a registry, or hands them on to the
 * controller that does, as the {@link Route} says. One thread accepts and reads; each running
 * command has a worker thread. Needs no OSGi.
 */
public final class FrontDoor implements Closeable, Connection.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
  private static final int FAILED = 1;
  private static final int UNKNOWN_COMMAND = 127;
  private static final long RESUMED_PATIENCE = 20;
  private static final long SEARCH_PAUSE_MILLIS = 50;
  private static final String STARTING =
      "the controller is still starting, or stops; try again in a moment";

  private final FrontDoorSettings settings;
  private final CommandRegistry commands;
  private final Route route;
  private final Accounts accounts = new SystemAccounts();
  private final Identities identities;
  private final Budget budget;
  private final WorkerPool workers;
  private final WorkerPool listeners;
  private final SocketFile socket;
  private final ConnectionLoop loop;
  private final Thread thread;
  private final Map<Integer, Integer> connectionsByUser = new ConcurrentHashMap<>();
  private final Map<Connection, Integer> users = new ConcurrentHashMap<>();

  private FrontDoor(FrontDoorSettings settings, CommandRegistry commands, Route route)
      throws IOException {
    this.settings = settings;
    this.commands = commands;
    this.route = route;
    this.identities = new Identities(accounts, System::nanoTime);
    this.budget = new Budget(settings.bufferBytes());
    this.socket = SocketFile.take(settings.socket(), settings.relay());
    this.loop = new ConnectionLoop(socket.server(), settings, this);
    this.workers = new WorkerPool("headrace-command", settings.maxConnections());
    // At most one task per connection, so this limit is never the one that makes listeners wait.
    this.listeners = new WorkerPool("headrace-listener", Integer.MAX_VALUE);
    this.thread = new Thread(loop, "headrace-front-door");
  }

  /**
   * Opens the door.
   *
   * @throws IOException if the socket can't be had, for example because another process serves it
   */
  public static FrontDoor open(FrontDoorSettings settings, CommandRegistry commands, Route route)
      throws IOException {
    FrontDoor door = new FrontDoor(settings, commands, route);
    door.thread.setDaemon(true);
    door.thread.start();
    LOG.info("Serving user commands at {}", settings.socket());
    return door;
  }

  /**
   * Serves also daemons of the cluster that speak for their clients.
   *
   * @param address where to listen for them
   * @param signer proves that they are of the cluster
   * @return closing it ends the listening
   * @throws IOException if that isn't possible there
   */
  public Closeable serveDaemons(InetSocketAddress address, MessageSigner signer)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address);
      loop.listen(
          server, channel -> SealedChannel.accepted(channel, signer, () -> route.standing()));
      return server;
    } catch (IOException e) {
      server.close();
      throw new IOException("can't listen at TCP " + address + ": " + e.getMessage(), e);
    }
  }

  /**
   * Commands aren't carried out here any more: those that run are left to the next controller, or
   * cut off if they don't end within the time of a shutdown.
   */
  public void retire() {
    Map<Connection, ActiveInvocation> running = loop.active();
    loop.abandon();
    later(
        () -> {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(settings.drainMillis()));
          running.forEach(
              (connection, invocation) -> {
                if (connection.active() == invocation) {
                  connection.close();
                }
              });
        });
  }

  /** True if this door only passes on, and a controller of this host wants to serve instead. */
  boolean wanted() throws IOException {
    return socket.wanted();
  }

  /** Clients connected now. */
  public int connections() {
    return loop.connections();
  }

  /** Takes no more clients, lets running commands end for a while, and closes. */
  @Override
  public void close() throws IOException {
    loop.stopAccepting();
    socket.close();
    loop.abandon();
    if (!workers.awaitIdle(settings.drainMillis())) {
      LOG.warn("Commands still run after {} ms and are cut off", settings.drainMillis());
    }
    loop.stop();
    try {
      thread.join(settings.drainMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.stop();
    listeners.stop();
  }

  @Override
  public void execute(Connection connection) {
    workers.execute(connection::serve);
  }

  @Override
  public ActiveInvocation invocation(Connection connection, FrameOutput output, Hello hello) {
    SerialQueue events = new SerialQueue(listeners);
    return new ActiveInvocation(hello, output, budget, events, connection.relayed(), accounts);
  }

  @Override
  public int run(Connection connection, ActiveInvocation invocation) {
    try {
      invocation.runsOn(Thread.currentThread());
      invocation.identify(identify(connection));
      SealedChannel leader = leader(connection, invocation);
      if (leader != null) {
        connection.handOver(leader);
        return HANDED_OVER;
      }
      return runCommand(invocation);
    } catch (InterruptedException e) {
      LOG.debug("{} was left to the next controller", invocation.program());
      return FAILED;
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
      return failed(invocation, e);
    } finally {
      invocation.runsOn(null);
      // Left over from a command, it would close the connection at the next write.
      Thread.interrupted();
    }
  }

  @Override
  public void later(Runnable task) {
    listeners.execute(task);
  }

  @Override
  public void onLoop(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Budget budget() {
    return budget;
  }

  @Override
  public void closed(Connection connection) {
    loop.closed(connection);
    Integer uid = users.remove(connection);
    if (uid != null) {
      connectionsByUser.computeIfPresent(uid, (u, count) -> count == 1 ? null : count - 1);
    }
  }

  /** The way to whoever carries the command out; null for this controller. */
  private SealedChannel leader(Connection connection, ActiveInvocation invocation)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience(invocation));
    while (route.place() != Route.Place.HERE) {
      if (connection.relayed()) {
        // It was here a moment ago. A client that can go on comes back by itself.
        connection.close();
        throw new IOException("this controller doesn't lead any more");
      }
      IOException why = new IOException(STARTING);
      if (route.place() == Route.Place.ELSEWHERE) {
        try {
          return route.reach();
        } catch (IOException e) {
          why = e;
        }
      }
      if (connection.isClosed() || System.nanoTime() - end >= 0) {
        throw why;
      }
      Thread.sleep(SEARCH_PAUSE_MILLIS);
    }
    return null;
  }

  private int runCommand(ActiveInvocation invocation) throws Exception {
    try (CommandRegistry.Lease lease =
        commands.acquire(invocation.program(), patience(invocation))) {
      return lease == null ? unknown(invocation) : lease.command().run(invocation);
    }
  }

  /** Who goes on has waited for the controller already, and has more to lose. */
  private long patience(ActiveInvocation invocation) {
    return invocation.resumeToken().isEmpty()
        ? settings.commandMillis()
        : RESUMED_PATIENCE * settings.commandMillis();
  }

  private int unknown(ActiveInvocation invocation) throws IOException {
    List<String> names = commands.names();
    if (names.isEmpty()) {
      throw new IOException(STARTING);
    }
    invocation
        .err()
        .printf(
            "%s: error: unknown command '%s'; known: %s%n",
            invocation.program(), invocation.program(), String.join(", ", names));
    return UNKNOWN_COMMAND;
  }

  private Caller identify(Connection connection) throws IOException {
    Caller caller = connection.caller();
    if (!connection.relayed()) {
      caller = identities.caller(connection.peer());
      connection.identified(caller);
    }
    if (users.putIfAbsent(connection, caller.uid()) == null) {
      count(connection, caller);
    }
    return caller;
  }

  private void count(Connection connection, Caller caller) throws IOException {
    int now = connectionsByUser.merge(caller.uid(), 1, Integer::sum);
    if (connection.isClosed()) {
      closed(connection);
    }
    boolean exempt = caller.isRoot() || caller.user().equals(System.getProperty("user.name"));
    if (now > settings.maxConnectionsPerUser() && !exempt) {
      connection.refuse(
          "user "
              + caller.user()
              + " has "
              + settings.maxConnectionsPerUser()
              + " connections already, which is the limit; end some of them first");
      throw new IOException("too many connections of " + caller.user());
    }
  }

  private static int failed(ActiveInvocation invocation, Throwable failure) {
    boolean expected = failure instanceof IOException;
    if (expected) {
      LOG.debug("{} failed", invocation.program(), failure);
    } else {
      LOG.warn("{} of {} failed", invocation.program(), invocation.caller(), failure);
    }
    String message = failure.getMessage();
    invocation
        .err()
        .printf(
            "%s: error: %s%n",
            invocation.program(),
            expected && message != null ? message : "internal error: " + failure);
    return FAILED;
  }
}
