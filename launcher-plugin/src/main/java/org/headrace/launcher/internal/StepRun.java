package org.headrace.launcher.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.headrace.api.launcher.ExitStatus;
import org.headrace.api.launcher.LaunchListener;
import org.headrace.api.launcher.OutputKind;
import org.headrace.api.launcher.SignalScope;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepOutcome;

/**
 * One attempt of a step as the agent sees it. Fields are the loop thread's, except those marked.
 */
final class StepRun implements FrameChannel.Receiver {

  /** What a run needs of its launcher. */
  interface Owner {
    /** The supervisor is gone without a word: find out from the spool what became of the step. */
    void connectionLost(StepRun run);

    /** The result is known and was reported. */
    void finished(StepRun run);

    /** Facts about limits that can't be enforced here. */
    void noted(StepKey key, List<String> notes);
  }

  /** How much input may be on its way to a step. */
  static final int INPUT_BYTES = 1 << 20;

  private static final int INPUT_CHUNK = 256 << 10;

  final StepKey key;
  final int attempt;
  private final Owner owner;
  private final List<ByteBuffer> beforeConnected = new ArrayList<>();
  private final Set<Integer> exitsReported = new HashSet<>();
  private LaunchListener listener;
  private FrameChannel connection;
  private ByteArrayOutputStream share = new ByteArrayOutputStream();
  private List<Long> pids = List.of();
  private List<String> notes = List.of();
  private boolean started;
  private ResultText result;

  /** Guarded by this: input on its way, and whether the listener waits for room. */
  private int inputBytes;

  private boolean inputWanted;

  /** Read by any thread. */
  private volatile boolean ended;

  StepRun(StepKey key, int attempt, LaunchListener listener, Owner owner) {
    this.key = key;
    this.attempt = attempt;
    this.listener = listener;
    this.owner = owner;
  }

  boolean ended() {
    return ended;
  }

  boolean connected() {
    return connection != null && connection.isOpen();
  }

