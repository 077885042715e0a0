package org.headrace.itests.container;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.headrace.authkey.internal.KeySigner;
import org.headrace.protocol.node.FromNode;
import org.headrace.transport.NodeLinks;

/** All fake nodes of a site, and what they were told to run. */
final class FakeNodes implements AutoCloseable {
  private final List<FakeNode> nodes = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, List<String>> launches = new ConcurrentHashMap<>();
  private final List<String> losses = new ArrayList<>();

  FakeNodes(Site site) throws Exception {
    KeySigner signer = new KeySigner();
    signer.open(site.settings());
    NodeLinks.Address controller = new NodeLinks.Address("127.0.0.1", site.port());
    Path links = site.directory().resolve("links");
    try {
      for (Map.Entry<String, Integer> node : site.nodes().entrySet()) {
        nodes.add(
            new FakeNode(
                node.getKey(),
                FakeNode.settings(links.resolve(node.getKey()).toString(), node.getValue(), signer),
                controller,
                this,
                timer));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  void launched(String node, FromNode.HeldStep step) {
    launches
        .computeIfAbsent(
            "step %d of job %d".formatted(step.stepId(), step.jobId()),
            key -> new CopyOnWriteArrayList<>())
        .add("run %d on %s".formatted(step.restarts(), node));
  }

  synchronized void lost(String what) {
    losses.add(what);
  }

  /** By step, what ran of it and where. */
  Map<String, List<String>> launches() {
    return launches;
  }

  /** Breaks of the connection so far. */
  synchronized List<String> losses() {
    return List.copyOf(losses);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    nodes.forEach(FakeNode::close);
  }
}
