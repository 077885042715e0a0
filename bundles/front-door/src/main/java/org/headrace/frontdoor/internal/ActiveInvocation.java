package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.Hello;
import org.headrace.client.wire.WireReader;
import org.headrace.client.wire.WireWriter;
import org.headrace.control.front.Account;
import org.headrace.control.front.Caller;
import org.headrace.control.front.FilePart;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.ResourceLimit;
import org.headrace.control.front.WindowListener;

/** A call that is being served. Messages come in on the loop's thread and are never waited for. */
final class ActiveInvocation implements Invocation {
  private static final int SIGNAL_EXIT = 128;
  private static final int CANNOT_START = 126;

  private final Hello hello;
  private final FrameOutput output;
  private final Budget budget;
  private final Executor events;
  private final boolean relayed;
  private final Accounts accounts;
  private final Printer out = new Printer(Frames.STDOUT);
  private final Printer err = new Printer(Frames.STDERR);
  private final CompletableFuture<Void> disconnected = new CompletableFuture<>();
  private volatile Caller caller;
  private volatile IntConsumer signalListener = signal -> {};
  private volatile WindowListener windowListener = (columns, rows) -> {};
  private volatile boolean gone;
  private volatile boolean resumable;
  private volatile boolean abandoned;
  private volatile Thread runner;
  private final ArrayDeque<CompletableFuture<Void>> unsafe = new ArrayDeque<>(); // Under this.
  private InputStreaming input; // These five under this.
  private FileRequest file;
  private CompletableFuture<Integer> child;
  private int childId;
  private int lastId;

  /** Made when it is first asked for: its buffers are large, and most commands need only one. */
  private final class Printer {
    private final int type;
    private PrintStream stream;

    Printer(int type) {
      this.type = type;
    }

    synchronized PrintStream stream() {
      if (stream == null) {
        stream = new PrintStream(output.stream(type), false, StandardCharsets.UTF_8);
      }
      return stream;
    }

    synchronized void flush() {
      if (stream != null) {
        stream.flush();
      }
    }
  }

  /**
   * @param events runs what listens to the client, one after the other
   * @param relayed whether another daemon is between us and the client, and can be lost with what
   *     it has of us
   * @param accounts users and groups of this machine
   */
  ActiveInvocation(
      Hello hello,
      FrameOutput output,
      Budget budget,
      Executor events,
      boolean relayed,
      Accounts accounts) {
    this.hello = hello;
    this.output = output;
    this.budget = budget;
    this.events = events;
    this.relayed = relayed;
    this.accounts = accounts;
    resumable = !hello.resume().isEmpty(); // It has come back once, and will again.
  }

  FrameOutput output() {
    return output;
  }

  void identify(Caller found) {
    caller = found;
  }

  /** Called by the thread that runs the command, before and after. */
  void runsOn(Thread thread) {
    runner = thread;
    if (abandoned && thread != null) {
      thread.interrupt();
    }
  }

  /** Whether the client comes back by itself after the connection is lost. */
  boolean resumable() {
    return resumable;
  }

  boolean abandoned() {
    return abandoned;
  }