  /** Attaches to the supervisor's socket; false if nobody listens there. */
  boolean connect(EventLoop loop, Path socket) {
    if (connected()) {
      return true;
    }
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      connection = new FrameChannel(loop, channel, this);
      share = new ByteArrayOutputStream();
    } catch (IOException | IllegalArgumentException e) {
      closeQuietly(channel);
      return false;
    }
    beforeConnected.forEach(connection::send);
    beforeConnected.clear();
    return true;
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // It was never connected.
    }
  }

  /** Another launch of the same attempt: the new listener hears what the old one has heard. */
  void attach(LaunchListener newListener) {
    listener = newListener;
    if (ended) {
      exitsReported.clear();
      report();
    } else if (started) {
      listener.started(key, attempt, pids, notes);
    }
  }

  void tell(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    send(ByteBuffer.allocate(1 + bytes.length).put((byte) 3).put(bytes).flip());
  }

  void resize(int rows, int columns) {
    send(ByteBuffer.allocate(9).put((byte) 4).putInt(rows).putInt(columns).flip());
  }

  void fail(String why) {
    byte[] bytes = why.getBytes(StandardCharsets.UTF_8);
    send(ByteBuffer.allocate(1 + bytes.length).put((byte) 6).put(bytes).flip());
  }

  void fenced(int round, byte[] pairs) {
    int offset = 0;
    do {
      int length = Math.min(INPUT_CHUNK, pairs.length - offset);
      boolean last = offset + length == pairs.length;
      ByteBuffer frame = ByteBuffer.allocate(6 + length).put((byte) 5).putInt(round);
      send(frame.put((byte) (last ? 1 : 0)).put(pairs, offset, length).flip());
      offset += length;
    } while (offset < pairs.length);
  }

  void signal(int signo, SignalScope scope) {
    send(ByteBuffer.allocate(6).put((byte) 1).putInt(signo).put((byte) scope.ordinal()).flip());
  }

  /** May be called by any thread; false if there is no room. */
  synchronized boolean reserveInput(int bytes) {
    // After a refusal everything waits, so that nothing small overtakes what was refused.
    if (inputBytes > 0 && (inputWanted || inputBytes + bytes > INPUT_BYTES)) {
      inputWanted = true;
      return false;
    }
    inputBytes += bytes;
    return true;
  }

  void input(int rank, byte[] data, boolean eof) {
    int offset = 0;
    do {
      int length = Math.min(INPUT_CHUNK, data.length - offset);
      boolean last = offset + length == data.length;
      ByteBuffer frame = ByteBuffer.allocate(6 + length).put((byte) 2).putInt(rank);
      frame.put((byte) (last && eof ? 1 : 0)).put(data, offset, length).flip();
      send(frame);
      offset += length;
    } while (offset < data.length);
  }

  void resumeOutput() {
    if (connected()) {
      connection.pause(false);
    }
  }

  private void send(ByteBuffer frame) {
    if (connected()) {
      connection.send(frame);
    } else if (!ended) {
      beforeConnected.add(frame);
    }
  }

  @Override
  public void frame(ByteBuffer frame) {
    switch (frame.get()) {
      case 1 -> state(frame);
      case 2 -> output(frame);
      case 3 -> exit(frame.getInt(), new ExitStatus(frame.getInt(), frame.getInt()));
      case 4 -> ResultText.parse(rest(frame)).filter(ResultText::complete).ifPresent(this::finish);
      case 5 -> inputTaken(frame.getInt(), frame.getLong());
      case 6 -> share(frame.getInt(), frame.get() != 0, rest(frame));
      case 7 -> listener.aborted(key, new String(rest(frame), StandardCharsets.UTF_8));
      case 8 -> listener.passed(key, frame.getInt());
      default -> connection.close();
    }
  }

  private static byte[] rest(ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }

  private void state(ByteBuffer frame) {
    Optional<ResultText> state = ResultText.parse(rest(frame));
    state.ifPresent(text -> reportStarted(text.pids(), text.notes()));
  }

  private void reportStarted(List<Long> newPids, List<String> newNotes) {
    if (started) {
      return;
    }
    started = true;
    pids = newPids;
    notes = newNotes;
    if (!notes.isEmpty()) {
      owner.noted(key, notes);
    }
    listener.started(key, attempt, pids, notes);
  }

  private void output(ByteBuffer frame) {
    int rank = frame.getInt();
    OutputKind kind = frame.get() == 0 ? OutputKind.STDOUT : OutputKind.STDERR;
    if (!listener.output(key, rank, kind, rest(frame))) {
      connection.pause(true);
    }
  }

  private void share(int round, boolean last, byte[] pairs) {
    share.writeBytes(pairs);
    if (last) {
      byte[] whole = share.toByteArray();
      share = new ByteArrayOutputStream();
      listener.share(key, round, whole);
    }
  }

  private void exit(int rank, ExitStatus status) {
    if (exitsReported.add(rank)) {
      listener.taskExited(key, rank, status);
    }
  }

  private void inputTaken(int bytes, long total) {
    listener.inputTaken(key, total);
    boolean tell;
    synchronized (this) {
      inputBytes = Math.max(0, inputBytes - bytes);
      tell = inputWanted;
      inputWanted = false;
    }
    if (tell) {
      listener.inputWritable(key);
    }
  }

  @Override
  public void closed() {
    if (!ended) {
      owner.connectionLost(this);
    }
  }

  /** The step is over. */
  void finish(ResultText text) {
    if (ended) {
      return;
    }
    adopt(text);
    report();
    owner.finished(this);
  }

  /** Takes a result over without telling the listener. */
  void adopt(ResultText text) {
    result = text;
    ended = true;
    beforeConnected.clear();
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  private void report() {
    if (result.outcome() == StepOutcome.COMPLETED) {
      if (!started) {
        reportStarted(result.pids(), result.notes());
      }
      result.tasks().forEach(task -> exit(task.rank(), task.status()));
    }
    listener.ended(key, result.toResult(attempt));
  }
}
