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
 */
public record NodeHardware(
    int boards, int sockets, int coresPerSocket, int threadsPerCore, long memory, long tmpDisk) {
  public int cores() {
    return sockets * coresPerSocket;
  }

  public int cpus() {
    return cores() * threadsPerCore;
  }
}
