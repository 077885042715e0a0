package org.headrace.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports of this machine for daemons under test, each given out once. A port that the system found
 * free is anybody's again before the daemon binds it: every socket that sends gets one of the same
 * range. So these are outside of that range, and kept for this JVM by the lock of a file, which
 * other JVMs with tests respect and which goes with the process.
 */
public final class Ports {
  private static final int BLOCK = 20;
  private static final int FIRST = 10_000;
  // Where `headrace up` begins to look.
  private static final int LAST = 14_999;

  private static final Ports SHARED =
      new Ports(
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "headrace-ports-" + System.getProperty("user.name")),
          Ephemeral.ofThisMachine());

  private final Path directory;
  private final Ephemeral ephemeral;
  private final List<FileChannel> locked = new ArrayList<>();
  private int candidate;
  private int next;
  private int end;

  Ports(Path directory, Ephemeral ephemeral) {
    this.directory = directory;
    this.ephemeral = ephemeral;
  }

  /** A port that neither TCP nor UDP uses, and that no other test is given. */
  public static int free() {
    return SHARED.take(1);
  }

  /**
   * The first of several such ports, one after the other: a controller takes those behind its own,
   * too.
   *
   * @param count at most 20
   */
  public static int free(int count) {
    return SHARED.take(count);
  }

  synchronized int take(int count) {
    if (count > BLOCK) {
      throw new IllegalArgumentException(count + " ports: at most " + BLOCK + " at a time");
    }
    if (end - next < count) {
      nextBlock();
    }
    int first = next;
    next += count;
    return first;
  }

  private void nextBlock() {
    int low = ephemeral.outside(FIRST, LAST) ? FIRST : ephemeral.above(LAST - FIRST);
    for (; candidate < (LAST + 1 - FIRST) / BLOCK; candidate++) {
      int first = low + candidate * BLOCK;
      if (lock(first) && unused(first)) {
        candidate++;
        next = first;
        end = first + BLOCK;
        return;
      }
    }
    throw new IllegalStateException(
        "no ports left from %d to %d: others have them (%s), or daemons that were left running"
            .formatted(low, low + LAST - FIRST, directory));
  }

  private boolean lock(int first) {
    try {
      Files.createDirectories(directory);
      FileChannel file =
          FileChannel.open(
              directory.resolve(Integer.toString(first)),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (file.tryLock() == null) {
        file.close();
        return false;
      }
      locked.add(file);
      return true;
    } catch (java.nio.channels.OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("ports can't be reserved in " + directory, e);
    }
  }

  /** Somebody who knows nothing of the locks may be there. */
  private static boolean unused(int first) {
    for (int port = first; port < first + BLOCK; port++) {
      try (ServerSocket tcp = new ServerSocket(port);
          DatagramSocket udp = new DatagramSocket(port)) {
        if (tcp.getLocalPort() != udp.getLocalPort()) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  /**
   * The range from which the system takes a port for a socket that asked for none.
   *
   * @param first its first port
   * @param last its last port
   */
  record Ephemeral(int first, int last) {
    private static final int HIGHEST = 65_535;
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    static Ephemeral ofThisMachine() {
      // The kernel says it in one read or not at all.
      try (InputStream file = Files.newInputStream(RANGE)) {
        String[] words = new String(file.readNBytes(100), US_ASCII).trim().split("\\s+");
        return new Ephemeral(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
      } catch (IOException | NumberFormatException e) {
        return new Ephemeral(32_768, 60_999); // As Linux has it unless somebody changed it.
      }
    }

    boolean outside(int low, int high) {
      return high < first || low > last;
    }

    /** A machine that uses nearly all ports so leaves the locks alone to keep tests apart. */
    int above(int count) {
      return last + count <= HIGHEST ? last + 1 : FIRST;
    }
  }
}
