package org.headrace.sim.internal.faults;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;

/**
 * Sessions between the controller and its agents, with the promises of the real links and no more:
 * within a session messages come in order, perhaps twice; what is lost ends the session, which both
 * sides learn later, and nothing of an old session comes in a new one. Between nodes any order is
 * possible.
 */
final class Network {
  private static final RecordCodec<ToNode> OUT = RecordCodec.of(ToNode.class);
  private static final RecordCodec<FromNode> IN = RecordCodec.of(FromNode.class);
  private static final int LOST_OF = 100;
  private static final int TWICE_OF = 12;

  /** Who hears of messages and of sessions that end. */
  interface Controller {
    void message(String node, FromNode message);

    void disconnected(String node);
  }

  private final Agenda agenda;
  private final Random random;
  private final Tally tally;
  private final Map<String, FakeAgent> agents = new TreeMap<>();
  private final Map<String, Long> sessions = new HashMap<>();
  private final Map<String, Long> lastArrival = new HashMap<>();
  private final Set<String> cut = new HashSet<>();
  private Set<String> known = Set.of();
  private Controller controller;
  private long lastSession;
  private boolean calm;

  Network(Agenda agenda, Random random, Tally tally) {
    this.agenda = agenda;
    this.random = random;
    this.tally = tally;
  }

  void add(FakeAgent agent) {
    agents.put(agent.name(), agent);
  }

  /** A controller that has come, or null for none; all sessions are over. */
  void controller(Controller newController) {
    controller = newController;
    agents.keySet().forEach(this::end);
  }

  void cut(String node) {
    cut.add(node);
    end(node);
  }

  void heal(String node) {
    cut.remove(node);
  }

  /** Only these nodes are talked to. */
  void known(Set<String> nodes) {
    known = nodes;
    agents.keySet().stream().filter(node -> !nodes.contains(node)).forEach(this::end);
  }

  /** From now on nothing is lost. */
  void calm() {
    calm = true;
    cut.clear();
  }

  /** True when a new session could be begun. */
  boolean connect(String node) {
    if (controller == null || cut.contains(node) || !known.contains(node)) {
      return false;
    }
    sessions.put(node, ++lastSession);
    return true;
  }

  void end(String node) {
    agenda.tell("session ends of", node);
    Long session = sessions.remove(node);
    if (session == null) {
      return;
    }
    Controller then = controller;
    agenda.in(random.nextInt(3000), () -> agents.get(node).disconnected(session));
    agenda.in(
        random.nextInt(3000),
        () -> {
          if (controller == then && then != null && !sessions.containsKey(node)) {
            then.disconnected(node);
          }
        });
  }

  long session(String node) {
    return sessions.getOrDefault(node, 0L);
  }

  void toNode(String node, ToNode message) {
    byte[] bytes = OUT.encode(message);
    carry(
        node,
        "to " + node,
        () -> {
          agenda.tell("to " + node, message);
          agents.get(node).message(OUT.decode(bytes));
        });
  }

  void toController(String node, FromNode message) {
    byte[] bytes = IN.encode(message);
    carry(node, "from " + node, () -> controller.message(node, IN.decode(bytes)));
  }

  private void carry(String node, String way, Runnable delivery) {
    long session = session(node);
    if (session == 0) {
      return;
    }
    if (!calm && random.nextInt(LOST_OF) == 0) {
      tally.count("message lost");
      end(node);
      return;
    }
    int times = random.nextInt(TWICE_OF) == 0 ? 2 : 1;
    if (times == 2) {
      tally.count("message twice");
    }
    for (int i = 0; i < times; i++) {
      long arrival =
          Math.max(
              agenda.now() + 1 + random.nextInt(random.nextInt(10) == 0 ? 2000 : 40),
              lastArrival.getOrDefault(way, 0L));
      lastArrival.put(way, arrival);
      agenda.in(
          arrival - agenda.now(),
          () -> {
            if (session(node) == session) {
              delivery.run();
            }
          });
    }
  }
}
