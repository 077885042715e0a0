package org.headrace.itests.probe;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What goes between a test and the probe in a container: numbered requests and their replies. */
public final class Frames {
  private Frames() {}

  /** Asks the probe for something. */
  public record Request(long id, String operation, byte[][] arguments) {
    String text(int index) {
      return new String(arguments[index], StandardCharsets.UTF_8);
    }
  }

  /** The probe's answer; when not {@code good}, the body says what went wrong. */
  public record Reply(long id, boolean good, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  public static void write(DataOutputStream out, Request request) throws IOException {
    out.writeLong(request.id());
    out.writeUTF(request.operation());
    out.writeInt(request.arguments().length);
    for (byte[] argument : request.arguments()) {
      block(out, argument);
    }
    out.flush();
  }

  public static void write(DataOutputStream out, Reply reply) throws IOException {
    out.writeLong(reply.id());
    out.writeBoolean(reply.good());
    block(out, reply.body());
    out.flush();
  }

  public static Request readRequest(DataInputStream in) throws IOException {
    long id = in.readLong();
    String operation = in.readUTF();
    byte[][] arguments = new byte[in.readInt()][];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = block(in);
    }
    return new Request(id, operation, arguments);
  }

  public static Reply readReply(DataInputStream in) throws IOException {
    return new Reply(in.readLong(), in.readBoolean(), block(in));
  }

  private static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] block(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }
}
