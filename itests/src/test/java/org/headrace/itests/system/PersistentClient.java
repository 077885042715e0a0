package org.headrace.itests.system;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
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

/** One connection that runs command after command, as a library would. Not thread-safe. */
final class PersistentClient implements AutoCloseable {
  private final SocketChannel channel;
  private final DataInputStream in;
  private final Path directory;

  /**
   * Connects.
   *
   * @throws IOException if no controller listens
   */
  PersistentClient(Path socket, Path directory) throws IOException {
    this.directory = directory;
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
  }

  /**
   * Runs a command that needs nothing of the client but its arguments.
   *
   * @return its standard output
   * @throws IOException if the connection breaks; whether the command was carried out isn't known
   * @throws Refused if the command failed
   */
  String run(String program, List<String> arguments) throws IOException {
    Hello hello =
        new Hello(
            program,
            arguments,
            directory.toString(),
            Map.of("PATH", System.getenv("PATH")),
            022,
            Map.of(),
            0,
            0,
            0,
            (int) ProcessHandle.current().pid(),
            0,
            "localhost",
            "");
    ByteBuffer frame = ByteBuffer.wrap(hello.toFrame());
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    while (true) {
      int length = in.readInt();
      int type = in.readUnsignedByte();
      byte[] payload = in.readNBytes(length);
      if (payload.length < length) {
        throw new IOException("the controller's answer is cut off");
      }
      switch (type) {
        case Frames.STDOUT -> output.write(payload);
        case Frames.STDERR -> errors.write(payload);
        case Frames.EXIT -> {
          int status = new WireReader(payload).u32();
          if (status != 0) {
            throw new Refused(errors.toString(StandardCharsets.UTF_8));
          }
          return output.toString(StandardCharsets.UTF_8);
        }
        default -> throw new IOException("the controller sent message type " + type);
      }
    }
  }

  /** A command that ended with an error; the message is what it printed. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
