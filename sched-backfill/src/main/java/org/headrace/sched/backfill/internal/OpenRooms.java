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
  /**
   * What a job may be given. Those of the nodes on which something has just come free are few, and
   * mostly say enough; all of them are worked out when asked for.
   */
  final class Room {
    private final PartitionView partition;
    private final int cores;
    private final int promises;
    private final long own;
    private final NodeMask freedNodes;

    /** True where jobs may have cores that aren't free: how many, only a selector knows. */
    private final boolean beyondFree;

    private NodeMask nodes;
    private long cpus;

    private Room(PartitionView partition, int cores, int promises, long own, boolean beyondFree) {
      this.partition = partition;
      this.cores = cores;
      this.promises = promises;
      this.own = own;
      this.beyondFree = beyondFree;
      freedNodes = openTo(freed.intersection(partition.nodes()));
    }

    private NodeMask openTo(NodeMask candidates) {
      if (candidates.isEmpty()) {
        return NodeMask.EMPTY;
      }
      BitSet bits = candidates.toBitSet();
      bits.and(beyondFree ? notClosed : open);
      if (!beyondFree) {
        ledger.retainOpen(bits, cores);
      }
      for (int i = 0; i < promises && !bits.isEmpty(); i++) {
        if (reserved.get(i).jobId() != own) {
          reserved.get(i).nodes().forEach(bits::clear);
        }
      }
      return NodeMask.copyOf(bits);
    }

    private void workOut() {
      nodes = openTo(partition.nodes());
      if (beyondFree) {
        cpus = Long.MAX_VALUE;
        return;
      }
      for (int id = nodes.next(0); id >= 0; id = nodes.next(id + 1)) {
        cpus += (long) ledger.freeCoreCount(id) * ledger.node(id).hardware().threadsPerCore();
      }
    }

    NodeMask nodes() {
      if (nodes == null) {
        workOut();
      }
      return nodes;
    }

    /** Those of the nodes on which something has just come free. */
    NodeMask freed() {
      return freedNodes;
    }

    /** Number of nodes. */
    int count() {
      return nodes().size();
    }

    /** Free CPUs of all the nodes. */
    long cpus() {
      nodes();
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
  private final BitSet notClosed = new BitSet();
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
        notClosed.set(id);
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
    notClosed.andNot(nodes.toBitSet());
    floors.clear();
  }

  /**
   * Nodes for a job.
   *
   * @param cpus CPUs that it wants on one node at least
   * @param end when it will have ended
   * @param own id of the job, whose own reservation is its to use; negative if it has none
   * @param beyondFree true when it may have cores that aren't free
   */
  Room of(PartitionView partition, int cpus, long end, long own, boolean beyondFree) {
    int promises = promises(end);
    boolean hasOwn = false;
    for (int i = 0; own >= 0 && i < promises; i++) {
      hasOwn |= reserved.get(i).jobId() == own;
    }
    int cores = Math.max(1, (cpus + mostThreads - 1) / mostThreads);
    if (hasOwn) {
      return new Room(partition, cores, promises, own, beyondFree);
    }
    int level = beyondFree ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(cores);
    Floor floor = floor(partition);
    int at = promises * Integer.SIZE + level;
    if (at >= floor.rooms.length) {
      floor.rooms = Arrays.copyOf(floor.rooms, (promises + 1) * Integer.SIZE);
    }
    if (floor.rooms[at] == null) {
      int least = beyondFree ? 1 : 1 << (level - 1);
      floor.rooms[at] = new Room(partition, least, promises, own, beyondFree);
    }
    return floor.rooms[at];
  }

  /** How many reservations begin before a job would have ended. */
  private int promises(long end) {
    int low = 0;
    int high = reserved.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (reserved.get(middle).start() - resolution + 1 < end) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
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
}
