package org.headrace.launcher.internal;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resident {@code headrace-stepd --spawner}: forks a supervisor per request, which takes a
 * fraction of what starting a process from the JVM takes. It is started when first needed and again
 * if it died. All calls on the loop's thread.
 */
final class Spawner implements FrameChannel.Receiver {

  /** What became of a request. */
  enum Answer {
    /** The supervisor listens, or the attempt is settled. */
    READY,
    /** The supervisor says why not. */
    FAILED,
    /** The spawner died meanwhile: what it did is not known. */
    UNKNOWN
  }

  /** Hears the answer. */
  interface Callback {
    void answered(Answer answer, String text);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Spawner.class);
  private static final byte LAUNCH = 1;
  private static final byte RECOVER = 2;
  private static final int MAX_BARREN_STARTS = 3;

  private final EventLoop loop;
  private final Path stepd;
  private final Path socketPath;
  private final Path logFile;
  private final Map<Long, Callback> pending = new HashMap<>();
  private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
  private ServerSocketChannel server;
  private Process process;
  private FrameChannel connection;
  private long sequence;
  private int barrenStarts;
  private boolean closed;

  Spawner(EventLoop loop, Path stepd, Path socketPath, Path logFile) {
    this.loop = loop;
    this.stepd = stepd;
    this.socketPath = socketPath;
    this.logFile = logFile;
  }

  void launch(Path dir, byte[] order, Callback callback) {
    request(LAUNCH, dir, order, callback);
  }

  /** Settles an attempt whose supervisor may have died. */
  void recover(Path dir, Callback callback) {
    request(RECOVER, dir, new byte[0], callback);
  }

  private void request(byte type, Path dir, byte[] order, Callback callback) {
    byte[] path = dir.toString().getBytes(StandardCharsets.UTF_8);
    long number = ++sequence;
    ByteBuffer frame = ByteBuffer.allocate(11 + path.length + order.length);
    frame.put(type).putLong(number).putShort((short) path.length).put(path).put(order).flip();
    pending.put(number, callback);
    if (connection != null) {
      connection.send(frame);
      return;
    }
    waiting.add(frame);
    if (process == null) {
      start();
    }
  }

  private void start() {
    try {
      if (server == null) {
        Files.deleteIfExists(socketPath);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socketPath));
        server.configureBlocking(false);
        loop.register(server, SelectionKey.OP_ACCEPT, key -> accept());
      }
      ProcessBuilder builder =
          new ProcessBuilder(stepd.toString(), "--spawner", socketPath.toString());
      builder.environment().clear();
      builder.redirectError(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      Process started = builder.start();
      started.getOutputStream().close();
      process = started;
      started.onExit().thenAccept(p -> loop.execute(() -> exited(p)));
    } catch (IOException e) {
      fail(Answer.FAILED, "can't start " + stepd + ": " + e.getMessage());
    }
  }

  private void accept() {
    try {
      SocketChannel channel = server.accept();
      if (channel == null) {
        return;
      }
      if (connection != null || closed) {
        channel.close();
        return;
      }
      connection = new FrameChannel(loop, channel, this);
      for (ByteBuffer frame = waiting.poll(); frame != null; frame = waiting.poll()) {
        connection.send(frame);
      }
    } catch (IOException e) {
      LOG.warn("the spawner's connection failed", e);
    }
  }

  @Override
  public void frame(ByteBuffer frame) {
    barrenStarts = 0;
    byte kind = frame.get();
    Callback callback = pending.remove(frame.getLong());
    byte[] text = new byte[frame.remaining()];
    frame.get(text);
    if (callback != null) {
      callback.answered(
          kind == 1 ? Answer.READY : Answer.FAILED, new String(text, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void closed() {
    connection = null;
  }

  private void exited(Process ended) {
    if (closed || ended != process) {
      return;
    }
    process = null;
    if (connection != null) {
      connection.close();
      connection = null;
    }
    LOG.warn("headrace-stepd --spawner ended with {}; see {}", ended.exitValue(), logFile);
    if (++barrenStarts >= MAX_BARREN_STARTS) {
      barrenStarts = 0;
      waiting.clear();
      fail(
          Answer.FAILED,
          stepd + " --spawner ends at once (exit " + ended.exitValue() + "); see " + logFile);
      return;
    }
    // Requests on their way may have been carried out or not: their owners look at the spool.
    waiting.clear();
    fail(Answer.UNKNOWN, "the spawner ended");
  }

  private void fail(Answer answer, String text) {
    List<Callback> callbacks = new ArrayList<>(pending.values());
    pending.clear();
    waiting.clear();
    callbacks.forEach(callback -> callback.answered(answer, text));
  }

  /** Lets the spawner end; supervisors go on. */
  void close() {
    closed = true;
    if (connection != null) {
      connection.close();
    }
    if (process != null && connection == null) {
      process.destroy();
    }
  }
}
