package org.headrace.control.definition;

import java.util.List;
import java.util.Set;

/**
 * Nodes that an administrator sets aside for some time.
 *
 * @param id number that no other reservation of the cluster ever had; zero for a new one
 * @param name its name; empty for one that is made of the first user or account and the id
 * @param start from when on, in epoch milliseconds
 * @param end until when
 * @param nodes names of its nodes, at least one
 * @param partition partition that it was made for, or the empty string
 * @param users who may use it
 * @param accounts whose jobs may use it
 * @param flags what is special about it
 */
public record ReservationDefinition(
    long id,
    String name,
    long start,
    long end,
    List<String> nodes,
    String partition,
    Admission users,
    Admission accounts,
    Set<Flag> flags) {
  /** What is special about a reservation. */
  public enum Flag {
    /** For work on the nodes; may share them with other reservations. */
    MAINT,
    /** Its jobs may use other nodes and times as well. */
    FLEX,
    /** May share nodes with other reservations. */
    OVERLAP,
    /** Made although jobs run on its nodes into its time. */
    IGNORE_JOBS,
    /** Its nodes were named. */
    SPEC_NODES,
    /** Of all nodes. */
    ALL_NODES,
    /** Of all nodes of its partition. */
    PART_NODES,
    /** Jobs that still wait when it ends may run elsewhere. */
    NO_HOLD_JOBS_AFTER
  }

  /**
   * Who is let in.
   *
   * @param names names; empty when it doesn't matter
   * @param denied true when all but those are let in
   */
  public record Admission(List<String> names, boolean denied) {
    public static final Admission ALL = new Admission(List.of(), false);

    public Admission {
      names = List.copyOf(names);
    }

    public boolean admits(String name) {
      return names.isEmpty() || names.contains(name) != denied;
    }
  }

  public ReservationDefinition {
    nodes = List.copyOf(nodes);
    flags = Set.copyOf(flags);
  }

  public boolean has(Flag flag) {
    return flags.contains(flag);
  }

  public ReservationDefinition named(long newId, String newName) {
    return new ReservationDefinition(
        newId, newName, start, end, nodes, partition, users, accounts, flags);
  }
}
