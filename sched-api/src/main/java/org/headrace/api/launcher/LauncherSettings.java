package org.headrace.api.launcher;

import java.util.Objects;

/**
 * What a launcher needs to know about its node.
 *
 * @param nodeName name of the node, without directory separators
 * @param spoolDir absolute directory for the state of steps (SlurmdSpoolDir, patterns expanded);
 *     created if missing; at most 70 bytes, since control sockets live in it
 * @param constrainCores hold steps to their cores by a cpuset where the kernel offers it
 * @param constrainMemory hold steps to their memory by a cgroup where the kernel offers it
 * @param constrainDevices hold steps away from devices that they weren't given, where the kernel
 *     offers it
 * @param cgroupRoot mount point of the cgroup file system; empty for /sys/fs/cgroup
 */
public record LauncherSettings(
    String nodeName,
    String spoolDir,
    boolean constrainCores,
    boolean constrainMemory,
    boolean constrainDevices,
    String cgroupRoot) {

  public LauncherSettings {
    Objects.requireNonNull(nodeName, "nodeName");
    Objects.requireNonNull(spoolDir, "spoolDir");
    Objects.requireNonNull(cgroupRoot, "cgroupRoot");
  }

  /** Settings that constrain cores, memory and devices wherever the kernel offers it. */
  public static LauncherSettings of(String nodeName, String spoolDir) {
    return new LauncherSettings(nodeName, spoolDir, true, true, true, "");
  }
}
