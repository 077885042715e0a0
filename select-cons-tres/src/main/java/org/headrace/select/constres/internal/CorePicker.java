package org.headrace.select.constres.internal;

import java.util.Arrays;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeHardware;

/** Picks cores of one node for a job. */
final class CorePicker {
  private final NodeHardware hardware;
  private final CoreSet near;

  /** Free cores of each socket that are not picked yet; those near the job's devices first. */
  private final int[][] left;

  private final int[] size;
  private final int[] nearCount;
  private final int[] used;
  private final long[] picked;
  private int count;

  /**
   * @param free free cores
   * @param near cores close to the job's devices; empty when it doesn't matter
   */
  CorePicker(NodeHardware hardware, CoreSet free, CoreSet near) {
    this.hardware = hardware;
    this.near = near;
    int sockets = hardware.sockets();
    left = new int[sockets][hardware.coresPerSocket()];
    size = new int[sockets];
    nearCount = new int[sockets];
    used = new int[sockets];
    picked = new long[(hardware.cores() + 63) >>> 6];
    for (int pass = 0; pass < 2; pass++) {
      boolean wantNear = pass == 0;
      free.forEach(core -> sort(core, wantNear));
    }
  }

  private void sort(int core, boolean wantNear) {
    if (near.contains(core) == wantNear) {
      int socket = core / hardware.coresPerSocket();
      left[socket][size[socket]++] = core;
      nearCount[socket] += wantNear ? 1 : 0;
    }
  }

  /** Fills as few sockets as possible, the fullest that suffices first. */
  CoreSet block(int wanted) {
    while (count < wanted) {
      int socket = bestSocket(wanted - count);
      if (socket < 0) {
        return null;
      }
      take(socket, Math.min(size[socket] - used[socket], wanted - count));
    }
    return new CoreSet(picked);
  }

  /** Goes round the sockets, {@code unit} cores (those of one task) at a time. */
  CoreSet cyclic(int wanted, int unit) {
    int sockets = size.length;
    int socket = 0;
    int missed = 0;
    while (count < wanted && missed < sockets) {
      int chunk = Math.min(unit, wanted - count);
      if (size[socket] - used[socket] >= chunk) {
        take(socket, chunk);
        missed = 0;
      } else {
        missed++;
      }
      socket = (socket + 1) % sockets;
    }
    return block(wanted);
  }

  /** One socket after the other, those near the job's devices first. */
  CoreSet sockets(int wanted) {
    for (int pass = 0; pass < 2; pass++) {
      for (int socket = 0; socket < size.length && count < wanted; socket++) {
        boolean unused = size[socket] > 0 && used[socket] == 0;
        if (unused && (pass == 1 || near.isEmpty() || nearCount[socket] > 0)) {
          take(socket, Math.min(size[socket], wanted - count));
        }
      }
    }
    return count < wanted ? null : new CoreSet(picked);
  }

  private int bestSocket(int wanted) {
    int best = -1;
    long bestRank = Long.MIN_VALUE;
    for (int socket = 0; socket < size.length; socket++) {
      int room = size[socket] - used[socket];
      if (room == 0) {
        continue;
      }
      long nearRank = Math.min(wanted, Math.max(0, nearCount[socket] - used[socket]));
      long fitRank = room >= wanted ? 1_000_000 - room : room;
      long rank = nearRank * 10_000_000 + fitRank;
      if (rank > bestRank) {
        bestRank = rank;
        best = socket;
      }
    }
    return best;
  }

  private void take(int socket, int cores) {
    int[] taken = Arrays.copyOfRange(left[socket], used[socket], used[socket] + cores);
    for (int core : taken) {
      picked[core >>> 6] |= 1L << core;
    }
    used[socket] += cores;
    count += cores;
  }
}
