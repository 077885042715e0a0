package org.headrace.controller.internal.nodes;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.headrace.protocol.node.ToNode;

/**
 * Hands what a fence brought together to the nodes, so many bytes at a time: all of it goes to each
 * of them, and what the network hasn't taken yet waits in memory, once for each. The next is sent
 * when one says that its tasks have it, or is gone. A user's program may never say so; that keeps
 * up that user's others alone, as one message of each user may be on its way in any case. What
 * these have is bounded by what is kept of all steps ({@link Fences#MAX_BYTES}). Lives on the
 * thread of the links.
 */
final class Handout {
  /** What may be on its way to all nodes together, in bytes, but for one message of each user. */
  static final long MAX_UNDER_WAY_BYTES = 32L << 20;

  private final BiConsumer<String, ToNode> send;
  private final Map<Integer, Lane> lanes = new LinkedHashMap<>();
  private long bytes;

  /** Who is to be told of which fence. A step is the one it is, whatever it knows by now. */
  private record Ticket(FencedStep step, FencedStep.Place place, int round) {}

  /** What is for one user's programs, in the order in which it came. */
  private static final class Lane {
    final Map<Ticket, ToNode.Fenced> waiting = new LinkedHashMap<>();
    final Map<Ticket, Integer> underWay = new HashMap<>();
  }

  /**
   * @param send sends a message to a node
   */
  Handout(BiConsumer<String, ToNode> send) {
    this.send = send;
  }

  /** A place is to be told. One that was, and asks again, hasn't got it: it is told at once. */
  void give(FencedStep step, FencedStep.Place place, ToNode.Fenced message) {
    Ticket ticket = new Ticket(step, place, message.round());
    Lane lane = lanes.computeIfAbsent(step.owner(), any -> new Lane());
    if (lane.underWay.containsKey(ticket)) {
      send.accept(place.node(), message);
      return;
    }
    lane.waiting.put(ticket, message);
    goOn();
  }

  /** A place has it. */
  void taken(FencedStep step, FencedStep.Place place, int round) {
    Lane lane = lanes.get(step.owner());
    if (lane == null) {
      return;
    }
    Ticket ticket = new Ticket(step, place, round);
    lane.waiting.remove(ticket);
    Integer size = lane.underWay.remove(ticket);
    if (size != null) {
      bytes -= size;
      goOn();
    }
  }

  /** A place takes nothing any more. */
  void gone(FencedStep step, FencedStep.Place place) {
    drop(ticket -> ticket.step() == step && ticket.place().equals(place));
  }

  /** The way to a node is broken: its agent asks again when it is back. */
  void gone(String node) {
    drop(ticket -> ticket.place().node().equals(node));
  }

  /** Nobody is to be told of this step's fences any more. */
  void gone(FencedStep step) {
    drop(ticket -> ticket.step() == step);
  }

  private void drop(Predicate<Ticket> which) {
    for (Lane lane : lanes.values()) {
      lane.waiting.keySet().removeIf(which);
      for (Iterator<Map.Entry<Ticket, Integer>> all = lane.underWay.entrySet().iterator();
          all.hasNext(); ) {
        Map.Entry<Ticket, Integer> one = all.next();
        if (which.test(one.getKey())) {
          bytes -= one.getValue();
          all.remove();
        }
      }
    }
    goOn();
  }

  private void goOn() {
    lanes.values().forEach(this::goOn);
    lanes.values().removeIf(lane -> lane.waiting.isEmpty() && lane.underWay.isEmpty());
  }

  private void goOn(Lane lane) {
    Iterator<Map.Entry<Ticket, ToNode.Fenced>> next = lane.waiting.entrySet().iterator();
    while (next.hasNext()) {
      Map.Entry<Ticket, ToNode.Fenced> one = next.next();
      int size = one.getValue().pairs().length;
      if (!lane.underWay.isEmpty() && bytes + size > MAX_UNDER_WAY_BYTES) {
        return;
      }
      next.remove();
      lane.underWay.put(one.getKey(), size);
      bytes += size;
      send.accept(one.getKey().place().node(), one.getValue());
    }
  }
}
