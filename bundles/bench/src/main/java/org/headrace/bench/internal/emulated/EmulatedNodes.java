package org.headrace.bench.internal.emulated;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.credential.CredentialException;
import org.headrace.api.credential.MessageSigner;
import org.headrace.authkey.internal.KeySigner;
import org.headrace.bench.internal.BenchException;
import org.headrace.transport.DriverDirectory;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;
import org.headrace.transport.internal.AgentEnd;
import org.headrace.transport.internal.DutyThread;

/**
 * Nodes without machines, for clusters that are larger than what is at hand: each has its own
 * address of the loopback network, and its own link with the controller by the real transport.
 * Links share few threads.
 */
final class EmulatedNodes implements AutoCloseable {
  private static final int PER_THREAD = 2_000;
  private static final int ADDRESSES = 250;

  private final List<DutyThread> threads = new ArrayList<>();

  /** Of one thread. */
  private record Ends(List<AgentEnd> ends) implements DutyThread.Work {
    @Override
    public int doWork() {
      int done = 0;
      for (AgentEnd end : ends) {
        done += end.doWork();
      }
      return done;
    }

    @Override
    public void close() {
      ends.forEach(AgentEnd::close);
    }
  }

  private EmulatedNodes() {}

  /** The address of the node of this number, from 0. */
  static String address(int number) {
    return "127.1." + number / ADDRESSES + "." + (1 + number % ADDRESSES);
  }

  /**
   * Starts them; each connects by itself.
   *
   * @param shape what the nodes are
   * @param directory for what the links need
   * @param port UDP port of all nodes
   * @param controller where the controller listens
   * @param key file with the cluster's key
   */
  static EmulatedNodes start(
      NodeShape shape, Path directory, int port, NodeLinks.Address controller, Path key)
      throws IOException {
    KeySigner signer = new KeySigner();
    try {
      signer.open(Map.of("HeadraceKeyFile", key.toString()));
    } catch (CredentialException e) {
      throw new BenchException("the cluster's key can't be used: " + e.getMessage(), e);
    }
    EmulatedNodes nodes = new EmulatedNodes();
    try {
      for (int first = 0; first < shape.count(); first += PER_THREAD) {
        int end = Math.min(shape.count(), first + PER_THREAD);
        Path own = Files.createDirectories(directory.resolve("nodes" + first));
        nodes.open(shape, first, end, own, port, controller, signer);
      }
      return nodes;
    } catch (RuntimeException e) {
      nodes.close();
      throw e;
    }
  }

  private void open(
      NodeShape shape,
      int first,
      int end,
      Path directory,
      int port,
      NodeLinks.Address controller,
      MessageSigner signer) {
    Path place = DriverDirectory.of(directory, "links");
    DutyThread thread = DutyThread.open("emulated-nodes", place, DutyThread.MANY_PEERS);
    threads.add(thread);
    List<AgentEnd> ends = new ArrayList<>();
    for (int i = first; i < end; i++) {
      EmulatedNode node = new EmulatedNode(shape.name(i), shape.hardware());
      AgentEnd link =
          new AgentEnd(
              thread,
              new TransportSettings(place.toString(), address(i), port, signer),
              shape.name(i),
              List.of(controller),
              node);
      node.speaksBy(link);
      ends.add(link);
    }
    thread.start(new Ends(ends));
  }

  @Override
  public void close() {
    threads.forEach(DutyThread::close);
  }
}
