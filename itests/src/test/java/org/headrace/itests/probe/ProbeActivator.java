package org.headrace.itests.probe;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * A test's hand inside the container. Connects to the test and does what it is asked. When the
 * test's process goes away, so does the container's: nothing is left behind.
 */
public final class ProbeActivator implements BundleActivator {
  /** System property: port on this machine at which the test listens. */
  public static final String PORT = "headrace.itests.port";

  /** System property: proves to the test that this is its container. */
  public static final String TOKEN = "headrace.itests.token";

  private final ExecutorService workers = Executors.newCachedThreadPool();
  private volatile boolean stopping;
  private Socket socket;
  private DataOutputStream out;
  private List<Operations> operations;

  @Override
  public void start(BundleContext context) throws IOException {
    operations =
        List.of(
            new FrameworkOperations(context),
            new KarafOperations(context),
            new ControllerOperations(context));
    socket = new Socket(InetAddress.getLoopbackAddress(), Integer.getInteger(PORT));
    socket.setTcpNoDelay(true);
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    out.writeUTF(System.getProperty(TOKEN));
    out.flush();
    Thread reader = new Thread(this::read, "itests-probe");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
      while (!stopping) {
        Frames.Request request = Frames.readRequest(in);
        if (request.operation().equals("execute")) {
          serve(request);
        } else {
          workers.execute(() -> serve(request));
        }
      }
    } catch (IOException e) {
      if (!stopping) {
        Runtime.getRuntime().halt(99);
      }
    }
  }

  private void serve(Frames.Request request) {
    CompletableFuture<byte[]> answer = null;
    try {
      for (Operations group : operations) {
        answer = group.run(request);
        if (answer != null) {
          break;
        }
      }
      if (answer == null) {
        throw new IllegalArgumentException("no operation " + request.operation());
      }
    } catch (Exception | LinkageError e) {
      answer = CompletableFuture.failedFuture(e);
    }
    answer.whenComplete(
        (body, failure) ->
            reply(
                failure == null
                    ? new Frames.Reply(request.id(), true, body)
                    : new Frames.Reply(request.id(), false, trace(failure))));
  }

  private static byte[] trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private synchronized void reply(Frames.Reply reply) {
    try {
      Frames.write(out, reply);
    } catch (IOException e) {
      if (!stopping) {
        Runtime.getRuntime().halt(99);
      }
    }
  }

  @Override
  public void stop(BundleContext context) throws IOException {
    stopping = true;
    workers.shutdownNow();
    socket.close();
  }
}
