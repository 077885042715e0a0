package org.headrace.client;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.WireReader;
import org.headrace.client.wire.WireWriter;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** One connection to the front door, from HELLO to EXIT. */
final class Conversation implements Closeable {
  private static final Map<String, Integer> SIGNALS =
      Map.of("HUP", 1, "INT", 2, "USR2", 12, "TERM", 15, "CONT", 18, "TSTP", 20);
  private static final int EFBIG = 27;

  private final String program;
  private final SocketChannel channel;
  private final DataInputStream in;
  private final OutputStream out = new FileOutputStream(FileDescriptor.out);
  private final OutputStream err = new FileOutputStream(FileDescriptor.err);
  private final Object sending = new Object();
  private final StandardInput standardInput = new StandardInput(this);
  private volatile Process child;

  private Conversation(String program, SocketChannel channel) {
    this.program = program;
    this.channel = channel;
    this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
  }

  /** Connects to the first socket that somebody listens at. */
  static Conversation connect(String program, List<Path> sockets) throws IOException {
    String failure = "";
    for (Path socket : sockets) {
      try {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new Conversation(program, channel);
      } catch (IOException e) {
        String why = Files.exists(socket) ? e.getMessage() : "No such file or directory";
        failure = why + " at " + socket;
      }
    }
    throw new ClientException("Unable to contact slurm controller (connect failure): " + failure);
  }

