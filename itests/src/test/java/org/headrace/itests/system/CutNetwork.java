package org.headrace.itests.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Hosts on one machine, each a network namespace on one bridge, whose cables can be cut, whole or
 * in one direction. This machine itself is on the bridge too, with {@link #own}.
 */
final class CutNetwork implements AutoCloseable {
  /** Nobody has it: what is sent there is lost without a word. */
  private static final String NOWHERE = "02:00:00:00:00:99";

  private static final int OWN = 254;

  private final int hosts;
  private final String name = "hr" + ThreadLocalRandom.current().nextInt(10_000, 100_000);

  /** Of the range for tests of networks. */
  private final String net = "198.18." + ThreadLocalRandom.current().nextInt(256) + ".";

  private CutNetwork(int hosts) {
    this.hosts = hosts;
  }

  /** Hosts 1 to {@code hosts}; skips the test where the machine lets us have none. */
  static CutNetwork of(int hosts) throws Exception {
    CutNetwork network = new CutNetwork(hosts);
    assumeTrue(network.tried("link", "show"), "needs the program ip");
    boolean allowed = network.tried("link", "add", network.name, "type", "bridge");
    assumeTrue(allowed, "needs the right to make network namespaces");
    try {
      network.build();
    } catch (IOException e) {
      network.close();
      assumeTrue(false, "network namespaces can't be used here: " + e.getMessage());
    }
    return network;
  }

  private void build() throws Exception {
    ip("addr", "add", own() + "/24", "dev", name);
    ip("link", "set", name, "up");
    for (int host = 1; host <= hosts; host++) {
      ip("netns", "add", namespace(host));
      ip(
          List.of("link", "add", cable(host), "type", "veth", "peer", "name", "eth0"),
          List.of("netns", namespace(host)));
      ip("link", "set", cable(host), "master", name, "up");
      ip("-n", namespace(host), "link", "set", "lo", "up");
      ip("-n", namespace(host), "addr", "add", address(host) + "/24", "dev", "eth0");
      ip("-n", namespace(host), "link", "set", "eth0", "up");
    }
  }

  /** Address of this machine. */
  String own() {
    return net + OWN;
  }

  String address(int host) {
    return net + host;
  }

  /** What starts a program on a host. */
  String[] on(int host) {
    return new String[] {"ip", "netns", "exec", namespace(host)};
  }

  /** Pulls a host's cable. */
  void isolate(int host) throws Exception {
    ip("link", "set", cable(host), "down");
  }

  /** What a host sends to another is lost; the other way all is well. */
  void mute(int host, int towards) throws Exception {
    ip(
        List.of("-n", namespace(host), "neigh", "replace", address(towards)),
        List.of("lladdr", NOWHERE, "dev", "eth0", "nud", "permanent"));
  }

  /** Mends all that was cut. */
  void heal() throws Exception {
    for (int host = 1; host <= hosts; host++) {
      ip("link", "set", cable(host), "up");
      for (int other = 1; other <= hosts; other++) {
        // There may be none.
        tried("-n", namespace(host), "neigh", "del", address(other), "dev", "eth0");
      }
    }
  }

  private String namespace(int host) {
    return name + "-" + host;
  }

  private String cable(int host) {
    return name + "v" + host;
  }

  private void ip(List<String> first, List<String> second) throws Exception {
    ip(Stream.of(first, second).flatMap(List::stream).toArray(String[]::new));
  }

  private void ip(String... arguments) throws Exception {
    Execution done = run(arguments);
    if (done.status() != 0) {
      throw new IOException(done.toString());
    }
  }

  private boolean tried(String... arguments) throws Exception {
    try {
      return run(arguments).status() == 0;
    } catch (IOException e) {
      // There is no such program.
      return false;
    }
  }

  private static Execution run(String... arguments) throws Exception {
    String[] command = Stream.concat(Stream.of("ip"), Stream.of(arguments)).toArray(String[]::new);
    return Execution.of(Path.of("/"), Map.of(), command).run();
  }

  @Override
  public void close() throws Exception {
    for (int host = 1; host <= hosts; host++) {
      tried("netns", "del", namespace(host));
    }
    tried("link", "del", name);
  }
}
