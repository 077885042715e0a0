package org.headrace.agent.internal;

import java.util.List;
import java.util.Map;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeHardware;
import org.headrace.transport.NodeLinks;

/**
 * What an agent has to know before it reaches a controller. Everything else comes with the
 * controller's welcome.
 *
 * @param node own name
 * @param host address to listen on
 * @param port UDP port to listen on
 * @param controllers addresses of the controllers, tried in turn
 * @param spoolDirectory SlurmdSpoolDir, patterns expanded
 * @param linkDirectory directory of the media driver's own, best in memory
 * @param hardware processors and memory as configured
 * @param reportConfigured true to report what is configured instead of what is there
 * @param gres generic resources as configured
 * @param portions those of them that are portions of devices
 * @param constrainCores hold steps to their cores where the kernel offers it
 * @param constrainMemory hold steps to their memory where the kernel offers it
 * @param constrainDevices hold steps away from others' devices where the kernel offers it
 * @param cgroupRoot mount point of the cgroup file system; empty for the usual one
 * @param topology where the node is in the network
 * @param settings the configuration by the names of its file, until the controller sends its own
 */
record AgentSettings(
    String node,
    String host,
    int port,
    List<NodeLinks.Address> controllers,
    String spoolDirectory,
    String linkDirectory,
    NodeHardware hardware,
    boolean reportConfigured,
    List<GresLine> gres,
    List<GresInventory> portions,
    boolean constrainCores,
    boolean constrainMemory,
    boolean constrainDevices,
    String cgroupRoot,
    TopologyAddress topology,
    Map<String, String> settings) {

  AgentSettings {
    controllers = List.copyOf(controllers);
    gres = List.copyOf(gres);
    portions = List.copyOf(portions);
    settings = Map.copyOf(settings);
  }

  /**
   * A kind of generic resource that the node is configured with.
   *
   * @param name kind, for example {@code gpu}
   * @param autoDetect how to look for it, or empty
   * @param lines what the configuration says; at least one
   */
  record GresLine(String name, String autoDetect, List<ConfiguredGres> lines) {
    GresLine {
      lines = List.copyOf(lines);
    }
  }
}
