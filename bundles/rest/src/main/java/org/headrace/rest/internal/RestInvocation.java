package org.headrace.rest.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import org.headrace.control.front.Account;
import org.headrace.control.front.Caller;
import org.headrace.control.front.Callers;
import org.headrace.control.front.FilePart;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.ResourceLimit;
import org.headrace.control.front.WindowListener;

/**
 * A command's client that is a request: it has no terminal, no programs and no files but the one
 * that came with it.
 */
final class RestInvocation implements Invocation {
  private static final int UMASK = 022;

  private final Call call;
  private final Caller caller;
  private final Callers callers;
  private final String host;
  private final PrintStream out;
  private final PrintStream err;

  RestInvocation(
      Call call, Caller caller, Callers callers, String host, OutputStream out, OutputStream err) {
    this.call = call;
    this.caller = caller;
    this.callers = callers;
    this.host = host;
    this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
    this.err = new PrintStream(err, false, StandardCharsets.UTF_8);
  }

  void flush() {
    out.flush();
    err.flush();
  }

  @Override
  public String program() {
    return call.program();
  }

  @Override
  public List<String> arguments() {
    return call.arguments();
  }

  @Override
  public Map<String, String> environment() {
    return call.environment();
  }

  @Override
  public String workingDirectory() {
    return call.directory();
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public Account user(String name) throws IOException {
    return callers.user(name);
  }

  @Override
  public Account group(String name) throws IOException {
    return callers.group(name);
  }

  @Override
  public int[] groups(String user) throws IOException {
    Caller named = callers.named(user);
    return named == null ? new int[0] : named.groups();
  }

  @Override
  public int umask() {
    return UMASK;
  }

  @Override
  public Map<String, ResourceLimit> limits() {
    return Map.of();
  }

  @Override
  public boolean inputIsTerminal() {
    return false;
  }

  @Override
  public boolean outputIsTerminal() {
    return false;
  }

  @Override
  public boolean errorIsTerminal() {
    return false;
  }

  @Override
  public int terminalColumns() {
    return 0;
  }

  @Override
  public int terminalRows() {
    return 0;
  }

  @Override
  public String hostName() {
    return host;
  }

  @Override
  public int clientPid() {
    return 0;
  }

  @Override
  public int sessionId() {
    return 0;
  }

  @Override
  public PrintStream out() {
    return out;
  }

  @Override
  public PrintStream err() {
    return err;
  }

  @Override
  public byte[] readFile(String path, long maxBytes) throws IOException {
    String own = call.fileName();
    if (own.isEmpty() || !path.equals(own) && !path.equals(call.directory() + "/" + own)) {
      throw new IOException("No such file or directory: a request by REST has no files");
    }
    return input(maxBytes);
  }

  @Override
  public FilePart readPart(String path, long from, int maxBytes) throws IOException {
    throw new IOException("No such file or directory: a request by REST has no files");
  }

  @Override
  public byte[] readStandardInput(long maxBytes) throws IOException {
    return input(maxBytes);
  }

  private byte[] input(long maxBytes) throws IOException {
    if (call.input().length > maxBytes) {
      throw new IOException("it has more than " + maxBytes + " bytes");
    }
    return call.input();
  }

  @Override
  public void streamInput(InputListener listener) {
    listener.end();
  }

  @Override
  public void onSignal(IntConsumer listener) {
    // Nobody sends one.
  }

  @Override
  public CompletionStage<Integer> runChild(List<String> argv, Map<String, String> environment) {
    return CompletableFuture.failedFuture(new IOException("a request by REST has no programs"));
  }

  @Override
  public void killChild(int signal) {
    // There is none.
  }

  @Override
  public void rawTerminal(boolean raw) {
    // There is none.
  }

  @Override
  public void onResize(WindowListener listener) {
    // There is no terminal.
  }

  /** Nobody waits for more than an answer: what could be tried again later is refused at once. */
  @Override
  public CompletionStage<Void> disconnected() {
    return CompletableFuture.completedFuture(null);
  }
}
