package org.headrace.slurmconf;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who the cluster is and whom it trusts.
 *
 * @param clusterName ClusterName, lower case
 * @param controllers the members of the controllers' log: one, or an odd number
 * @param slurmUser the controller's user
 * @param slurmdUser the agents' user
 * @param authType which plugin authenticates
 * @param authAltTypes further ones
 * @param authInfo the plugin's options
 * @param credType which plugin signs what agents run
 * @param privateData what users may not see of each other
 * @param disableRootJobs whether root may not submit
 * @param keyFile HeadraceKeyFile: the cluster's shared key; empty: in stateSaveLocation
 */
public record IdentitySettings(
    String clusterName,
    List<ControllerHost> controllers,
    String slurmUser,
    String slurmdUser,
    String authType,
    List<String> authAltTypes,
    Map<String, String> authInfo,
    String credType,
    Set<String> privateData,
    boolean disableRootJobs,
    String keyFile) {
  /** Copies its arguments. */
  public IdentitySettings {
    controllers = List.copyOf(controllers);
    authAltTypes = List.copyOf(authAltTypes);
    authInfo = Map.copyOf(authInfo);
    privateData = Set.copyOf(privateData);
  }
}
