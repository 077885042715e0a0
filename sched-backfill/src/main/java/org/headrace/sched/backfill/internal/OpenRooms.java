package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.scheduler.Decision;

/**
 * Nodes that still have something free, by partition, by cores that one of them has to have, and by
 * how long a job may stay there: a node that is set aside for another job is open to those only
 * that are gone by then. Worked out when asked for, and again after something was taken.
 */
final class OpenRooms {
  /** What a job may be given. */
  static final class Room {
    private final NodeMask nodes;
    private final NodeMask freed;
    private final int count;
    private final long cpus;
    private final int promises;

    private Room(NodeMask nodes, NodeMask freed, ResourceLedger ledger, int promises) {
      this.nodes = nodes;
      this.promises = promises;
      this.freed = nodes.intersection(freed);
      count = nodes.size();
      long sum = 0;
      for (int id = nodes.next(0); id >= 0; id = nodes.next(id + 1)) {
        sum += (long) ledger.freeCoreCount(id) * ledger.node(id).hardware().threadsPerCore();
      }
      cpus = sum;
    }

    NodeMask nodes() {
      return nodes;
    }

    /** Those of the nodes on which something has just come free. */
    NodeMask freed() {
      return freed;
    }

    /** Number of nodes. */
    int count() {
      return count;
    }

    /** Free CPUs of all the nodes. */
    long cpus() {
      return cpus;
    }

    /** How many reservations were in the way. */
    int promises() {
      return promises;
    }
  }

  /** Rooms of one partition, by level and promises. */
  private static final class Floor {
    private final PartitionView partition;
    private Room[] rooms = new Room[0];

    Floor(PartitionView partition) {
      this.partition = partition;
    }
  }

  private final ResourceLedger ledger;
  private final NodeMask freed;
  private final BitSet open = new BitSet();
  private final List<Floor> floors = new ArrayList<>();

  /** Ascending by start. */
  private final List<Decision.Reserve> reserved;

  private final long resolution;
  private int mostThreads = 1;

  /**
   * @param reserved reservations to be kept, ascending by start; may lose some
   * @param resolution their starts are rounded up by less than this, in milliseconds
   */
  OpenRooms(
      ResourceLedger ledger, NodeMask freed, List<Decision.Reserve> reserved, long resolution) {
    this.resolution = resolution;
    this.ledger = ledger;
    this.freed = freed;
    this.reserved = reserved;
    for (int id = 0; id < ledger.nodeIdLimit(); id++) {
      if (ledger.node(id) != null) {
        open.set(id);
        mostThreads = Math.max(mostThreads, ledger.node(id).hardware().threadsPerCore());
      }
    }
    ledger.retainOpen(open, 1);
  }

  /** Something was taken from the ledger, or a reservation is gone. */
  void changed() {
    floors.clear();
    ledger.retainOpen(open, 1);
  }

  /** Takes nodes out for good. */
  void close(NodeMask nodes) {
    open.andNot(nodes.toBitSet());
    floors.clear();
  }

  /**
   * Nodes for a job.
   *
   * @param cpus CPUs that it wants on one node at least
   * @param end when it will have ended
   * @param own id of the job, whose own reservation is its to use
   */
  Room of(PartitionView partition, int cpus, long end, long own) {
    int promises = 0;
    boolean hasOwn = false;
    while (promises < reserved.size() && reserved.get(promises).start() - resolution + 1 < end) {
      hasOwn |= reserved.get(promises++).jobId() == own;
    }
    int cores = Math.max(1, (cpus + mostThreads - 1) / mostThreads);
    if (hasOwn) {
      return room(partition, cores, promises, own);
    }
    int level = Integer.SIZE - Integer.numberOfLeadingZeros(cores);
    Floor floor = floor(partition);
    int at = promises * Integer.SIZE + level;
    if (at >= floor.rooms.length) {
      floor.rooms = Arrays.copyOf(floor.rooms, (promises + 1) * Integer.SIZE);
    }
    if (floor.rooms[at] == null) {
      floor.rooms[at] = room(partition, 1 << (level - 1), promises, own);
    }
    return floor.rooms[at];
  }

  /** There are few. */
  private Floor floor(PartitionView partition) {
    for (int i = 0; i < floors.size(); i++) {
      if (floors.get(i).partition == partition) {
        return floors.get(i);
      }
    }
    Floor floor = new Floor(partition);
    floors.add(floor);
    return floor;
  }

  private Room room(PartitionView partition, int cores, int promises, long own) {
    BitSet nodes = partition.nodes().toBitSet();
    nodes.and(open);
    ledger.retainOpen(nodes, cores);
    for (int i = 0; i < promises; i++) {
      if (reserved.get(i).jobId() != own) {
        reserved.get(i).nodes().forEach(nodes::clear);
      }
    }
    return new Room(NodeMask.copyOf(nodes), freed, ledger, promises);
  }
}
