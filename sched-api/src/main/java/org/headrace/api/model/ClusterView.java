package org.headrace.api.model;

import java.util.List;
import java.util.Map;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;

/**
 * The cluster at one moment. Immutable; safe to read from any thread.
 *
 * <p>A plugin keeps nothing of it after its call has returned, except what it caches under {@link
 * #structureVersion}.
 */
public interface ClusterView {
  /** Grows with every change of the cluster. */
  long version();

  /** Grows when nodes, partitions or wiring change, but not when jobs come and go. */
  long structureVersion();

  /** When the last change was sequenced, in epoch milliseconds. */
  long time();

  /** All nodes, ascending by id; ids may have gaps. */
  List<NodeView> nodes();

  /** The node of that id, or null. */
  NodeView node(int id);

  /** The node of that name, or null. */
  NodeView node(String name);

  /** All partitions, in the order of the configuration. */
  List<PartitionView> partitions();

  /** The partition of that name, or null. */
  PartitionView partition(String name);

  /** Jobs that hold resources, ascending by id. */
  List<RunningJob> running();

  /** A new ledger, the caller's own, with what the running jobs hold taken. */
  ResourceLedger ledger();

  /** Licences by name, and how many there are. */
  default Map<String, Integer> licenses() {
    return Map.of();
  }

  /** Reservations that hold or will hold, ascending by name. */
  default List<ReservationView> reservations() {
    return List.of();
  }

  /** How the nodes are wired, for whom no other wiring is named. */
  TopologySpec topology();

  /** All wirings, that of {@link #topology()} first. */
  default List<TopologySpec> topologies() {
    return List.of(topology());
  }

  /** The wiring that counts for a partition's jobs. */
  default TopologySpec topology(PartitionView partition) {
    String name = partition.options().getOrDefault("Topology", "");
    if (name.isEmpty()) {
      return topology();
    }
    return topologies().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElse(topology());
  }

  /** The quality of service of that name, or null. */
  QualityOfService qos(String name);

  /** Accounts, users and associations. */
  default Accounts accounts() {
    return Accounts.INITIAL;
  }

  /**
   * The association that is charged for jobs in a partition, or null.
   *
   * @param payer who pays; see {@link PendingJob#payer}
   */
  default Association payer(int payer, String partition) {
    return null;
  }

  /** What an association uses and has used, with all that is below it. */
  default Consumption consumption(long association) {
    return Consumption.NONE;
  }

  /** All qualities of service. */
  List<QualityOfService> qualitiesOfService();
}
