package org.headrace.control.definition;

import java.util.List;
import java.util.Map;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Sharing;

/**
 * A partition as configured.
 *
 * @param name partition name
 * @param nodes names of its nodes
 * @param isDefault true for the partition of jobs that name none
 * @param hidden true when listings leave it out
 * @param state whether it takes and starts jobs
 * @param minNodes fewest nodes of a job
 * @param maxNodes most nodes of a job; {@link Integer#MAX_VALUE} when not limited
 * @param maxTime longest time limit in milliseconds; {@link Long#MAX_VALUE} when not limited
 * @param defaultTime time limit of jobs that name none, in milliseconds, or zero for {@code
 *     maxTime}
 * @param priorityTier jobs of higher tiers are considered first
 * @param priorityFactor the partition's share of a job's priority
 * @param sharing how its nodes are shared by default
 * @param defaultMemory memory of jobs that name none
 * @param maxMemory most memory of a job
 * @param allowGroups groups whose members may use it; empty for all
 * @param allowAccounts accounts that may use it; empty for all
 * @param denyAccounts accounts that may not
 * @param allowQos qualities of service that may use it; empty for all
 * @param denyQos qualities of service that may not
 * @param rootOnly true when only administrators may use it
 * @param graceTime between warning and end of a preempted job, in milliseconds
 * @param overTimeLimit how long a job may exceed its time limit, in milliseconds
 * @param options further settings under the names of the configuration
 */
public record PartitionDefinition(
    String name,
    List<String> nodes,
    boolean isDefault,
    boolean hidden,
    PartitionView.State state,
    int minNodes,
    int maxNodes,
    long maxTime,
    long defaultTime,
    int priorityTier,
    int priorityFactor,
    Sharing sharing,
    MemoryRequest defaultMemory,
    MemoryRequest maxMemory,
    List<String> allowGroups,
    List<String> allowAccounts,
    List<String> denyAccounts,
    List<String> allowQos,
    List<String> denyQos,
    boolean rootOnly,
    long graceTime,
    long overTimeLimit,
    Map<String, String> options) {
  public PartitionDefinition {
    nodes = List.copyOf(nodes);
    allowGroups = List.copyOf(allowGroups);
    allowAccounts = List.copyOf(allowAccounts);
    denyAccounts = List.copyOf(denyAccounts);
    allowQos = List.copyOf(allowQos);
    denyQos = List.copyOf(denyQos);
    options = Map.copyOf(options);
  }

  /** A partition for everybody, without limits, in which jobs share nodes by the core. */
  public static PartitionDefinition open(String name, List<String> nodes) {
    return new PartitionDefinition(
        name,
        nodes,
        false,
        false,
        PartitionView.State.UP,
        1,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        0,
        1,
        1,
        Sharing.CORES,
        MemoryRequest.NONE,
        MemoryRequest.NONE,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        false,
        0,
        0,
        Map.of());
  }

  /** The same, for jobs that name none or not. */
  public PartitionDefinition withDefault(boolean isIt) {
    return new PartitionDefinition(
        name,
        nodes,
        isIt,
        hidden,
        state,
        minNodes,
        maxNodes,
        maxTime,
        defaultTime,
        priorityTier,
        priorityFactor,
        sharing,
        defaultMemory,
        maxMemory,
        allowGroups,
        allowAccounts,
        denyAccounts,
        allowQos,
        denyQos,
        rootOnly,
        graceTime,
        overTimeLimit,
        options);
  }

  /** The same for jobs of these sizes and this time, in milliseconds, and of this tier. */
  public PartitionDefinition withLimits(int least, int most, long time, int tier) {
    return new PartitionDefinition(
        name,
        nodes,
        isDefault,
        hidden,
        state,
        least,
        most,
        time,
        defaultTime,
        tier,
        priorityFactor,
        sharing,
        defaultMemory,
        maxMemory,
        allowGroups,
        allowAccounts,
        denyAccounts,
        allowQos,
        denyQos,
        rootOnly,
        graceTime,
        overTimeLimit,
        options);
  }

  /** The same with other sharing. */
  public PartitionDefinition withSharing(Sharing other) {
    return new PartitionDefinition(
        name,
        nodes,
        isDefault,
        hidden,
        state,
        minNodes,
        maxNodes,
        maxTime,
        defaultTime,
        priorityTier,
        priorityFactor,
        other,
        defaultMemory,
        maxMemory,
        allowGroups,
        allowAccounts,
        denyAccounts,
        allowQos,
        denyQos,
        rootOnly,
        graceTime,
        overTimeLimit,
        options);
  }

  /** The same with other notice to preempted jobs, in milliseconds, and other settings. */
  public PartitionDefinition withSettings(long notice, Map<String, String> settings) {
    return new PartitionDefinition(
        name,
        nodes,
        isDefault,
        hidden,
        state,
        minNodes,
        maxNodes,
        maxTime,
        defaultTime,
        priorityTier,
        priorityFactor,
        sharing,
        defaultMemory,
        maxMemory,
        allowGroups,
        allowAccounts,
        denyAccounts,
        allowQos,
        denyQos,
        rootOnly,
        notice,
        overTimeLimit,
        settings);
  }
}