  void send(byte[] frame) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(frame);
    synchronized (sending) {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  /** Does what the server asks until it ends the command. */
  int serve() throws IOException {
    while (true) {
      int length;
      try {
        length = in.readInt();
      } catch (EOFException e) {
        throw new ClientException("lost the connection to the slurm controller");
      }
      int type = in.readUnsignedByte();
      if (length < 0 || length > Frames.MAX_FRAME) {
        throw new ClientException("the controller sent a message of " + length + " bytes");
      }
      byte[] payload = in.readNBytes(length);
      if (type == Frames.EXIT) {
        return new WireReader(payload).u32() & 0xff;
      }
      handle(type, payload);
    }
  }

  private void handle(int type, byte[] payload) throws IOException {
    WireReader reader = new WireReader(payload);
    switch (type) {
      case Frames.STDOUT -> out.write(payload);
      case Frames.STDERR -> err.write(payload);
      case Frames.READ_FILE -> {
        int id = reader.u32();
        long limit = reader.u64();
        sendFile(id, limit, Path.of(reader.string("path")));
      }
      case Frames.READ_PART -> {
        int id = reader.u32();
        long from = reader.u64();
        long limit = reader.u64();
        sendPart(id, from, limit, Path.of("").toAbsolutePath().resolve(reader.string("path")));
      }
      case Frames.READ_STDIN -> sendStandardInput(reader.u32(), reader.u64());
      case Frames.STREAM_STDIN -> standardInput.credit(reader.u32());
      case Frames.CATCH_SIGNALS -> catchSignals();
      case Frames.RUN_CHILD -> runChild(reader);
      case Frames.KILL_CHILD -> killChild(reader);
      case Frames.RAW_TTY, Frames.WATCH_WINDOW -> {
        // The Java client can't: the terminal stays as it is.
      }
      case Frames.RESUMABLE -> {
        // A lost controller is the end of the Java client.
        reader.string("token");
        if (reader.remaining() > 0 && reader.u8() != 0) {
          send(WireWriter.frame(Frames.SAFE).toFrame());
        }
      }
      case Frames.ERROR -> throw new ClientException(reader.string("error"));
      default ->
          throw new ClientException(
              "the controller sent message type " + type + ", which this client does not know");
    }
  }

  private void sendFile(int id, long limit, Path path) throws IOException {
    InputStream file;
    try {
      file = new FileInputStream(Path.of("").toAbsolutePath().resolve(path).toFile());
    } catch (IOException e) {
      String text = e.getMessage();
      // "name (No such file or directory)": the name is known to the other side.
      int open = text.lastIndexOf('(');
      fileError(id, 0, open < 0 ? text : text.substring(open + 1, text.length() - 1));
      return;
    }
    try (file) {
      sendStream(id, limit, file);
    }
  }

  /** At most so many bytes from there on, and what the file is like. */
  private void sendPart(int id, long from, long limit, Path path) throws IOException {
    Map<String, Object> facts;
    try (SeekableByteChannel file = Files.newByteChannel(path)) {
      facts =
          Files.readAttributes(
              path, "unix:isRegularFile,mode,size,lastModifiedTime,lastAccessTime");
      if (!(boolean) facts.get("isRegularFile")) {
        fileError(id, 0, "Not a regular file");
        return;
      }
      file.position(from);
      ByteBuffer chunk = ByteBuffer.allocate(Frames.CHUNK);
      for (long left = limit; left > 0; ) {
        chunk.clear().limit((int) Math.min(left, Frames.CHUNK));
        int n = file.read(chunk);
        if (n < 0) {
          break;
        }
        send(WireWriter.frame(Frames.FILE_DATA).u32(id).raw(chunk.array(), 0, n).toFrame());
        left -= n;
      }
    } catch (NoSuchFileException e) {
      fileError(id, 0, "No such file or directory");
      return;
    } catch (AccessDeniedException e) {
      fileError(id, 0, "Permission denied");
      return;
    }
    send(
        WireWriter.frame(Frames.FILE_END)
            .u32(id)
            .u32((int) facts.get("mode") & 07777)
            .u64((long) facts.get("size"))
            .u64(((FileTime) facts.get("lastModifiedTime")).to(TimeUnit.SECONDS))
            .u64(((FileTime) facts.get("lastAccessTime")).to(TimeUnit.SECONDS))
            .toFrame());
  }

  private void sendStandardInput(int id, long limit) throws IOException {
    sendStream(id, limit, System.in);
  }

  private void sendStream(int id, long limit, InputStream stream) throws IOException {
    byte[] chunk = new byte[Frames.CHUNK];
    long total = 0;
    while (true) {
      int n;
      try {
        n = stream.read(chunk);
      } catch (IOException e) {
        fileError(id, 0, e.getMessage());
        return;
      }
      if (n < 0) {
        send(WireWriter.frame(Frames.FILE_END).u32(id).toFrame());
        return;
      }
      total += n;
      if (total > limit) {
        fileError(id, EFBIG, "File too large");
        return;
      }
      send(WireWriter.frame(Frames.FILE_DATA).u32(id).raw(chunk, 0, n).toFrame());
    }
  }

  private void fileError(int id, int errno, String text) throws IOException {
    send(WireWriter.frame(Frames.FILE_ERROR).u32(id).u32(errno).string(text).toFrame());
  }

  private void catchSignals() {
    SIGNALS.forEach(
        (name, number) -> {
          SignalHandler forward = signal -> sendSignal(number);
          if (Signal.handle(new Signal(name), forward) == SignalHandler.SIG_IGN) {
            Signal.handle(new Signal(name), SignalHandler.SIG_IGN);
          }
        });
  }

  private void sendSignal(int number) {
    try {
      send(WireWriter.frame(Frames.SIGNAL).u8(number).toFrame());
    } catch (IOException e) {
      // The main thread sees the lost connection and reports it.
      return;
    }
  }

  private void runChild(WireReader reader) throws IOException {
    int id = reader.u32();
    List<String> arguments = reader.strings("arguments");
    Map<String, String> environment = new LinkedHashMap<>();
    for (String pair : reader.strings("environment")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        environment.putIfAbsent(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    ProcessBuilder builder = new ProcessBuilder(arguments).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      child = builder.start();
    } catch (IOException e) {
      String text = program + ": error: Unable to exec command \"" + arguments.get(0) + "\"\n";
      err.write(text.getBytes(StandardCharsets.UTF_8));
      childExit(id, 127);
      return;
    }
    child.onExit().thenAccept(process -> childExit(id, process.exitValue()));
  }

  private void childExit(int id, int status) {
    try {
      // Java reports 128 plus the signal itself, so all ends look like exits here.
      send(
          WireWriter.frame(Frames.CHILD_EXIT)
              .u32(id)
              .u8(Frames.CHILD_EXITED)
              .u32(status)
              .toFrame());
    } catch (IOException e) {
      // The main thread sees the lost connection and reports it.
      return;
    }
  }

  private void killChild(WireReader reader) throws IOException {
    reader.u32();
    int signal = reader.u8();
    Process running = child;
    if (running != null && running.isAlive()) {
      // By a shell, as each has it built in: the program isn't on every system.
      new ProcessBuilder("sh", "-c", "kill -" + signal + " " + running.pid()).start();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
