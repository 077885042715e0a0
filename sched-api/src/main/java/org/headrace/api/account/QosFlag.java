package org.headrace.api.account;

/** What is special about a quality of service. Only ever appended to. */
public enum QosFlag {
  /** A job that breaks a limit by itself is refused at submission. */
  DENY_ON_LIMIT("DenyOnLimit", "DENY_LIMIT"),
  /** Jobs of associations below the usage threshold wait. */
  ENFORCE_USAGE_THRESHOLD("EnforceUsageThreshold", "ENFORCE_USAGE_THRESHOLD"),
  /** Its usage isn't decayed. */
  NO_DECAY("NoDecay", "NO_DECAY"),
  /** Its jobs get no resources set aside. */
  NO_RESERVE("NoReserve", "NO_RESERVE"),
  /** Its limits go before those of the partition's quality of service. */
  OVER_PARTITION_QOS("OverPartQOS", "OVERRIDE_PARTITION_QOS"),
  /** The partition's limit of nodes doesn't count. */
  PARTITION_MAX_NODES("PartitionMaxNodes", "PARTITION_MAXIMUM_NODE"),
  /** The partition's least number of nodes doesn't count. */
  PARTITION_MIN_NODES("PartitionMinNodes", "PARTITION_MINIMUM_NODE"),
  /** The partition's time limit doesn't count. */
  PARTITION_TIME_LIMIT("PartitionTimeLimit", "PARTITION_TIME_LIMIT"),
  /** Its jobs have to name a reservation. */
  REQUIRES_RESERVATION("RequiresReservation", "REQUIRED_RESERVATION"),
  /** A job has to fit into what is left with the usage factor counted. */
  USAGE_FACTOR_SAFE("UsageFactorSafe", "USAGE_FACTOR_SAFE"),
  /**
   * Its limits of resources are percentages of what there is: in its partition, if it is that of
   * one, else in the cluster.
   */
  RELATIVE("Relative", "RELATIVE");

  private final String word;
  private final String published;

  QosFlag(String word, String published) {
    this.word = word;
    this.published = published;
  }

  /** As administrators write it. */
  public String word() {
    return word;
  }

  /** As the published schema of answers has it. */
  public String published() {
    return published;
  }
}
