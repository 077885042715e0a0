package org.headrace.frontdoor.internal;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.Hello;
import org.headrace.client.wire.WireReader;

/** A client of bare bytes, for what no honest client sends. */
final class Wire implements AutoCloseable {
  /** A frame as it came. */
  record Frame(int type, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  private final SocketChannel channel;
  private final DataInputStream in;

  Wire(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    in = new DataInputStream(Channels.newInputStream(channel));
  }

  static byte[] hello(String program, String... arguments) {
    return new Hello(
            program, List.of(arguments), "/", Map.of(), 022, Map.of(), 0, 0, 0, 1, 1, "host", "")
        .toFrame();
  }

  void send(byte... bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  Frame read() throws IOException {
    int length = in.readInt();
    int type = in.readUnsignedByte();
    return new Frame(type, in.readNBytes(length));
  }

  /** The message of an ERROR frame that is followed by the end of the connection. */
  String refusal() throws IOException {
    Frame frame = read();
    while (frame.type() != Frames.ERROR) {
      frame = read();
    }
    String text = new WireReader(frame.payload()).string("error");
    try {
      int next = in.read();
      if (next >= 0) {
        throw new AssertionError("connection is still open");
      }
    } catch (IOException e) {
      // Reset: closed with bytes of ours unread.
      return text;
    }
    return text;
  }

  /** Reads to EXIT. */
  int exit() throws IOException {
    Frame frame = read();
    while (frame.type() != Frames.EXIT) {
      frame = read();
    }
    return new WireReader(frame.payload()).u32();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
