package org.headrace.transport.internal;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.headrace.transport.NodeLinks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes to which there should be ways, and what is known of their addresses. A node whose name
 * has no address keeps no other from being reached; it is asked for again, and so are names of
 * nodes that aren't heard: they may mean another machine by now.
 *
 * <p>Lives on the {@link DutyThread}.
 */
final class Roll {
  private static final Logger LOG = LoggerFactory.getLogger(Roll.class);

  /** Opening a way to a node takes a moment in which the others aren't listened to. */
  private static final int AT_ONCE = 16;

  /** Names that are asked for again at a time, of very many that are silent. */
  private static final int AGAIN_AT_ONCE = 64;

  private final Lookups lookups;
  private final Map<String, NodeLinks.Address> nodes = new HashMap<>();

  /** Names that were never asked for, in their order. */
  private final Map<String, NodeLinks.Address> fresh = new LinkedHashMap<>();

  /** Names without an answer yet. */
  private final Map<String, NodeLinks.Address> asked = new HashMap<>();

  /** Answers that nothing has been made of yet. */
  private final Map<String, InetAddress> found = new LinkedHashMap<>();

  private final Set<String> unknown = new HashSet<>();

  /** Nodes whose addresses are worth asking for again, the next one first. */
  private final Map<String, NodeLinks.Address> again = new LinkedHashMap<>();

  /** Is told of a node's address. */
  interface Linker {
    /** Returns false if there is no way there for now. */
    boolean link(String name, InetAddress host, int port);
  }

  Roll(Lookups lookups) {
    this.lookups = lookups;
  }

  /** True if a node of that address is in the list. */
  boolean lists(String name, NodeLinks.Address address) {
    return address != null && address.equals(nodes.get(name));
  }

  /** True for a node that is in the list, and for any before there is a list. */
  boolean mayCome(String name) {
    return nodes.isEmpty() || nodes.containsKey(name);
  }

  /**
   * Sets which nodes there are.
   *
   * @param linked those to which there are ways already
   */
  void set(Map<String, NodeLinks.Address> next, Set<String> linked) {
    nodes.clear();
    nodes.putAll(next);
    fresh.clear();
    fresh.putAll(next);
    fresh.keySet().removeAll(linked);
    asked.clear();
    found.clear();
    unknown.clear();
    again.clear();
    next.forEach(
        (name, address) -> {
          if (Lookups.literal(address.host()) == null) {
            again.put(name, address);
          }
        });
  }

  /** Asks for some addresses, and passes some on; returns how many. */
  int work(Linker linker) {
    Iterator<Map.Entry<String, NodeLinks.Address>> next = fresh.entrySet().iterator();
    for (int i = 0; i < AT_ONCE && next.hasNext(); i++) {
      Map.Entry<String, NodeLinks.Address> node = next.next();
      next.remove();
      ask(node.getKey(), node.getValue());
    }
    int done = 0;
    for (Iterator<Map.Entry<String, InetAddress>> known = found.entrySet().iterator();
        done < AT_ONCE && known.hasNext();
        done++) {
      Map.Entry<String, InetAddress> node = known.next();
      known.remove();
      NodeLinks.Address address = nodes.get(node.getKey());
      if (!linker.link(node.getKey(), node.getValue(), address.port())) {
        later(node.getKey(), address);
      }
    }
    return done;
  }

  /** Asks again for some of the nodes that aren't heard. */
  void askAgain(Predicate<String> silent) {
    Map<String, NodeLinks.Address> turn = new LinkedHashMap<>();
    Iterator<Map.Entry<String, NodeLinks.Address>> next = again.entrySet().iterator();
    while (turn.size() < AGAIN_AT_ONCE && next.hasNext()) {
      Map.Entry<String, NodeLinks.Address> node = next.next();
      String name = node.getKey();
      if (!fresh.containsKey(name) && !asked.containsKey(name) && silent.test(name)) {
        turn.put(name, node.getValue());
        next.remove();
      }
    }
    again.putAll(turn);
    turn.forEach(this::ask);
  }

  private void ask(String name, NodeLinks.Address address) {
    asked.put(name, address);
    lookups.ask(address.host(), host -> answered(name, address, host));
  }

  private void answered(String name, NodeLinks.Address address, InetAddress host) {
    if (!asked.remove(name, address)) {
      return; // Nobody wants to know any more.
    }
    if (host == null) {
      later(name, address);
      return;
    }
    found.put(name, host);
    if (unknown.remove(name)) {
      LOG.info("The address of node {} is known now", name);
    }
  }

  private void later(String name, NodeLinks.Address address) {
    again.put(name, address);
    if (unknown.add(name)) {
      LOG.warn(
          "The address of node {} is unknown, or there is no way to it: {}; tried again now and"
              + " then",
          name,
          address.host());
    }
  }
}
