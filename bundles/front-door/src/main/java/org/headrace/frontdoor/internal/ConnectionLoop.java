package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.WireWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that accepts and reads for all clients. It never waits for a command or a slow
 * client, and sleeps in the kernel when nothing comes.
 */
final class ConnectionLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLoop.class);
  private static final long ACCEPT_PAUSE_MILLIS = 100;

  /** Strangers who don't prove themselves get so much of all places, and no more than that. */
  private static final int UNPROVED_PART = 4;

  private static final int MAX_UNPROVED = 64;

  /** Of clients, whom the kernel knows. */
  private static final Wrapping DIRECT = channel -> channel;

  private final FrontDoorSettings settings;
  private final Connection.Owner owner;
  private final Selector selector;
  private final List<SelectionKey> acceptKeys = new CopyOnWriteArrayList<>();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(2 * Frames.CHUNK);
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Map<Connection, Long> deadlines = new LinkedHashMap<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private boolean acceptPaused;
  private volatile boolean stopped;

  /** How a connection that was accepted is read and written. */
  interface Wrapping {
    ByteChannel wrap(SocketChannel channel) throws IOException;
  }

  ConnectionLoop(ServerSocketChannel server, FrontDoorSettings settings, Connection.Owner owner)
      throws IOException {
    this.settings = settings;
    this.owner = owner;
    this.selector = Selector.open();
    listen(server, DIRECT);
  }

  /** Accepts at one more place. */
  final void listen(ServerSocketChannel server, Wrapping wrapping) throws IOException {
    server.configureBlocking(false);
    acceptKeys.add(server.register(selector, SelectionKey.OP_ACCEPT, wrapping));
    selector.wakeup();
  }

  /** Runs something on the loop's thread, soon. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  int connections() {
    return connections.size();
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        selector.select(this::ready, pauseMillis());
        runTasks();
        resumeAccepting();
        checkDeadlines();
      }
    } catch (IOException e) {
      LOG.error("The front door can't wait for clients any more", e);
    } finally {
      connections.forEach(Connection::close);
      runTasks();
      closeSelector();
    }
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Takes no new clients; those that are connected go on. */
  void stopAccepting() {
    acceptKeys.forEach(SelectionKey::cancel);
    selector.wakeup();
  }

  /** Those whose commands are carried out here now. */
  Map<Connection, ActiveInvocation> active() {
    Map<Connection, ActiveInvocation> active = new HashMap<>();
    for (Connection connection : connections) {
      ActiveInvocation now = connection.active();
      if (now != null) {
        active.put(connection, now);
      }
    }
    return active;
  }

  /** Closes the connections of clients that come back by themselves. */
  void abandon() {
    connections.forEach(Connection::abandon);
  }

  /** Closes all connections and ends the thread. */
  void stop() {
    stopped = true;
    selector.wakeup();
  }

  /** Forgets a closed connection; from any thread. */
  void closed(Connection connection) {
    connections.remove(connection);
    // The selector drops the channel of a cancelled key only in its next selection.
    selector.wakeup();
  }

  private void ready(SelectionKey key) {
    try {
      if (key.attachment() instanceof Wrapping wrapping) {
        accept((ServerSocketChannel) key.channel(), wrapping);
        return;
      }
      if (key.attachment() instanceof Relay relay) {
        relay.work();
        return;
      }
      Connection connection = (Connection) key.attachment();
      if (key.isWritable()) {
        connection.writable();
      }
      if (key.isReadable()) {
        read(connection);
      }
    } catch (CancelledKeyException e) {
      LOG.trace("A connection was closed meanwhile", e);
    }
  }

  private void read(Connection connection) {
    connection.readable(scratch);
    if (connection.isClosed()) {
      deadlines.remove(connection);
    } else if (connection.owesRequest()) {
      deadlines.putIfAbsent(connection, deadline());
    } else {
      deadlines.remove(connection);
    }
  }

  private void accept(ServerSocketChannel server, Wrapping wrapping) {
    try {
      SocketChannel channel = server.accept();
      if (channel == null) {
        return;
      }
      try {
        admit(channel, wrapping);
      } catch (IOException e) {
        LOG.debug("A connection was gone at once", e);
        channel.close();
      }
    } catch (IOException e) {
      // Out of descriptors, usually: trying again at once would only burn time.
      LOG.warn("Can't accept a client, trying again in {} ms", ACCEPT_PAUSE_MILLIS, e);
      acceptPaused = true;
      acceptKeys.forEach(key -> key.interestOps(0));
    }
  }

  private void admit(SocketChannel channel, Wrapping wrapping) throws IOException {
    boolean full = connections.size() >= settings.maxConnections();
    int places = Math.min(MAX_UNPROVED, settings.maxConnections() / UNPROVED_PART);
    if (wrapping != DIRECT && (full || unproved() >= places)) {
      channel.close();
      return;
    }
    if (full && !makeRoom()) {
      turnAway(channel);
      return;
    }
    ByteChannel wrapped = wrapping.wrap(channel);
    channel.configureBlocking(false);
    SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
    Connection connection = new Connection(owner, wrapped, key);
    key.attach(connection);
    connections.add(connection);
    deadlines.put(connection, deadline());
    // The request has often come with the connection: one turn of the loop less.
    read(connection);
  }

  private long unproved() {
    return connections.stream().filter(Connection::unproved).count();
  }

  /**
   * Takes the place of whoever has been connected longest without saying what for. Clients say it
   * at once; so whoever holds connections for nothing holds up nobody else.
   */
  private boolean makeRoom() {
    for (Connection connection : deadlines.keySet()) {
      if (!connection.greeted()) {
        deadlines.remove(connection);
        connection.refuse("the controller needs the place for clients that ask for something");
        return true;
      }
    }
    return false;
  }

  private void turnAway(SocketChannel channel) throws IOException {
    try (channel) {
      channel.configureBlocking(false);
      String reason =
          "the controller has "
              + settings.maxConnections()
              + " clients already, which is its limit; try again in a moment";
      channel.write(ByteBuffer.wrap(WireWriter.frame(Frames.ERROR).string(reason).toFrame()));
    }
  }

  private long deadline() {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.helloMillis());
  }

  private long pauseMillis() {
    if (acceptPaused) {
      return ACCEPT_PAUSE_MILLIS;
    }
    if (deadlines.isEmpty()) {
      return 0; // Until something happens.
    }
    long first = deadlines.values().iterator().next() - System.nanoTime();
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(first) + 1);
  }

  private void resumeAccepting() {
    if (acceptPaused) {
      acceptPaused = false;
      acceptKeys.stream()
          .filter(SelectionKey::isValid)
          .forEach(key -> key.interestOps(SelectionKey.OP_ACCEPT));
    }
  }

  private void checkDeadlines() {
    long now = System.nanoTime();
    Iterator<Map.Entry<Connection, Long>> all = deadlines.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Connection, Long> entry = all.next();
      if (entry.getValue() - now > 0 && !entry.getKey().isClosed()) {
        return;
      }
      all.remove();
      if (entry.getKey().owesRequest()) {
        entry.getKey().refuse("no complete request within " + settings.helloMillis() + " ms");
      }
    }
  }

  private void closeSelector() {
    try {
      selector.close();
    } catch (IOException e) {
      LOG.debug("Closing the selector failed", e);
    }
  }
}
