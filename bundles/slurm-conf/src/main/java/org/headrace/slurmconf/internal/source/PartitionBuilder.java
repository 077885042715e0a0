package org.headrace.slurmconf.internal.source;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Sharing;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.slurmconf.ClusterConfiguration;
import org.headrace.slurmconf.OverSubscribe;
import org.headrace.slurmconf.PartitionConfiguration;
import org.headrace.slurmconf.PartitionExclusive;
import org.headrace.slurmconf.PartitionLimits;
import org.headrace.slurmconf.PartitionScheduling;
import org.headrace.slurmconf.PreemptionSettings;

/** Translates partitions. */
final class PartitionBuilder {
  private PartitionBuilder() {}

  static PartitionDefinition build(
      PartitionConfiguration partition, ClusterConfiguration configuration) {
    PartitionLimits limits = partition.limits();
    PartitionScheduling scheduling = partition.scheduling();
    long overTime =
        limits.overTimeLimitMinutes() == PartitionLimits.NONE
            ? configuration.timers().overTimeLimitMinutes()
            : limits.overTimeLimitMinutes();
    return new PartitionDefinition(
        partition.name(),
        partition.nodes(),
        partition.isDefault(),
        partition.hidden(),
        PartitionView.State.valueOf(partition.state().name()),
        limits.minNodes() <= 0 ? 1 : (int) limits.minNodes(),
        limits.maxNodes() < 0
            ? Integer.MAX_VALUE
            : (int) Math.min(Integer.MAX_VALUE, limits.maxNodes()),
        DefinitionBuilder.minutes(limits.maxTimeMinutes()),
        limits.defaultTimeMinutes() == PartitionLimits.NONE
            ? 0
            : DefinitionBuilder.minutes(limits.defaultTimeMinutes()),
        scheduling.priorityTier(),
        scheduling.priorityJobFactor(),
        sharing(scheduling),
        DefinitionBuilder.memory(
            limits.defMemPerNode(), limits.defMemPerCpu(), limits.defMemPerGpu()),
        DefinitionBuilder.memory(limits.maxMemPerNode(), limits.maxMemPerCpu(), 0),
        partition.access().allowGroups(),
        partition.access().allowAccounts(),
        partition.access().denyAccounts(),
        partition.access().allowQos(),
        partition.access().denyQos(),
        partition.access().rootOnly(),
        DefinitionBuilder.seconds(Math.max(0, scheduling.graceTimeSeconds())),
        DefinitionBuilder.minutes(overTime),
        options(partition, configuration));
  }

  private static Sharing sharing(PartitionScheduling scheduling) {
    if (scheduling.overSubscribe() == OverSubscribe.EXCLUSIVE
        || scheduling.exclusive() == PartitionExclusive.NODE) {
      return Sharing.EXCLUSIVE;
    } else if (scheduling.exclusive() == PartitionExclusive.USER) {
      return Sharing.USER;
    } else if (scheduling.exclusive() == PartitionExclusive.TOPO) {
      return Sharing.TOPOLOGY;
    }
    return scheduling.overSubscribe() == OverSubscribe.NO ? Sharing.CORES : Sharing.OVERSUBSCRIBE;
  }

  private static Map<String, String> options(
      PartitionConfiguration partition, ClusterConfiguration configuration) {
    PartitionScheduling scheduling = partition.scheduling();
    PreemptionSettings preemption = configuration.preemption();
    Map<String, String> options = new LinkedHashMap<>();
    if ("select/linear".equalsIgnoreCase(configuration.settings().text("SelectType"))) {
      put(options, "SelectType", "select/linear");
    }
    put(options, "Nodes", partition.nodeExpression());
    put(options, "AllocNodes", String.join(",", partition.access().allocNodes()));
    put(options, "Alternate", scheduling.alternate());
    put(options, "CpuBind", scheduling.cpuBind());
    put(options, "QOS", scheduling.qos());
    put(options, "TRESBillingWeights", scheduling.tresBillingWeights());
    put(options, "Topology", scheduling.topology());
    put(options, "PreemptMode", preemptMode(scheduling, preemption));
    put(options, "SelectTypeParameters", String.join(",", scheduling.selectTypeParameters()));
    put(options, "LLN", scheduling.leastLoadedNodes() ? "YES" : "");
    put(options, "DisableRootJobs", partition.access().disableRootJobs() ? "YES" : "");
    put(options, "ReqResv", partition.access().requireReservation() ? "YES" : "");
    put(options, "OverSubscribe", overSubscribe(scheduling));
    number(options, "MaxCPUsPerNode", partition.limits().maxCpusPerNode());
    number(options, "MaxCPUsPerSocket", partition.limits().maxCpusPerSocket());
    number(options, "DefCpuPerGPU", partition.limits().defCpuPerGpu());
    return options;
  }

  /** The partition's own, or the cluster's; without a word where nobody is preempted. */
  private static String preemptMode(PartitionScheduling own, PreemptionSettings preemption) {
    TreeSet<String> words =
        new TreeSet<>(own.preemptMode().isEmpty() ? preemption.mode() : own.preemptMode());
    boolean off = own.preemptMode().isEmpty() && words.equals(Set.of("OFF"));
    boolean gang = words.remove("GANG");
    String rest = String.join(",", words);
    return off ? "" : gang ? "GANG" + (rest.isEmpty() ? "" : "," + rest) : rest;
  }

  private static String overSubscribe(PartitionScheduling scheduling) {
    return switch (scheduling.overSubscribe()) {
      case YES, FORCE -> scheduling.overSubscribe().name() + ":" + scheduling.maxShare();
      default -> scheduling.overSubscribe().name();
    };
  }

  private static void put(Map<String, String> options, String name, String value) {
    if (value != null && !value.isEmpty()) {
      options.put(name, value);
    }
  }

  private static void number(Map<String, String> options, String name, long value) {
    if (value > 0 && value != Long.MAX_VALUE) {
      options.put(name, Long.toString(value));
    }
  }
}
