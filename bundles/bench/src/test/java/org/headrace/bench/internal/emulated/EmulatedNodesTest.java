package org.headrace.bench.internal.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.headrace.authkey.internal.KeySigner;
import org.headrace.protocol.codec.CodecException;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.headrace.transport.DriverDirectory;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmulatedNodesTest {
  private static final RecordCodec<FromNode> IN = RecordCodec.of(FromNode.class);
  private static final RecordCodec<ToNode> OUT = RecordCodec.of(ToNode.class);
  private static final long SECONDS = 60;

  private final BlockingQueue<Map.Entry<String, FromNode>> said = new LinkedBlockingQueue<>();

  @TempDir Path folder;

  private final NodeLinks.Listener controller =
      new NodeLinks.Listener() {
        @Override
        public void connected(String node) {
          // It registers.
        }

        @Override
        public void message(String node, byte[] message) {
          try {
            said.add(Map.entry(node, IN.decode(message)));
          } catch (CodecException e) {
            throw new IllegalStateException(e);
          }
        }

        @Override
        public void disconnected(String node, String why) {
          // It connects again.
        }
      };

  @Test
  void eachRegistersByItsNameAndAnswers() throws Exception {
    Path key = folder.resolve("key");
    Files.writeString(key, "k".repeat(64));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    KeySigner signer = new KeySigner();
    signer.open(Map.of("HeadraceKeyFile", key.toString()));
    Ports ports = Ports.free();
    NodeShape shape = NodeShape.of(3);
    NodeLinks.Address address = new NodeLinks.Address("127.0.0.1", ports.controller());
    Map<String, NodeLinks.Address> nodes = new HashMap<>();
    for (int i = 0; i < shape.count(); i++) {
      nodes.put(shape.name(i), new NodeLinks.Address(EmulatedNodes.address(i), ports.nodes()));
    }
    TransportSettings settings =
        new TransportSettings(
            DriverDirectory.of(folder, "controller").toString(),
            address.host(),
            address.port(),
            signer);
    try (NodeLinks links = NodeLinks.open(settings, 0, controller);
        EmulatedNodes emulated = EmulatedNodes.start(shape, folder, ports.nodes(), address, key)) {
      assertThat(emulated).isNotNull();
      links.nodes(nodes);
      Set<String> registered = new TreeSet<>();
      while (registered.size() < shape.count()) {
        Map.Entry<String, FromNode> next = next();
        assertThat(next.getValue())
            .isInstanceOfSatisfying(
                FromNode.Register.class,
                report -> {
                  assertThat(report.node()).isEqualTo(next.getKey());
                  assertThat(report.hardware()).isEqualTo(shape.hardware());
                });
        registered.add(next.getKey());
      }
      links.send("c2", OUT.encode(new ToNode.Ping()));
      Map.Entry<String, FromNode> answer = next();
      while (answer.getValue() instanceof FromNode.Register) {
        answer = next(); // A busy machine: a link was made twice.
      }
      assertThat(answer.getKey()).isEqualTo("c2");
      assertThat(answer.getValue()).isInstanceOf(FromNode.Alive.class);
    }
  }

  private Map.Entry<String, FromNode> next() throws InterruptedException {
    Map.Entry<String, FromNode> next = said.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("nothing was said for %d s", SECONDS).isNotNull();
    return next;
  }
}