  /** The front door closes: the command is to leave things as they are, and another will go on. */
  void abandon() {
    abandoned = true;
    gone = true;
    Thread thread = runner;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Flushes all output, sends the exit status, and lets go of everything. */
  void end(int code) {
    out.flush();
    err.flush();
    try {
      output.end(WireWriter.frame(Frames.EXIT).u32(code).toFrame());
    } catch (IOException e) {
      // The client has gone; the loop finds that out and tells those who want to know.
      gone = true;
    }
    release("the command has ended");
  }

  /** The client has gone. On any thread. */
  void disconnect() {
    gone = true;
    release("the client has disconnected");
    events.execute(() -> disconnected.complete(null));
  }

  /** Takes a message other than HELLO. */
  void message(int type, byte[] payload, WireReader in) throws ProtocolException {
    switch (type) {
      case Frames.FILE_DATA, Frames.FILE_END, Frames.FILE_ERROR ->
          expected(file(), "file content").message(type, in);
      case Frames.STDIN_DATA -> expected(input(), "standard input").data(payload);
      case Frames.STDIN_END -> expected(input(), "standard input").end();
      case Frames.SIGNAL -> {
        int signal = in.u8();
        events.execute(() -> signalListener.accept(signal));
      }
      case Frames.WINDOW_SIZE -> {
        int columns = in.u16();
        int rows = in.u16();
        events.execute(() -> windowListener.resized(columns, rows));
      }
      case Frames.CHILD_EXIT -> childExit(in);
      case Frames.SAFE -> {
        CompletableFuture<Void> safe = expected(takeUnsafe(), "word of what is safe");
        events.execute(() -> safe.complete(null));
      }
      default -> throw new ProtocolException("message type " + type + " is not expected here");
    }
  }

  @Override
  public byte[] readFile(String path, long maxBytes) throws IOException {
    if (path.indexOf('\0') >= 0) {
      throw new IOException("a file name can't contain a zero byte");
    }
    FileRequest request = request(path, maxBytes);
    return fetch(
        request,
        WireWriter.frame(Frames.READ_FILE).u32(request.id()).u64(maxBytes).string(path).toFrame());
  }

  @Override
  public Account user(String name) throws IOException {
    return accounts.userNamed(name);
  }

  @Override
  public Account group(String name) throws IOException {
    return accounts.groupNamed(name);
  }

  @Override
  public int[] groups(String user) throws IOException {
    return accounts.groups(user);
  }

  @Override
  public FilePart readPart(String path, long from, int maxBytes) throws IOException {
    if (path.indexOf('\0') >= 0) {
      throw new IOException("a file name can't contain a zero byte");
    }
    FileRequest request = request(path, maxBytes);
    fetch(
        request,
        WireWriter.frame(Frames.READ_PART)
            .u32(request.id())
            .u64(from)
            .u64(maxBytes)
            .string(path)
            .toFrame());
    return request.part();
  }

  @Override
  public byte[] readStandardInput(long maxBytes) throws IOException {
    FileRequest request = request("standard input", maxBytes);
    return fetch(
        request, WireWriter.frame(Frames.READ_STDIN).u32(request.id()).u64(maxBytes).toFrame());
  }

  @Override
  public void streamInput(InputListener listener) {
    synchronized (this) {
      if (input != null) {
        throw new IllegalStateException("standard input of " + program() + " is streamed already");
      }
      input = new InputStreaming(listener, events, this::grant);
    }
    grant(INPUT_WINDOW);
    if (gone) {
      input().end();
    }
  }

  @Override
  public void onSignal(IntConsumer listener) {
    signalListener = listener;
    tell(WireWriter.frame(Frames.CATCH_SIGNALS));
  }

  @Override
  public void onResize(WindowListener listener) {
    windowListener = listener;
    tell(WireWriter.frame(Frames.WATCH_WINDOW));
  }

  @Override
  public void rawTerminal(boolean raw) {
    tell(WireWriter.frame(Frames.RAW_TTY).u8(raw ? 1 : 0));
  }

  @Override
  public CompletionStage<Integer> runChild(List<String> argv, Map<String, String> environment) {
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("a child needs a program to run");
    }
    List<String> pairs = new ArrayList<>();
    environment.forEach((name, value) -> pairs.add(name + "=" + value));
    CompletableFuture<Integer> started = new CompletableFuture<>();
    int id;
    synchronized (this) {
      if (child != null) {
        throw new IllegalStateException(program() + " has a child running already");
      }
      child = started;
      id = ++lastId;
      childId = id;
    }
    byte[] frame =
        WireWriter.frame(Frames.RUN_CHILD).u32(id).strings(argv).strings(pairs).toFrame();
    try {
      if (gone || frame.length > Frames.MAX_FRAME) {
        throw new IOException(
            gone ? "the client has disconnected" : "arguments and environment are too large");
      }
      output.frame(frame);
    } catch (IOException e) {
      takeChild();
      started.completeExceptionally(e);
    }
    return started;
  }

  @Override
  public void killChild(int signal) {
    int id;
    synchronized (this) {
      if (child == null) {
        return;
      }
      id = childId;
    }
    tell(WireWriter.frame(Frames.KILL_CHILD).u32(id).u8(signal));
  }

  @Override
  public String resumeToken() {
    return hello.resume();
  }

