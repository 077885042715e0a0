package org.headrace.bench.internal.emulated;

import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.api.job.Usage;
import org.headrace.api.model.NodeHardware;
import org.headrace.bench.internal.BenchException;
import org.headrace.protocol.codec.CodecException;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.headrace.transport.ControllerLink;
import org.headrace.transport.internal.AgentEnd;

/**
 * Says what the agent of a node would say, and runs nothing: a batch script ends as soon as it is
 * launched, an allocation lasts until it is released.
 *
 * <p>Lives on the thread of its links.
 */
final class EmulatedNode implements ControllerLink.Listener {
  private static final RecordCodec<FromNode> OUT = RecordCodec.of(FromNode.class);
  private static final RecordCodec<ToNode> IN = RecordCodec.of(ToNode.class);

  private final String name;
  private final NodeHardware hardware;
  private final long started = System.currentTimeMillis();
  private long lastReport = started * 1_000;
  private AgentEnd end;

  EmulatedNode(String name, NodeHardware hardware) {
    this.name = name;
    this.hardware = hardware;
  }

  void speaksBy(AgentEnd agentEnd) {
    end = agentEnd;
  }

  private void say(FromNode message) {
    end.send(OUT.encode(message));
  }

  private void report(FromNode.News news) {
    say(new FromNode.Report(++lastReport, news));
  }

  @Override
  public void connected() {
    say(
        new FromNode.Register(
            name,
            hardware,
            List.of(),
            "emulated",
            "emulated",
            "emulated",
            started,
            started,
            0,
            hardware.memory(),
            name,
            List.of()));
  }

  @Override
  public void message(byte[] bytes) {
    ToNode message;
    try {
      message = IN.decode(bytes);
    } catch (CodecException e) {
      throw new BenchException("the controller sent what can't be read: " + e.getMessage(), e);
    }
    if (message instanceof ToNode.Ping) {
      say(new FromNode.Alive(0, hardware.memory()));
    } else if (message instanceof ToNode.Prepare prepare) {
      ready(prepare.job());
    } else if (message instanceof ToNode.Launch launch) {
      ready(launch.job());
      end(launch.job(), launch.step());
    } else if (message instanceof ToNode.Release release) {
      report(new FromNode.Released(release.job().id(), release.restarts(), ""));
    }
  }

  private void ready(Job job) {
    report(new FromNode.Ready(job.id(), job.status().restarts()));
  }

  private void end(Job job, Step step) {
    report(
        new FromNode.StepEnded(
            job.id(),
            job.status().restarts(),
            step.id(),
            ExitStatus.SUCCESS,
            Usage.NONE,
            false,
            ""));
  }

  @Override
  public void disconnected(String why) {
    // It connects again by itself.
  }
}
