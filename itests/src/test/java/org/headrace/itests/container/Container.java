package org.headrace.itests.container;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.headrace.itests.probe.Frames;
import org.headrace.itests.probe.ProbeActivator;
import org.headrace.testkit.Ports;

/**
 * A container in a process of its own, started by the script that a site starts it with, and the
 * line to the probe in it. The process ends with {@link #close}, with this JVM, and when the line
 * breaks.
 */
final class Container implements AutoCloseable {
  private static final int START_SECONDS = 60;
  private static final int CALL_SECONDS = 60;
  private static final int STOP_SECONDS = 20;

  private final Site site;
  private final Distribution distribution;
  private final Process process;
  private final Thread hook;
  private final Socket socket;
  private final DataOutputStream out;
  private final Map<Long, CompletableFuture<Frames.Reply>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();

  private Container(
      Site site, Distribution distribution, Process process, Thread hook, Socket socket)
      throws IOException {
    this.site = site;
    this.distribution = distribution;
    this.process = process;
    this.hook = hook;
    this.socket = socket;
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    Thread reader = new Thread(this::read, "probe-line");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a container; returns once its probe has called. */
  static Container start(Site site, Distribution distribution, String... options)
      throws IOException {
    String token = UUID.randomUUID().toString();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ProcessBuilder builder =
          new ProcessBuilder(
              distribution.file("sbin/slurmctld").toString(),
              "-D",
              "-f",
              site.configuration().toString());
      builder.environment().put("HEADRACE_JAVA_HOME", System.getProperty("java.home"));
      builder.environment().put("HEADRACE_SHELL_PORT", Integer.toString(Ports.free()));
      builder
          .environment()
          .put(
              "SLURMCTLD_JAVA_OPTS",
              "-D%s=%d -D%s=%s %s"
                  .formatted(
                      ProbeActivator.PORT,
                      server.getLocalPort(),
                      ProbeActivator.TOKEN,
                      token,
                      String.join(" ", options)));
      builder.redirectErrorStream(true);
      builder.redirectOutput(site.directory().resolve("console").toFile());
      Process process = builder.start();
      Thread hook = new Thread(process::destroyForcibly);
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        Socket socket = accept(server, process, site);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        if (!in.readUTF().equals(token)) {
          throw new IOException("somebody else called on the probe's port");
        }
        return new Container(site, distribution, process, hook, socket);
      } catch (IOException | RuntimeException | Error e) {
        process.destroyForcibly();
        throw e;
      }
    }
  }

  private static Socket accept(ServerSocket server, Process process, Site site) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    server.setSoTimeout(200);
    while (true) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        return socket;
      } catch (java.net.SocketTimeoutException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IOException("the container did not come up:\n" + output(site), e);
        }
      }
    }
  }

  private static String output(Site site) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : new Path[] {site.directory().resolve("console"), site.log()}) {
      if (Files.exists(file)) {
        text.append(file).append(":\n").append(Files.readString(file));
      }
    }
    return text.toString();
  }

  private void read() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        Frames.Reply reply = Frames.readReply(in);
        CompletableFuture<Frames.Reply> call = waiting.remove(reply.id());
        if (call != null) {
          call.complete(reply);
        }
      }
    } catch (IOException e) {
      waiting
          .values()
          .forEach(call -> call.completeExceptionally(new IOException("the line broke", e)));
    }
  }

  /** Asks the probe for something; fails with what went wrong there. */
  CompletableFuture<byte[]> ask(String operation, byte[]... arguments) {
    long id = ids.incrementAndGet();
    CompletableFuture<Frames.Reply> call = new CompletableFuture<>();
    waiting.put(id, call);
    try {
      synchronized (out) {
        Frames.write(out, new Frames.Request(id, operation, arguments));
      }
    } catch (IOException e) {
      waiting.remove(id);
      return CompletableFuture.failedFuture(e);
    }
    return call.thenApply(
        reply -> {
          if (!reply.good()) {
            throw new IllegalStateException(operation + ": " + reply.text());
          }
          return reply.body();
        });
  }

  /** Asks the probe for something and waits for its words. */
  String call(String operation, String... arguments) throws IOException {
    byte[][] bytes =
        Stream.of(arguments).map(a -> a.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    try {
      return new String(
          ask(operation, bytes).get(CALL_SECONDS, TimeUnit.SECONDS), StandardCharsets.UTF_8);
    } catch (ExecutionException e) {
      String why = operation + " " + String.join(" ", arguments) + ": " + e.getCause().getMessage();
      throw new IOException(ended(e.getCause()) ? why + "\n" + output(site) : why, e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(operation + ": no answer in " + CALL_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(operation + ": interrupted", e);
    }
  }

  /** A line that breaks means that the process ends; then its last words tell why. */
  private boolean ended(Throwable cause) {
    try {
      return cause instanceof IOException && process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  Site site() {
    return site;
  }

  Distribution distribution() {
    return distribution;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Lines of the log so far that the controller itself, or a library, thought to be errors. */
  String errors() throws IOException {
    StringBuilder errors = new StringBuilder();
    try (Stream<String> lines = Files.lines(site.log())) {
      lines
          .filter(line -> line.startsWith("["))
          .filter(line -> line.contains("] error: ") || line.contains("] fatal: "))
          .forEach(line -> errors.append(line).append('\n'));
    }
    return errors.toString();
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the container did not end within " + STOP_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      socket.close();
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
