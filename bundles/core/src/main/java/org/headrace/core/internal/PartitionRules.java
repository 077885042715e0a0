package org.headrace.core.internal;

import java.util.List;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.PartitionDefinition;

/** Who may use a partition, and for what. */
final class PartitionRules {
  /** Attribute with host and session that a job was submitted from. */
  private static final String SUBMITTED_FROM = "AllocNode:Sid";

  private final ClusterState state;

  PartitionRules(ClusterState state) {
    this.state = state;
  }

  /** Why a job may not be queued in the partition, or null. */
  Outcome.Rejected refusal(PartitionDefinition partition, JobSpec spec, boolean admin) {
    String name = partition.name();
    switch (partition.state()) {
      case INACTIVE:
        return new Outcome.Rejected(
            ErrorCode.PARTITION_INACTIVE, "partition " + name + " is inactive and takes no jobs");
      case DRAIN:
        return new Outcome.Rejected(
            ErrorCode.PARTITION_DOWN, "partition " + name + " is draining and takes no new jobs");
      default:
        break;
    }
    if (partition.rootOnly() && !admin) {
      return denied("partition " + name + " is for administrators only");
    }
    Outcome.Rejected origin = origin(partition, spec);
    if (origin != null) {
      return origin;
    }
    if (!admin && !groupAllowed(partition, spec)) {
      return denied(
          "partition " + name + " is for members of " + String.join(",", partition.allowGroups()));
    }
    String account = spec.charge().account();
    if (!listed(partition.allowAccounts(), account, true)
        || listed(partition.denyAccounts(), account, false)) {
      return new Outcome.Rejected(
          ErrorCode.INVALID_ACCOUNT,
          "account '" + account + "' may not use partition " + name + accounts(partition));
    }
    String qos = spec.charge().qos();
    if (!listed(partition.allowQos(), qos, true) || listed(partition.denyQos(), qos, false)) {
      return new Outcome.Rejected(
          ErrorCode.INVALID_QOS, "quality of service '" + qos + "' may not use partition " + name);
    }
    return null;
  }

  /** Whose job it is, where it comes from, and whether it has to name a reservation. */
  private Outcome.Rejected origin(PartitionDefinition partition, JobSpec spec) {
    boolean noRoot =
        yes(partition, "DisableRootJobs")
            || state.configuration.definition().isYes("DisableRootJobs");
    if (noRoot && spec.owner().uid() == 0) {
      return new Outcome.Rejected(
          ErrorCode.ROOT_REFUSED,
          "jobs of root are not taken (DisableRootJobs) in partition " + partition.name());
    }
    if (yes(partition, "ReqResv") && spec.reservation().isEmpty()) {
      return denied(
          "partition " + partition.name() + " is for jobs that name a reservation (ReqResv)");
    }
    String from = spec.attributes().getOrDefault(SUBMITTED_FROM, "");
    String host = from.substring(0, Math.max(0, from.lastIndexOf(':')));
    List<String> hosts = List.of(partition.options().getOrDefault("AllocNodes", "ALL").split(","));
    boolean any = host.isEmpty() || hosts.equals(List.of(""));
    return any || listed(hosts, host, true)
        ? null
        : denied(
            "partition %s takes jobs from %s, and not from %s"
                .formatted(partition.name(), String.join(",", hosts), host));
  }

  /** Of options that are kept as YES or NO. */
  private static boolean yes(PartitionDefinition partition, String option) {
    return partition.options().getOrDefault(option, "NO").equals("YES");
  }

  /** The partition as it is for a job, or null: without the limits that its QOS lifts. */
  PartitionView view(String name, JobSpec spec) {
    PartitionView partition = state.configuration.view(name);
    QualityOfService qos = state.configuration.qualities().get(spec.charge().qos());
    return partition == null || qos == null ? partition : partition.without(qos.exempt());
  }

  /** What about a partition's limits keeps a job of it from starting, or null. */
  private static Reason limit(PartitionView partition, ResourceRequest request, long limit) {
    if (!request.allowsNodes(partition.minNodes(), partition.maxNodes())
        || request.minNodes() > partition.nodes().size()) {
      return Reason.PARTITION_NODE_LIMIT;
    }
    return limit > partition.maxTime() ? Reason.PARTITION_TIME_LIMIT : null;
  }

  /** What keeps a pending job from starting in the partition, or null. */
  Reason obstacle(String name, JobSpec spec, long timeLimit) {
    PartitionView partition = view(name, spec);
    if (partition == null) {
      return Reason.PARTITION_DOWN;
    }
    switch (partition.state()) {
      case DOWN:
        return Reason.PARTITION_DOWN;
      case INACTIVE:
        return Reason.PARTITION_INACTIVE;
      default:
        return limit(partition, spec.request(), timeLimit);
    }
  }

  private static boolean groupAllowed(PartitionDefinition partition, JobSpec spec) {
    List<String> allowed = partition.allowGroups();
    if (allowed.isEmpty() || allowed.stream().anyMatch("ALL"::equalsIgnoreCase)) {
      return true;
    }
    Owner owner = spec.owner();
    return allowed.contains(owner.group())
        || allowed.contains(Integer.toString(owner.gid()))
        || spec.execution().memberOf().stream().anyMatch(allowed::contains)
        || spec.execution().groups().stream().anyMatch(gid -> allowed.contains("" + gid));
  }

  private static boolean listed(List<String> names, String name, boolean whenEmpty) {
    if (names.isEmpty()) {
      return whenEmpty;
    }
    return names.stream().anyMatch(n -> n.equalsIgnoreCase("ALL") || n.equalsIgnoreCase(name));
  }

  private static String accounts(PartitionDefinition partition) {
    return partition.allowAccounts().isEmpty()
        ? ""
        : "; it is for " + String.join(",", partition.allowAccounts());
  }

  private static Outcome.Rejected denied(String message) {
    return new Outcome.Rejected(ErrorCode.ACCESS_DENIED, message);
  }
}
