package org.headrace.slurmconf;

import java.util.List;

/**
 * Where daemons listen and keep their files.
 *
 * @param slurmctldPort first port of the controller
 * @param slurmctldPortLast last port of the controller
 * @param slurmdPort the agents' port unless a node has its own
 * @param srunPortFirst first port for srun; 0: any
 * @param srunPortLast last port for srun; 0: any
 * @param stateSaveLocation the controller's state
 * @param slurmdSpoolDir an agent's state; %n is the node's name, %h its host's
 * @param slurmctldPidFile the controller's pid
 * @param slurmdPidFile an agent's pid
 * @param tmpFs where users' temporary files go
 * @param socket HeadraceSocket: the UNIX socket that commands connect to
 * @param communicationParameters switches of the network layer
 */
public record EndpointSettings(
    int slurmctldPort,
    int slurmctldPortLast,
    int slurmdPort,
    int srunPortFirst,
    int srunPortLast,
    String stateSaveLocation,
    String slurmdSpoolDir,
    String slurmctldPidFile,
    String slurmdPidFile,
    String tmpFs,
    String socket,
    List<String> communicationParameters) {
  /** Copies its arguments. */
  public EndpointSettings {
    communicationParameters = List.copyOf(communicationParameters);
  }
}
