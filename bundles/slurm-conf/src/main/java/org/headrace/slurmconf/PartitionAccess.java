package org.headrace.slurmconf;

import java.util.List;

/**
 * Who may use a partition. An empty list or ALL allows everybody; lists of denials are empty where
 * none is.
 *
 * @param allowAccounts accounts
 * @param denyAccounts accounts
 * @param allowGroups groups
 * @param allowQos QOS
 * @param denyQos QOS
 * @param allocNodes nodes from which jobs may come
 * @param rootOnly whether only root may
 * @param disableRootJobs whether root may not
 * @param requireReservation ReqResv
 */
public record PartitionAccess(
    List<String> allowAccounts,
    List<String> denyAccounts,
    List<String> allowGroups,
    List<String> allowQos,
    List<String> denyQos,
    List<String> allocNodes,
    boolean rootOnly,
    boolean disableRootJobs,
    boolean requireReservation) {
  /** Copies its arguments. */
  public PartitionAccess {
    allowAccounts = List.copyOf(allowAccounts);
    denyAccounts = List.copyOf(denyAccounts);
    allowGroups = List.copyOf(allowGroups);
    allowQos = List.copyOf(allowQos);
    denyQos = List.copyOf(denyQos);
    allocNodes = List.copyOf(allocNodes);
  }
}
