package org.headrace.slurmconf;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where jobs are recorded.
 *
 * @param storageType plugin
 * @param host of the database
 * @param backupHost or empty
 * @param port 0: the usual one
 * @param user of the database
 * @param password or empty
 * @param location database name or file, or empty
 * @param enforce what jobs must have, lower case
 * @param tres resources that are tracked
 * @param storeFlags what else is kept, lower case
 * @param parameters options, keys in lower case
 * @param trackWcKey whether workload keys count
 * @param jobAcctGatherType plugin
 * @param gatherFrequencySeconds by kind: task, energy, network, filesystem
 * @param jobAcctGatherParams options, lower case
 * @param jobCompType plugin
 * @param jobCompLoc its file or database, or empty
 */
public record AccountingSettings(
    String storageType,
    String host,
    String backupHost,
    int port,
    String user,
    String password,
    String location,
    Set<String> enforce,
    List<String> tres,
    Set<String> storeFlags,
    Map<String, String> parameters,
    boolean trackWcKey,
    String jobAcctGatherType,
    Map<String, Long> gatherFrequencySeconds,
    Set<String> jobAcctGatherParams,
    String jobCompType,
    String jobCompLoc) {
  /** Copies its arguments. */
  public AccountingSettings {
    enforce = Set.copyOf(enforce);
    tres = List.copyOf(tres);
    storeFlags = Set.copyOf(storeFlags);
    parameters = Map.copyOf(parameters);
    gatherFrequencySeconds = Map.copyOf(gatherFrequencySeconds);
    jobAcctGatherParams = Set.copyOf(jobAcctGatherParams);
  }
}
