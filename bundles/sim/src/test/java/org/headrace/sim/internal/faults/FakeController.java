package org.headrace.sim.internal.faults;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Usage;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.NodeReport;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.event.Event;
import org.headrace.controller.internal.nodes.NodeMessenger;
import org.headrace.controller.internal.nodes.Reports;
import org.headrace.core.PublishedState;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;

/**
 * One life of the controller towards its nodes: what {@code NodeLiaison} does, over a made-up
 * network. What agents are told, and what becomes of their reports, is the real code's.
 */
final class FakeController implements Network.Controller {
  private final World world;
  private final Network network;
  private final NodeMessenger messenger;
  private final Set<String> atWork = new HashSet<>();
  private final Map<String, Boolean> reportedAway = new HashMap<>();

  FakeController(World world, Network network) {
    this.world = world;
    this.network = network;
    messenger = new NodeMessenger(network::toNode);
  }

  /** Carries out what happened. */
  void applied(List<Event> events) {
    PublishedState state = world.state();
    for (Event event : events) {
      if (event instanceof Event.Configured) {
        listen();
      }
      if (NodeMessenger.concernsNodes(event)) {
        messenger.on(event, state);
      }
    }
  }

  /** Talks to the nodes of the configuration, and to nobody else. */
  void listen() {
    if (world.state().definition() != null) {
      network.known(
          world.state().definition().nodes().stream()
              .map(NodeDefinition::name)
              .collect(Collectors.toSet()));
    }
  }

  /** After a start, nodes that haven't come back by now are away. */
  void reportAbsent() {
    for (NodeDefinition node : world.state().definition().nodes()) {
      if (!atWork.contains(node.name())) {
        responds(node.name(), false);
      }
    }
  }

  @Override
  public void disconnected(String node) {
    atWork.remove(node);
    responds(node, false);
  }

  private void responds(String node, boolean responding) {
    Boolean away = reportedAway.put(node, !responding);
    if (away == null || away == responding) {
      world.apply(new Command.NodeResponds(node, responding), Actor.SYSTEM);
    }
  }

  @Override
  public void message(String node, FromNode message) {
    if (message instanceof FromNode.Register register) {
      register(node, register);
    } else if (message instanceof FromNode.Report report) {
      Outcome outcome = world.apply(Reports.command(node, report.news()), Actor.SYSTEM);
      if (!(outcome instanceof Outcome.Rejected rejected) || Reports.settled(rejected.code())) {
        network.toNode(node, new ToNode.Safe(report.number()));
      }
    }
  }

  private void register(String node, FromNode.Register register) {
    NodeReport report = Reports.registration(node, register);
    responds(node, true);
    if (world.apply(new Command.RegisterNode(report), Actor.SYSTEM) instanceof Outcome.Rejected) {
      return;
    }
    atWork.add(node);
    messenger.resume(
        node,
        world.state(),
        (job, step) ->
            world.apply(
                new Command.StepEnded(
                    job.id(),
                    job.status().restarts(),
                    step.id(),
                    node,
                    new ExitStatus(1, 0),
                    Usage.NONE,
                    false,
                    "the node was restarted while the step ran"),
                Actor.SYSTEM),
        (job, restarts, step) ->
            report.steps().contains(new NodeReport.HeldStep(job, restarts, step)),
        report.bootTime());
  }
}
