package org.headrace.controller.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Usage;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.headrace.transport.ControllerLink;
import org.headrace.transport.NodeLinks;
import org.headrace.transport.TransportSettings;

/**
 * An agent whose steps are over as soon as they have started, unless it is told to hold them. It
 * keeps what it has to report until the controller has it, over breaks of the connection.
 */
public final class FakeAgent implements ControllerLink.Listener, AutoCloseable {
  private static final RecordCodec<ToNode> IN = RecordCodec.of(ToNode.class);
  private static final RecordCodec<FromNode> OUT = RecordCodec.of(FromNode.class);
  private static final long STARTED = System.currentTimeMillis();

  private final String node;
  private final int cores;
  private final ControllerLink link;
  private final Map<FromNode.HeldStep, Integer> launches = new HashMap<>();
  private final Map<FromNode.HeldStep, Boolean> held = new HashMap<>();
  private final TreeMap<Long, FromNode.News> unsafe = new TreeMap<>();
  private long numbers;
  private boolean connected;
  private boolean holding;
  private int welcomes;
  private int executed;
  private int released;

  public FakeAgent(String node, int cores, int port, int controllerPort, String directory) {
    this.node = node;
    this.cores = cores;
    link =
        ControllerLink.open(
            new TransportSettings(directory, "127.0.0.1", port, new SharedKey()),
            node,
            List.of(new NodeLinks.Address("127.0.0.1", controllerPort)),
            this);
  }

  @Override
  public synchronized void connected() {
    connected = true;
    List<FromNode.HeldStep> steps = new ArrayList<>(held.keySet());
    for (FromNode.News news : unsafe.values()) {
      if (news instanceof FromNode.StepEnded ended) {
        steps.add(new FromNode.HeldStep(ended.jobId(), ended.restarts(), ended.stepId()));
      }
    }
    send(
        new FromNode.Register(
            node,
            Samples.hardware(cores),
            List.of(),
            "1",
            "Linux",
            "x86_64",
            STARTED - 100_000,
            STARTED,
            0,
            8_000,
            node,
            steps));
  }

  @Override
  public synchronized void disconnected(String why) {
    connected = false;
  }

  @Override
  public synchronized void message(byte[] bytes) {
    ToNode message = IN.decode(bytes);
    if (message instanceof ToNode.Welcome) {
      welcomes++;
      unsafe.forEach((number, news) -> send(new FromNode.Report(number, news)));
    } else if (message instanceof ToNode.Safe safe) {
      unsafe.headMap(safe.number(), true).clear();
    } else if (message instanceof ToNode.Prepare prepare) {
      report(new FromNode.Ready(prepare.job().id(), prepare.job().status().restarts()));
    } else if (message instanceof ToNode.Launch launch) {
      launch(launch);
    } else if (message instanceof ToNode.Release release) {
      released++;
      held.keySet().removeIf(step -> step.jobId() == release.job().id());
      report(new FromNode.Released(release.job().id(), release.restarts(), ""));
    } else if (message instanceof ToNode.Ping) {
      send(new FromNode.Alive(0, 8_000));
    }
  }

  private void launch(ToNode.Launch launch) {
    FromNode.HeldStep step =
        new FromNode.HeldStep(
            launch.job().id(), launch.job().status().restarts(), launch.step().id());
    if (launches.merge(step, 1, Integer::sum) > 1) {
      return;
    }
    executed++;
    if (holding) {
      held.put(step, true);
    } else {
      ended(step);
    }
  }

  private void ended(FromNode.HeldStep step) {
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
    unsafe.put(++numbers, news);
    send(new FromNode.Report(numbers, news));
  }

  private void send(FromNode message) {
    if (connected) {
      link.send(OUT.encode(message));
    }
  }

  /** From now on steps go on until they are told to end. */
  public synchronized void hold(boolean on) {
    holding = on;
  }

  /** Ends the steps that were held. */
  public synchronized void endHeld() {
    List<FromNode.HeldStep> steps = new ArrayList<>(held.keySet());
    held.clear();
    steps.forEach(this::ended);
  }

  public synchronized int heldSteps() {
    return held.size();
  }

  /** How many steps were started; a repeated order for one is none. */
  public synchronized int executed() {
    return executed;
  }

  public synchronized int released() {
    return released;
  }

  /** How often a controller has taken it in. */
  public synchronized int welcomes() {
    return welcomes;
  }

  /** Whether some job was started in more than one run. */
  public synchronized boolean any(Predicate<FromNode.HeldStep> test) {
    return launches.keySet().stream().anyMatch(test);
  }

  @Override
  public void close() {
    link.close();
  }
}