  @Override
  public CompletionStage<Void> resumable(String token) {
    resumable = !token.isEmpty();
    WireWriter frame = WireWriter.frame(Frames.RESUMABLE).string(token);
    CompletableFuture<Void> safe = new CompletableFuture<>();
    if (!relayed) {
      // What is in the socket outlives us.
      if (tell(frame)) {
        safe.complete(null);
      }
      return safe;
    }
    synchronized (this) {
      unsafe.add(safe);
    }
    tell(frame.u8(1));
    return safe;
  }

  @Override
  public CompletionStage<Void> disconnected() {
    return disconnected.minimalCompletionStage();
  }

  @Override
  public String program() {
    return hello.program();
  }

  @Override
  public List<String> arguments() {
    return hello.arguments();
  }

  @Override
  public Map<String, String> environment() {
    return Collections.unmodifiableMap(hello.environment());
  }

  @Override
  public String workingDirectory() {
    return hello.workingDirectory();
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public int umask() {
    return hello.umask();
  }

  @Override
  public Map<String, ResourceLimit> limits() {
    Map<String, ResourceLimit> limits = new LinkedHashMap<>();
    hello
        .limits()
        .forEach((name, limit) -> limits.put(name, new ResourceLimit(limit.soft(), limit.hard())));
    return Collections.unmodifiableMap(limits);
  }

  @Override
  public boolean inputIsTerminal() {
    return (hello.terminals() & 1) != 0;
  }

  @Override
  public boolean outputIsTerminal() {
    return (hello.terminals() & 2) != 0;
  }

  @Override
  public boolean errorIsTerminal() {
    return (hello.terminals() & 4) != 0;
  }

  @Override
  public int terminalColumns() {
    return hello.columns();
  }

  @Override
  public int terminalRows() {
    return hello.rows();
  }

  @Override
  public String hostName() {
    return hello.hostName();
  }

  @Override
  public int clientPid() {
    return hello.pid();
  }

  @Override
  public int sessionId() {
    return hello.sessionId();
  }

  @Override
  public PrintStream out() {
    return out.stream();
  }

  @Override
  public PrintStream err() {
    return err.stream();
  }

  private void grant(int bytes) {
    tell(WireWriter.frame(Frames.STREAM_STDIN).u32(bytes));
  }

  private boolean tell(WireWriter frame) {
    try {
      output.frame(frame.toFrame());
      return true;
    } catch (IOException e) {
      // The client has gone; the loop finds that out and tells those who want to know.
      gone = true;
      return false;
    }
  }

  private synchronized FileRequest request(String name, long maxBytes) throws IOException {
    if (gone) {
      throw new IOException("the client has disconnected");
    }
    if (file != null) {
      throw new IOException("another file is being read");
    }
    file = new FileRequest(++lastId, name, maxBytes, budget);
    return file;
  }

  private byte[] fetch(FileRequest request, byte[] frame) throws IOException {
    try {
      output.frame(frame);
      return request.await();
    } finally {
      synchronized (this) {
        file = null;
      }
    }
  }

  private void childExit(WireReader in) throws ProtocolException {
    in.u32();
    int kind = in.u8();
    int value = in.u32();
    CompletableFuture<Integer> running = expected(takeChild(), "the end of a child");
    int status =
        switch (kind) {
          case Frames.CHILD_EXITED -> value;
          case Frames.CHILD_SIGNALED -> SIGNAL_EXIT + value;
          default -> CANNOT_START;
        };
    events.execute(() -> running.complete(status));
  }

  private void release(String reason) {
    if (abandoned) {
      return;
    }
    FileRequest waiting = file();
    if (waiting != null) {
      waiting.disconnect();
    }
    InputStreaming streaming = input();
    if (streaming != null) {
      streaming.end();
    }
    CompletableFuture<Integer> running = takeChild();
    if (running != null) {
      events.execute(() -> running.completeExceptionally(new IOException(reason)));
    }
  }

  private static <T> T expected(T what, String name) throws ProtocolException {
    if (what == null) {
      throw new ProtocolException(name + " was not asked for");
    }
    return what;
  }

  private synchronized FileRequest file() {
    return file;
  }

  private synchronized InputStreaming input() {
    return input;
  }

  private synchronized CompletableFuture<Void> takeUnsafe() {
    return unsafe.poll();
  }

  private synchronized CompletableFuture<Integer> takeChild() {
    CompletableFuture<Integer> taken = child;
    child = null;
    return taken;
  }
}
