package org.headrace.api.model;

/**
 * Processors and memory of a node.
 *
 * @param boards baseboards
 * @param sockets sockets in all
 * @param coresPerSocket cores of each socket
 * @param threadsPerCore hardware threads of each core
 * @param memory memory that jobs may use, in MiB
 * @param tmpDisk local disk, in MiB
 * @param system cores that jobs don't get unless they ask for them
 */
public record NodeHardware(
    int boards,
    int sockets,
    int coresPerSocket,
    int threadsPerCore,
    long memory,
    long tmpDisk,
    CoreSet system) {
  public NodeHardware {
    system = system == null ? CoreSet.EMPTY : system; // not in old logs
  }

  /** With all cores for jobs. */
  public NodeHardware(
      int boards, int sockets, int coresPerSocket, int threadsPerCore, long memory, long tmpDisk) {
    this(boards, sockets, coresPerSocket, threadsPerCore, memory, tmpDisk, CoreSet.EMPTY);
  }

  public int cores() {
    return sockets * coresPerSocket;
  }

  public int cpus() {
    return cores() * threadsPerCore;
  }

  /** CPUs that jobs get. */
  public int usableCpus() {
    return (cores() - system.size()) * threadsPerCore;
  }

  /** The same with these cores for the system. */
  public NodeHardware withSystem(CoreSet cores) {
    return new NodeHardware(
        boards, sockets, coresPerSocket, threadsPerCore, memory, tmpDisk, cores);
  }

  /** So many cores from the back: the last of each socket in turn, from the last socket on. */
  public CoreSet lastCores(int count) {
    int[] last = new int[Math.min(count, cores())];
    for (int i = 0; i < last.length; i++) {
      int socket = sockets - 1 - i % sockets;
      last[i] = socket * coresPerSocket + coresPerSocket - 1 - i / sockets;
    }
    return CoreSet.of(last);
  }

  /**
   * Cores that a job doesn't get.
   *
   * @param asked what it asked for; null where it didn't
   */
  public CoreSet left(SystemCores asked) {
    if (asked == null) {
      return system;
    }
    int count = asked.cores(this);
    if (count <= system.size()) {
      return system.equals(lastCores(system.size()))
          ? lastCores(count)
          : system.firstIn(0, cores(), count);
    }
    CoreSet left = system;
    for (int i = 1; left.size() < count; i++) {
      left = system.union(lastCores(i));
    }
    return left;
  }
}
