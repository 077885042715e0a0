package org.headrace.bench.internal.emulated;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import org.headrace.bench.internal.BenchException;

/**
 * Ports that nobody uses: the controller takes some after its own, see {@code SlurmctldPort}.
 *
 * @param controller the controller's
 */
public record Ports(int controller) {
  private static final int COUNT = 40;
  private static final int SHELL = 19;
  private static final int NODES = 18;
  private static final int PER_AGENT = 2;
  private static final int LEAST = 15_000;
  private static final int MOST = 31_000;
  private static final int TRIES = 200;

  int shell() {
    return controller + SHELL;
  }

  int nodes() {
    return controller + NODES;
  }

  /** Of an agent that has one to itself, from 1 on; it takes the next, too. */
  public int agent(int number) {
    return controller + NODES + PER_AGENT * number;
  }

  /** Some below the ephemeral range. */
  public static Ports free() {
    for (int i = 0; i < TRIES; i++) {
      int first = ThreadLocalRandom.current().nextInt(LEAST, MOST);
      if (areFree(first)) {
        return new Ports(first);
      }
    }
    throw new BenchException("found no " + COUNT + " free ports between " + LEAST + " and " + MOST);
  }

  private static boolean areFree(int first) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int port = first; port < first + COUNT; port++) {
      try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
          DatagramSocket udp = new DatagramSocket(port, loopback)) {
        if (tcp.getLocalPort() != udp.getLocalPort()) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }
}
