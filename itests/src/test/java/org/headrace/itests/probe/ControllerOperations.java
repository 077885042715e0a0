package org.headrace.itests.probe;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.headrace.api.job.Job;
import org.headrace.control.Control;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.control.plugin.Plugins;
import org.headrace.control.query.NodeStatus;
import org.headrace.control.query.Snapshot;
import org.headrace.protocol.codec.RecordCodec;
import org.osgi.framework.BundleContext;

/** What front ends do with a controller. */
final class ControllerOperations implements Operations {
  private final BundleContext context;
  private volatile Door door;

  ControllerOperations(BundleContext context) {
    this.context = context;
  }

  /** Loaded only in a container that has a controller. */
  private record Door(
      Control control, Plugins plugins, RecordCodec<Command> in, RecordCodec<Outcome> out) {}

  @Override
  public CompletableFuture<byte[]> run(Frames.Request request) throws Exception {
    return switch (request.operation()) {
      case "execute" -> execute(request);
      case "choose" -> {
        door().plugins.choose(request.text(0), request.text(1));
        yield text("");
      }
      case "plugins" -> text(plugins());
      case "jobs" -> text(jobs());
      case "counts" -> text(counts());
      case "nodes" -> text(nodes());
      case "reconfigure" ->
          door()
              .control
              .reconfigure(Actor.SYSTEM)
              .thenApply(door().out::encode)
              .toCompletableFuture();
      default -> null;
    };
  }

  private Door door() throws InterruptedException {
    Door known = door;
    if (known == null) {
      known =
          new Door(
              Services.await(context, Control.class),
              Services.await(context, Plugins.class),
              RecordCodec.of(Command.class),
              RecordCodec.of(Outcome.class));
      door = known;
    }
    return known;
  }

  private CompletableFuture<byte[]> execute(Frames.Request request) throws InterruptedException {
    Door to = door();
    Actor actor = new Actor(0, 0, "root", "root", false);
    return to.control
        .execute(to.in.decode(request.arguments()[0]), actor)
        .thenApply(to.out::encode)
        .toCompletableFuture();
  }

  private static CompletableFuture<byte[]> text(String text) {
    return CompletableFuture.completedFuture(text.getBytes(StandardCharsets.UTF_8));
  }

  private String plugins() throws InterruptedException {
    StringBuilder lines = new StringBuilder();
    for (PluginStatus plugin : door().plugins.list()) {
      lines
          .append(plugin.kind() + "/" + plugin.name())
          .append('\t')
          .append(plugin.state())
          .append('\t')
          .append(plugin.calls())
          .append('\t')
          .append(plugin.faults())
          .append('\t')
          .append(plugin.lastFault().replace('\n', ' '))
          .append('\n');
    }
    return lines.toString();
  }

  /** One line per job: id, state, restarts, flags, reason. */
  private String jobs() throws InterruptedException {
    StringBuilder lines = new StringBuilder();
    door().control.snapshot().jobs(row -> true, job -> lines.append(line(job)));
    return lines.toString();
  }

  private static String line(Job job) {
    return job.id()
        + "\t"
        + job.status().state()
        + "\t"
        + job.status().restarts()
        + "\t"
        + job.status().flags()
        + "\t"
        + job.status().reason()
        + "\n";
  }

  private String counts() throws InterruptedException {
    Map<String, Integer> counts = new TreeMap<>();
    door()
        .control
        .snapshot()
        .jobs(
            row -> {
              counts.merge(row.state() + (row.completing() ? "+" : ""), 1, Integer::sum);
              return false;
            },
            job -> {});
    return counts.toString();
  }

  /** One line per node: name, condition, CPUs held, memory held, number of jobs, completing. */
  private String nodes() throws InterruptedException {
    Snapshot snapshot = door().control.snapshot();
    StringBuilder lines = new StringBuilder();
    for (NodeDefinition node : snapshot.definition().nodes()) {
      NodeStatus status = snapshot.nodeStatus(node.name());
      lines
          .append(node.name())
          .append('\t')
          .append(status.view().state().acceptsJobs() ? "up" : status.view().state())
          .append('\t')
          .append(status.allocatedCpus())
          .append('\t')
          .append(status.allocatedMemory())
          .append('\t')
          .append(status.jobs().size())
          .append('\t')
          .append(status.completing())
          .append('\n');
    }
    return lines.toString();
  }
}
