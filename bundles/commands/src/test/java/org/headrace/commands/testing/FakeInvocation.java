package org.headrace.commands.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import org.headrace.control.front.Account;
import org.headrace.control.front.Caller;
import org.headrace.control.front.FilePart;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.ResourceLimit;
import org.headrace.control.front.WindowListener;

/** A client in memory: its terminal, files and program. */
public final class FakeInvocation implements Invocation {
  private String host = "login1";
  private final String program;
  private final List<String> arguments;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
  private final PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
  private final CompletableFuture<Void> disconnected = new CompletableFuture<>();
  private final CompletableFuture<Integer> child = new CompletableFuture<>();
  private final List<Integer> childSignals = new ArrayList<>();
  private final List<Integer> earlySignals = new ArrayList<>();
  private IntConsumer signalListener;
  private byte[] input = new byte[0];
  private Map<String, String> childEnvironment = Map.of();
  private final Queue<Integer> ends = new ArrayDeque<>();
  private final List<List<String>> children = new ArrayList<>();
  private List<String> childArguments = List.of();
  private final List<String> tokens = new ArrayList<>();
  private String resumed = "";
  private int uid = 1000;
  private boolean terminal;

  public FakeInvocation(String program, String... arguments) {
    this.program = program;
    this.arguments = List.of(arguments);
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", "/home/ada");
    environment.put("TZ", "UTC");
  }

  public FakeInvocation with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public FakeInvocation file(String path, String content) {
    files.put(path, content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public FakeInvocation file(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  public FakeInvocation input(String text) {
    input = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  public FakeInvocation as(int user) {
    uid = user;
    return this;
  }

  /** The call goes on from one that was cut off. */
  public FakeInvocation resuming(String token) {
    resumed = token;
    return this;
  }

  /** What the client would go on with. */
  public List<String> tokens() {
    return List.copyOf(tokens);
  }

  public FakeInvocation onTerminal() {
    terminal = true;
    return this;
  }

  /** Sends a signal to the client. */
  public synchronized void signal(int number) {
    if (signalListener == null) {
      earlySignals.add(number);
    } else {
      signalListener.accept(number);
    }
  }

  public void disconnect() {
    disconnected.complete(null);
  }

  /** Has programs that are run from now on end at once, the first of them so and so on. */
  public void endChildren(int... statuses) {
    for (int status : statuses) {
      ends.add(status);
    }
  }

  /** Arguments of all programs that were run. */
  public List<List<String>> children() {
    return List.copyOf(children);
  }

  public void endChild(int status) {
    child.complete(status);
  }

  public Map<String, String> childEnvironment() {
    return childEnvironment;
  }

  public List<String> childArguments() {
    return childArguments;
  }

  public List<Integer> childSignals() {
    return childSignals;
  }

  public String outText() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String errText() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Override
  public String program() {
    return program;
  }

  @Override
  public List<String> arguments() {
    return arguments;
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public String workingDirectory() {
    return "/home/ada/work";
  }

  @Override
  public Caller caller() {
    return uid == 0
        ? new Caller(0, 0, "root", "root", new int[] {0})
        : new Caller(uid, 1000, uid == 1000 ? "ada" : "user" + uid, "users", new int[] {1000, 27});
  }

  /** Users and groups have the same names and numbers here. */
  private static Account account(String name) {
    return switch (name) {
      case "root", "0" -> new Account(0, "root", 0);
      case "bob", "1001" -> new Account(1001, "bob", 1500);
      case "staff", "1500" -> new Account(1500, "staff", 1500);
      case "far", "4000000000" -> new Account((int) 4_000_000_000L, "far", 1500);
      default -> null;
    };
  }

  @Override
  public Account user(String name) {
    return account(name);
  }

  @Override
  public int[] groups(String user) {
    return user.equals("bob") ? new int[] {27, 1500} : new int[0];
  }

  @Override
  public Account group(String name) {
    return account(name);
  }

  @Override
  public int umask() {
    return 022;
  }

  @Override
  public Map<String, ResourceLimit> limits() {
    return Map.of(
        "NOFILE", new ResourceLimit(1024, 4096),
        "STACK", new ResourceLimit(8 << 20, ResourceLimit.UNLIMITED));
  }

  @Override
  public boolean inputIsTerminal() {
    return terminal;
  }

  @Override
  public boolean outputIsTerminal() {
    return terminal;
  }

  @Override
  public boolean errorIsTerminal() {
    return terminal;
  }

  @Override
  public int terminalColumns() {
    return terminal ? 80 : 0;
  }

  @Override
  public int terminalRows() {
    return terminal ? 24 : 0;
  }

  @Override
  public String hostName() {
    return host;
  }

  /** The same call on another machine than {@code login1}. */
  public FakeInvocation on(String machine) {
    host = machine;
    return this;
  }

  @Override
  public int clientPid() {
    return 4711;
  }

  @Override
  public int sessionId() {
    return 4700;
  }

  @Override
  public PrintStream out() {
    return outStream;
  }

  @Override
  public PrintStream err() {
    return errStream;
  }

  @Override
  public FilePart readPart(String path, long from, int maxBytes) throws IOException {
    byte[] all = readFile(path, Long.MAX_VALUE);
    int start = (int) Math.min(from, all.length);
    byte[] part = Arrays.copyOfRange(all, start, Math.min(all.length, start + maxBytes));
    int mode = all.length > 1 && all[0] == 0x23 && all[1] == 0x21 ? 0750 : 0640;
    return new FilePart(part, mode, all.length, 1000, 2000);
  }

  @Override
  public byte[] readFile(String path, long maxBytes) throws IOException {
    byte[] content = files.get(path);
    if (content == null) {
      throw new IOException("No such file or directory");
    }
    if (content.length > maxBytes) {
      throw new IOException("File too large");
    }
    return content;
  }

  @Override
  public byte[] readStandardInput(long maxBytes) {
    return input;
  }

  @Override
  public void streamInput(InputListener listener) {
    if (input.length > 0) {
      listener.data(input);
    }
    listener.end();
  }

  @Override
  public synchronized void onSignal(IntConsumer listener) {
    signalListener = listener;
    earlySignals.forEach(listener::accept);
    earlySignals.clear();
  }

  @Override
  public CompletionStage<Integer> runChild(List<String> argv, Map<String, String> variables) {
    childArguments = argv;
    childEnvironment = variables;
    children.add(argv);
    return ends.isEmpty() ? child : CompletableFuture.completedFuture(ends.remove());
  }

  @Override
  public void killChild(int signal) {
    childSignals.add(signal);
    child.complete(128 + signal);
  }

  @Override
  public String resumeToken() {
    return resumed;
  }

  @Override
  public CompletionStage<Void> resumable(String token) {
    tokens.add(token);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void rawTerminal(boolean raw) {}

  @Override
  public void onResize(WindowListener listener) {}

  @Override
  public CompletionStage<Void> disconnected() {
    return disconnected;
  }
}
