package org.headrace.api.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Nodes, cores of nodes, or licences set aside by an administrator for some time, as plugins see
 * them.
 *
 * @param name its name
 * @param start from when on, in epoch milliseconds
 * @param end until when
 * @param nodes nodes that are for its own jobs only, in that time
 * @param maintenance true when it is for work on the nodes
 * @param flexible true when its own jobs may use other nodes and other times as well
 * @param overlapping true when it shares nodes with others that may be shared
 * @param anyNodes true when its own jobs may use other nodes as well
 * @param lead if positive, it always begins so many milliseconds after the present, and never
 *     comes: it keeps away jobs that would run for longer
 * @param cores of nodes that aren't reserved as a whole, by id: the cores that are
 * @param licenses licences that are for its own jobs only, less those that they have already
 */
public record ReservationView(
    String name,
    long start,
    long end,
    NodeMask nodes,
    boolean maintenance,
    boolean flexible,
    boolean overlapping,
    boolean anyNodes,
    long lead,
    Map<Integer, CoreSet> cores,
    Map<String, Integer> licenses) {
  public ReservationView {
    cores = Map.copyOf(cores);
    licenses = Map.copyOf(licenses);
  }

  /** Of whole nodes that no other reservation has. */
  public ReservationView(
      String name, long start, long end, NodeMask nodes, boolean maintenance, boolean flexible) {
    this(name, start, end, nodes, maintenance, flexible, false, false, 0, Map.of(), Map.of());
  }

  /** True when it holds at some moment from {@code from} to before {@code to}. */
  public boolean overlaps(long from, long to) {
    return lead > 0 ? to - from > lead : start < to && from < end;
  }

  /** True when jobs of {@code own}, or of no reservation where that is null, have to stay out. */
  private boolean excludes(ReservationView own) {
    if (own == null) {
      return true;
    }
    return !own.maintenance && (maintenance || !overlapping && !own.overlapping);
  }

  private boolean holdsAt(long moment) {
    return lead == 0 && start <= moment && moment < end;
  }

  private static ReservationView find(List<ReservationView> all, String name) {
    for (ReservationView one : all) {
      if (one.name.equals(name)) {
        return one;
      }
    }
    return null;
  }

  /**
   * Nodes that a job may have from {@code from} to before {@code to}: those of its own reservation,
   * and none of others that hold at the time. A job may outlast its own reservation; it is ended
   * with it. Which cores of these nodes, and which licences, says {@link #ledger}.
   *
   * @param all reservations
   * @param nodes nodes that would do otherwise
   * @param own reservation that the job asked for, or the empty string
   */
  public static NodeMask open(
      List<ReservationView> all, NodeMask nodes, String own, long from, long to) {
    ReservationView mine = own.isEmpty() ? null : find(all, own);
    if (mine == null && !own.isEmpty()) {
      return NodeMask.EMPTY;
    }
    NodeMask open = nodes;
    for (ReservationView one : all) {
      if (one == mine) {
        open = one.flexible || one.holdsAt(from) ? open : NodeMask.EMPTY;
        open = one.flexible || one.anyNodes ? open : open.intersection(one.nodes);
      } else if (one.overlaps(from, to) && one.excludes(mine)) {
        open = open.minus(one.cores.isEmpty() ? one.nodes : one.wholeNodes());
      }
    }
    return open;
  }

  private NodeMask wholeNodes() {
    return nodes.minus(NodeMask.of(cores.keySet().stream().mapToInt(Integer::intValue).toArray()));
  }

  /**
   * What such a job may have of the nodes that are open to it, and of licences.
   *
   * @param free what is free at the time
   * @return {@code free} itself where no reservation of cores or licences matters, else a copy of
   *     it in which more is taken
   */
  public static ResourceLedger ledger(
      List<ReservationView> all, ResourceLedger free, String own, long from, long to) {
    ResourceLedger left = free;
    ReservationView mine = own.isEmpty() ? null : find(all, own);
    for (ReservationView one : all) {
      boolean matters = one == mine || one.overlaps(from, to) && one.excludes(mine);
      if (matters && !(one.cores.isEmpty() && one.licenses.isEmpty())) {
        left = left == free ? free.copy() : left;
        left.allocate(one.kept(left, one == mine), ResourceLedger.NO_USER);
        one.close(left, one == mine);
      }
    }
    return left;
  }

  /** Keeps its own jobs, or those of others, also from sharing cores with those who have them. */
  private void close(ResourceLedger left, boolean fromItsOwn) {
    cores.forEach(
        (node, reserved) -> {
          if (left.node(node) != null && !(fromItsOwn && flexible)) {
            CoreSet all = CoreSet.firstOf(left.node(node).hardware().cores());
            left.close(node, fromItsOwn ? all.minus(reserved) : reserved);
          }
        });
  }

  /** What its own jobs, or those of others, may not have of what is free. */
  private Allocation kept(ResourceLedger free, boolean fromItsOwn) {
    List<NodeAllocation> parts = new ArrayList<>();
    for (Map.Entry<Integer, CoreSet> entry : cores.entrySet()) {
      int node = entry.getKey();
      if (free.node(node) == null || fromItsOwn && flexible) {
        continue;
      }
      CoreSet open = free.freeCores(node);
      CoreSet kept =
          fromItsOwn ? open.minus(entry.getValue()) : open.intersection(entry.getValue());
      int cpus = kept.size() * free.node(node).hardware().threadsPerCore();
      if (!kept.isEmpty()) {
        parts.add(new NodeAllocation(node, kept, cpus, 0, List.of(), 0));
      }
    }
    Map<String, Integer> keptLicenses = new HashMap<>();
    for (Map.Entry<String, Integer> entry : licenses.entrySet()) {
      int unused = free.freeLicenses(entry.getKey());
      int reserved = Math.min(unused, entry.getValue());
      keptLicenses.put(entry.getKey(), fromItsOwn ? unused - reserved : reserved);
    }
    keptLicenses.values().removeIf(count -> count <= 0);
    return new Allocation(parts, false).withLicenses(keptLicenses);
  }

  /** The first of the other reservations that keeps nodes from such a job, or null. */
  public static ReservationView inTheWay(
      List<ReservationView> all, NodeMask nodes, String own, long from, long to) {
    ReservationView mine = own.isEmpty() ? null : find(all, own);
    for (ReservationView one : all) {
      if (one != mine
          && one.overlaps(from, to)
          && one.excludes(mine)
          && one.nodes.intersects(nodes)) {
        return one;
      }
    }
    return null;
  }
}
