package org.headrace.frontdoor.internal;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.headrace.client.wire.Hello;
import org.headrace.control.front.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the clients of one UNIX socket with the commands of a registry. One thread accepts and
 * reads; each running command has a worker thread. Needs no OSGi.
 */
public final class FrontDoor implements Closeable, Connection.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
  private static final int FAILED = 1;
  private static final int UNKNOWN_COMMAND = 127;
  private static final long RESUMED_PATIENCE = 20;

  private final FrontDoorSettings settings;
  private final CommandRegistry commands;
  private final Identities identities;
  private final Budget budget;
  private final WorkerPool workers;
  private final WorkerPool listeners;
  private final SocketFile socket;
  private final ConnectionLoop loop;
  private final Thread thread;
  private final Map<Integer, Integer> connectionsByUser = new ConcurrentHashMap<>();
  private final Map<Connection, Integer> users = new ConcurrentHashMap<>();

  private FrontDoor(FrontDoorSettings settings, CommandRegistry commands, Accounts accounts)
      throws IOException {
    this.settings = settings;
    this.commands = commands;
    this.identities = new Identities(accounts, System::nanoTime);
    this.budget = new Budget(settings.bufferBytes());
    this.socket = SocketFile.take(settings.socket());
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
  public static FrontDoor open(FrontDoorSettings settings, CommandRegistry commands)
      throws IOException {
    return open(settings, commands, new SystemAccounts());
  }

  static FrontDoor open(FrontDoorSettings settings, CommandRegistry commands, Accounts accounts)
      throws IOException {
    FrontDoor door = new FrontDoor(settings, commands, accounts);
    door.thread.setDaemon(true);
    door.thread.start();
    LOG.info("Serving user commands at {}", settings.socket());
    return door;
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
    return new ActiveInvocation(hello, output, budget, new SerialQueue(listeners));
  }

  @Override
  public int run(Connection connection, ActiveInvocation invocation) {
    try {
      invocation.runsOn(Thread.currentThread());
      invocation.identify(identify(connection));
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
      throw new IOException("the controller is still starting, or stops; try again in a moment");
    }
    invocation
        .err()
        .printf(
            "%s: error: unknown command '%s'; known: %s%n",
            invocation.program(), invocation.program(), String.join(", ", names));
    return UNKNOWN_COMMAND;
  }

  private Caller identify(Connection connection) throws IOException {
    Peer peer = connection.peer();
    if (peer == null) {
      peer = Peer.of(connection.channel());
      connection.peer(peer);
    }
    Caller caller = identities.caller(peer);
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
