package org.headrace.controller.internal.nodes;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.headrace.protocol.node.ToNode;

/**
 * The fences of one parallel program. A fence is over when every node has brought its share; it is
 * forgotten when every node has passed it. So at any time there are at most two: nobody comes to
 * the next but one before all have passed the last.
 */
final class FencedStep {
  /** Tasks of a program that are together: those of a component on a node. */
  record Place(long jobId, String node) {}

  /**
   * Fences of which something may be known: after a change of the controller the nodes say one by
   * one in which of two they are, and which they have passed.
   */
  static final int MAX_ROUNDS = 4;

  private static final class Round {
    final Map<Place, byte[]> shares = new HashMap<>();
    final Set<Place> waiting = new LinkedHashSet<>();
    final Set<Place> passed = new HashSet<>();
    final Set<Place> asked = new HashSet<>();
    byte[] result;
    long bytes;
  }

  private final int owner;
  private final int stepId;
  private final int restarts;
  private final Set<Place> places;
  private final BiConsumer<String, ToNode> send;
  private final Handout handout;
  private final TreeMap<Integer, Round> rounds = new TreeMap<>();
  private final Set<Place> ended = new HashSet<>();
  private int forgotten;
  private String failure = "";

  /**
   * @param owner number of the user whose program it is
   * @param restarts which run of the job it is
   * @param places where its tasks are, in the order in which shares are joined
   * @param send sends a message to a node
   * @param handout sends what all have brought
   */
  FencedStep(
      int owner,
      int stepId,
      int restarts,
      List<Place> places,
      BiConsumer<String, ToNode> send,
      Handout handout) {
    this.owner = owner;
    this.stepId = stepId;
    this.restarts = restarts;
    this.places = new LinkedHashSet<>(places);
    this.send = send;
    this.handout = handout;
  }

  int owner() {
    return owner;
  }

  int restarts() {
    return restarts;
  }

  /** What is kept. */
  long bytes() {
    return rounds.values().stream().mapToLong(round -> round.bytes).sum();
  }

  /** What is kept for the largest fence. */
  long largest() {
    return rounds.values().stream().mapToLong(round -> round.bytes).max().orElse(0);
  }

  /** Tasks wait in a fence, or say again what they brought to it. */
  void share(Place place, int number, byte[] pairs) {
    if (!failure.isEmpty()) {
      tellFailure(place);
      return;
    }
    if (!places.contains(place) || number <= forgotten) {
      return;
    }
    // Who is here has been through all before.
    List.copyOf(rounds.headMap(number).keySet()).forEach(before -> passed(place, before));
    Round round = round(number);
    if (round == null) {
      return;
    }
    if (!round.passed.contains(place)) {
      round.waiting.add(place);
    }
    if (round.result != null) {
      tell(place, number, round);
      return;
    }
    if (round.shares.putIfAbsent(place, pairs) == null) {
      round.bytes += pairs.length;
    }
    if (round.shares.size() == places.size()) {
      join(number, round);
    } else {
      round.passed.forEach(other -> ask(other, number, round));
    }
  }

  /** Null, and the program is over, if the nodes say what can't be. */
  private Round round(int number) {
    Round round = rounds.computeIfAbsent(number, any -> new Round());
    if (rounds.size() > MAX_ROUNDS) {
      fail("its nodes are in more than " + MAX_ROUNDS + " different barriers");
      return null;
    }
    return round;
  }

  private void join(int number, Round round) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    places.forEach(place -> all.writeBytes(round.shares.get(place)));
    round.result = all.toByteArray();
    round.shares.clear();
    List.copyOf(round.waiting).forEach(place -> tell(place, number, round));
  }

  private void tell(Place place, int number, Round round) {
    if (!round.passed.contains(place)) {
      handout.give(
          this, place, new ToNode.Fenced(place.jobId(), restarts, stepId, number, round.result));
    }
  }

  /**
   * Only a controller before this one had the share of who has passed already. It is asked once: it
   * may be large, and many may wait.
   */
  private void ask(Place place, int number, Round round) {
    if (round.result == null
        && !round.waiting.isEmpty()
        && !round.shares.containsKey(place)
        && round.asked.add(place)) {
      send.accept(place.node(), new ToNode.AskShare(place.jobId(), restarts, stepId, number));
    }
  }

  /** Tasks have what all brought to a fence. */
  void passed(Place place, int number) {
    if (!failure.isEmpty() || !places.contains(place) || number <= forgotten) {
      return;
    }
    handout.taken(this, place, number);
    Round round = round(number);
    if (round == null) {
      return;
    }
    round.passed.add(place);
    round.waiting.remove(place);
    if (round.passed.size() == places.size()) {
      rounds.headMap(number, true).clear();
      forgotten = number;
    } else {
      ask(place, number, round);
    }
  }

  /** The way to a node was broken: what it was asked for may never have reached it. */
  void lostSight(String node) {
    rounds.values().forEach(round -> round.asked.removeIf(place -> place.node().equals(node)));
  }

  /** Tasks have ended, and come to no fence any more. */
  void ended(Place place) {
    if (places.contains(place)) {
      ended.add(place);
      handout.gone(this, place);
    }
  }

  boolean anyEnded() {
    return !ended.isEmpty();
  }

  /**
   * Whether tasks wait for what will never come.
   *
   * @param left where tasks still run, as far as the state says
   */
  boolean missesForEver(Set<Place> left) {
    for (Round round : rounds.values()) {
      boolean waits = round.result == null && !round.waiting.isEmpty();
      for (Place place : places) {
        if (waits && !round.shares.containsKey(place) && !runs(place, left)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean runs(Place place, Set<Place> left) {
    return left.contains(place) && !ended.contains(place);
  }

  /** The program can't go on. Who comes later is told too. */
  void fail(String why) {
    if (failure.isEmpty()) {
      failure = why;
      rounds.clear();
      handout.gone(this);
      places.forEach(this::tellFailure);
    }
  }

  private void tellFailure(Place place) {
    send.accept(place.node(), new ToNode.StepFailed(place.jobId(), restarts, stepId, failure));
  }
}
