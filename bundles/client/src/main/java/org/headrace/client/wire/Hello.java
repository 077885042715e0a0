package org.headrace.client.wire;

import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client tells about a call of a command, all of it unverified.
 *
 * @param program name by which it was called
 * @param arguments arguments without the program
 * @param workingDirectory absolute path
 * @param environment in the client's order; of two variables with one name the first counts
 * @param umask file mode creation mask
 * @param limits resource limits by name without the prefix {@code RLIMIT_}
 * @param terminals bit 0: standard input is a terminal, bit 1: output, bit 2: error
 * @param columns terminal columns or 0
 * @param rows terminal rows or 0
 * @param pid process id
 * @param sessionId session id
 * @param hostName the client's host
 * @param resume what an earlier controller gave by {@link Frames#RESUMABLE} in a call that was cut
 *     off and goes on here, or empty for a call of its own
 */
public record Hello(
    String program,
    List<String> arguments,
    String workingDirectory,
    Map<String, String> environment,
    int umask,
    Map<String, Limit> limits,
    int terminals,
    int columns,
    int rows,
    int pid,
    int sessionId,
    String hostName,
    String resume) {

  /** A soft and a hard limit; -1 is none. */
  public record Limit(long soft, long hard) {}

  /** The whole frame. */
  public byte[] toFrame() {
    List<String> pairs = new ArrayList<>();
    environment.forEach((name, value) -> pairs.add(name + "=" + value));
    WireWriter out =
        WireWriter.frame(Frames.HELLO)
            .u8(Frames.VERSION)
            .string(program)
            .strings(arguments)
            .string(workingDirectory)
            .strings(pairs)
            .u32(umask)
            .u32(limits.size());
    limits.forEach((name, limit) -> out.string(name).u64(limit.soft()).u64(limit.hard()));
    return out.u8(terminals)
        .u16(columns)
        .u16(rows)
        .u32(pid)
        .u32(sessionId)
        .string(hostName)
        .string(resume)
        .toFrame();
  }

  /**
   * Reads the payload of a HELLO. Bytes after the last known field are ignored, so that a later
   * client of the same version may say more.
   *
   * @throws ProtocolException if it is malformed or of another version
   */
  public static Hello decode(byte[] payload) throws ProtocolException {
    WireReader in = new WireReader(payload);
    int version = in.u8();
    if (version != Frames.VERSION) {
      throw new ProtocolException(
          "the client speaks protocol version "
              + version
              + ", this controller speaks "
              + Frames.VERSION
              + "; install the client of the controller's version");
    }
    String program = in.string("program");
    if (program.isEmpty() || program.length() > 255) {
      throw new ProtocolException(
          "the program name has " + program.length() + " characters; 1 to 255 are allowed");
    }
    List<String> arguments = in.strings("arguments");
    String directory = in.string("working directory");
    if (!directory.startsWith("/")) {
      throw new ProtocolException("the working directory '" + directory + "' is not absolute");
    }
    Map<String, String> environment = environment(in.strings("environment"));
    int umask = in.u32() & 0777;
    Map<String, Limit> limits = limits(in);
    return new Hello(
        program,
        List.copyOf(arguments),
        directory,
        environment,
        umask,
        limits,
        in.u8(),
        in.u16(),
        in.u16(),
        in.u32(),
        in.u32(),
        in.string("host name"),
        in.remaining() > 0 ? in.string("resume") : "");
  }

  private static Map<String, String> environment(List<String> pairs) {
    Map<String, String> environment = new LinkedHashMap<>(pairs.size() * 4 / 3 + 1);
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        environment.putIfAbsent(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return environment;
  }

  private static Map<String, Limit> limits(WireReader in) throws ProtocolException {
    int count = in.length("limits", 20);
    Map<String, Limit> limits = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String name = in.string("limit name");
      limits.put(name, new Limit(in.u64(), in.u64()));
    }
    return limits;
  }
}
