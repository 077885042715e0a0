package org.headrace.itests.container;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.headrace.api.credential.MessageSigner;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Usage;
import org.headrace.api.model.NodeHardware;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.headrace.transport.ControllerLink;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;

/**
 * An agent that speaks the real protocol over the real links, and whose steps are nothing but a
 * short time that passes.
 */
final class FakeNode implements ControllerLink.Listener, AutoCloseable {
  private static final RecordCodec<FromNode> OUT = RecordCodec.of(FromNode.class);
  private static final RecordCodec<ToNode> IN = RecordCodec.of(ToNode.class);

  private final String name;
  private final FakeNodes all;
  private final ScheduledExecutorService timer;
  private final long started = System.currentTimeMillis();
  private final Map<Long, FromNode.News> unsafe = new TreeMap<>();
  private final Set<FromNode.HeldStep> running = new HashSet<>();
  private final Set<FromNode.HeldStep> known = new HashSet<>();
  private final ControllerLink link;
  private long reports;

  FakeNode(
      String name,
      TransportSettings settings,
      NodeLinks.Address controller,
      FakeNodes all,
      ScheduledExecutorService timer) {
    this.name = name;
    this.all = all;
    this.timer = timer;
    link = ControllerLink.open(settings, name, List.of(controller), this);
  }

  static TransportSettings settings(String directory, int port, MessageSigner signer) {
    return new TransportSettings(directory, "127.0.0.1", port, signer);
  }

  @Override
  public synchronized void connected() {
    send(
        new FromNode.Register(
            name,
            new NodeHardware(1, 1, Site.CPUS, 1, Site.MEMORY, 0),
            List.of(),
            "fake",
            "Linux",
            "x86_64",
            started - 1000,
            started,
            0,
            Site.MEMORY,
            name,
            held()));
    new ArrayList<>(unsafe.entrySet())
        .forEach(entry -> send(new FromNode.Report(entry.getKey(), entry.getValue())));
  }

  /** What runs here, or has ended and the controller may not know. */
  private List<FromNode.HeldStep> held() {
    List<FromNode.HeldStep> held = new ArrayList<>(running);
    for (FromNode.News news : unsafe.values()) {
      if (news instanceof FromNode.StepEnded ended) {
        held.add(new FromNode.HeldStep(ended.jobId(), ended.restarts(), ended.stepId()));
      }
    }
    return held;
  }

  @Override
  public synchronized void message(byte[] bytes) {
    ToNode message = IN.decode(bytes);
    if (message instanceof ToNode.Ping) {
      send(new FromNode.Alive(0, Site.MEMORY));
    } else if (message instanceof ToNode.Prepare prepare) {
      report(new FromNode.Ready(prepare.job().id(), prepare.job().status().restarts()));
    } else if (message instanceof ToNode.Launch launch) {
      launch(launch);
    } else if (message instanceof ToNode.Release release) {
      report(new FromNode.Released(release.job().id(), release.restarts(), ""));
    } else if (message instanceof ToNode.Safe safe) {
      unsafe.keySet().removeIf(number -> number <= safe.number());
    }
  }

  /** What is said again after a break of the connection is no second order. */
  private void launch(ToNode.Launch launch) {
    long job = launch.job().id();
    FromNode.HeldStep step =
        new FromNode.HeldStep(job, launch.job().status().restarts(), launch.step().id());
    if (!known.add(step)) {
      return;
    }
    all.launched(name, step);
    running.add(step);
    timer.schedule(
        () -> ended(step), ThreadLocalRandom.current().nextInt(1, 30), TimeUnit.MILLISECONDS);
  }

  private synchronized void ended(FromNode.HeldStep step) {
    running.remove(step);
    report(
        new FromNode.StepEnded(
            step.jobId(),
            step.restarts(),
            step.stepId(),
            ExitStatus.SUCCESS,
            Usage.NONE,
            false,
            ""));
  }

  private void report(FromNode.News news) {
    long number = ++reports;
    unsafe.put(number, news);
    send(new FromNode.Report(number, news));
  }

  private void send(FromNode message) {
    link.send(OUT.encode(message));
  }

  @Override
  public void disconnected(String why) {
    all.lost(name + ": " + why);
  }

  @Override
  public void close() {
    link.close();
  }
}
