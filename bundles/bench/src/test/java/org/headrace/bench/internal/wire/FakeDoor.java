package org.headrace.bench.internal.wire;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A front door that takes one connection and does with it what a test says. */
final class FakeDoor implements AutoCloseable {
  private final Path socket;
  private final ServerSocketChannel server;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  interface Script {
    void talk(Client client) throws Exception;
  }

  record Client(SocketChannel channel, DataInputStream in) {
    byte[] read(int type) throws IOException {
      int length = in.readInt();
      int found = in.readUnsignedByte();
      if (found != type) {
        throw new IOException("message type " + found + " came, " + type + " was due");
      }
      return in.readNBytes(length);
    }

    void write(byte[]... frames) throws IOException {
      for (byte[] frame : frames) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    }
  }

  FakeDoor(Path directory, Script script) throws IOException {
    socket = directory.resolve("door.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread thread = new Thread(() -> serve(script), "fake-door");
    thread.setDaemon(true);
    thread.start();
  }

  Path socket() {
    return socket;
  }

  /** Waits for the end of the script and fails as it failed. */
  void check() throws InterruptedException, ExecutionException, TimeoutException {
    done.get(10, TimeUnit.SECONDS);
  }

  private void serve(Script script) {
    try (SocketChannel channel = server.accept()) {
      script.talk(new Client(channel, new DataInputStream(Channels.newInputStream(channel))));
      done.complete(null);
    } catch (Throwable e) {
      done.completeExceptionally(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
