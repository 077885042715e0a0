package org.headrace.api.model;

import java.util.List;

/**
 * Nodes set aside by an administrator for some time, as plugins see them.
 *
 * @param name its name
 * @param start from when on, in epoch milliseconds
 * @param end until when
 * @param nodes nodes that are for its own jobs only, in that time
 * @param maintenance true when it is for work on the nodes
 * @param flexible true when its own jobs may use other nodes and other times as well
 */
public record ReservationView(
    String name, long start, long end, NodeMask nodes, boolean maintenance, boolean flexible) {

  /** True when it holds at some moment from {@code from} to before {@code to}. */
  public boolean overlaps(long from, long to) {
    return start < to && from < end;
  }

  /**
   * Nodes that a job may have from {@code from} to before {@code to}: those of its own reservation,
   * and none of others that hold at the time. A job may outlast its own reservation; it is ended
   * with it.
   *
   * @param all reservations
   * @param nodes nodes that would do otherwise
   * @param own reservation that the job asked for, or the empty string
   */
  public static NodeMask open(
      List<ReservationView> all, NodeMask nodes, String own, long from, long to) {
    NodeMask open = nodes;
    boolean found = own.isEmpty();
    for (ReservationView one : all) {
      if (one.name.equals(own)) {
        boolean now = one.flexible || (one.start <= from && from < one.end);
        open = now ? open : NodeMask.EMPTY;
        open = one.flexible ? open : open.intersection(one.nodes);
        found = true;
      } else if (one.overlaps(from, to)) {
        open = open.minus(one.nodes);
      }
    }
    return found ? open : NodeMask.EMPTY;
  }

  /** The first of the other reservations that keeps nodes from such a job, or null. */
  public static ReservationView inTheWay(
      List<ReservationView> all, NodeMask nodes, String own, long from, long to) {
    for (ReservationView one : all) {
      if (!one.name.equals(own) && one.overlaps(from, to) && one.nodes.intersects(nodes)) {
        return one;
      }
    }
    return null;
  }
}
