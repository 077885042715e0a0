package org.headrace.bench.internal.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.Hello;
import org.headrace.client.wire.WireReader;
import org.headrace.client.wire.WireWriter;

/**
 * One connection to the front door that calls commands one after the other, as a library would. For
 * one thread.
 */
public final class WireConnection implements Closeable {
  private static final int ENOENT = 2;

  private final SocketChannel channel;
  private final DataInputStream in;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private WireConnection(SocketChannel channel) {
    this.channel = channel;
    this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
  }

  /** What a command answered. */
  public record Reply(int status, String out, String err) {}

  /**
   * @throws IOException if nobody listens on the socket
   */
  public static WireConnection connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw new IOException("cannot connect to the controller's socket " + socket, e);
    }
    return new WireConnection(channel);
  }

  /**
   * Calls a command and waits for its end.
   *
   * @throws IOException if the connection breaks before its exit status has come
   */
  public Reply call(Hello hello) throws IOException {
    out.reset();
    err.reset();
    send(hello.toFrame());
    while (true) {
      int length = in.readInt();
      int type = in.readUnsignedByte();
      if (length < 0 || length > Frames.MAX_FRAME) {
        throw new ProtocolException("the controller announced a message of " + length + " bytes");
      }
      byte[] payload = in.readNBytes(length);
      if (payload.length < length) {
        throw new EOFException("the controller closed the connection within a message");
      }
      switch (type) {
        case Frames.STDOUT -> out.write(payload);
        case Frames.STDERR -> err.write(payload);
        case Frames.EXIT -> {
          return new Reply(new WireReader(payload).u32(), text(out), text(err));
        }
        case Frames.READ_FILE -> sendFile(new WireReader(payload), hello);
        case Frames.CATCH_SIGNALS, Frames.WATCH_WINDOW -> {
          // There is no signal and no window to tell of.
        }
        case Frames.ERROR ->
            throw new ProtocolException(
                "the controller refused: " + new WireReader(payload).string("error"));
        default ->
            throw new ProtocolException("message type " + type + " has no place in a benchmark");
      }
    }
  }

  private void sendFile(WireReader request, Hello hello) throws IOException {
    int id = request.u32();
    long limit = request.u64();
    Path file = Path.of(hello.workingDirectory()).resolve(request.string("path"));
    if (!Files.isReadable(file) || Files.size(file) > limit) {
      String text = "cannot read " + file + ", or it is longer than " + limit + " bytes";
      send(WireWriter.frame(Frames.FILE_ERROR).u32(id).u32(ENOENT).string(text).toFrame());
      return;
    }
    byte[] content = Files.readAllBytes(file);
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int at = 0; at < content.length; at += Frames.CHUNK) {
      int size = Math.min(Frames.CHUNK, content.length - at);
      frames.writeBytes(
          WireWriter.frame(Frames.FILE_DATA).u32(id).raw(content, at, size).toFrame());
    }
    frames.writeBytes(WireWriter.frame(Frames.FILE_END).u32(id).toFrame());
    send(frames.toByteArray());
  }

  private void send(byte[] frames) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(frames);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
