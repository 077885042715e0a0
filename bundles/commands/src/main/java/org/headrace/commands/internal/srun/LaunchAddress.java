package org.headrace.commands.internal.srun;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.query.Snapshot;

/** Where srun runs, as tasks are told. */
final class LaunchAddress {
  private LaunchAddress() {}

  /** Variables with the address, where there is one. No port: none of srun's could be called. */
  static Map<String, String> variables(String host, Snapshot snapshot) {
    String address = address(host, snapshot);
    return address.isEmpty()
        ? Map.of()
        : Map.of("SLURM_LAUNCH_NODE_IPADDR", address, "SLURM_SRUN_COMM_HOST", address);
  }

  /** That of a node on this host in the configuration, else what the name stands for here. */
  private static String address(String host, Snapshot snapshot) {
    String name =
        snapshot.definition().nodes().stream()
            .filter(node -> node.host().equals(host) && !node.address().isEmpty())
            .map(NodeDefinition::address)
            .findFirst()
            .orElse(host);
    try {
      return InetAddress.getByName(name).getHostAddress();
    } catch (UnknownHostException e) {
      return "";
    }
  }
}
