package org.headrace.slurmconf.internal.source;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.slurmconf.ClusterConfiguration;
import org.headrace.slurmconf.LimitSettings;
import org.headrace.slurmconf.NodeConfiguration;
import org.headrace.slurmconf.NodeState;
import org.headrace.slurmconf.TimerSettings;
import org.headrace.slurmconf.internal.KeyTable;
import org.headrace.slurmconf.text.SlurmDuration;

/** Translates the dialect into the field's terms. */
final class DefinitionBuilder {
  private static final long CREDENTIAL_SECONDS = 120;

  private DefinitionBuilder() {}

  static ClusterDefinition build(ClusterConfiguration configuration) {
    Map<String, Integer> licenses = new TreeMap<>();
    configuration
        .scheduling()
        .licenses()
        .forEach((name, count) -> licenses.put(name, clamp(count)));
    Set<String> administrators = new LinkedHashSet<>();
    administrators.add("root");
    administrators.add(configuration.identity().slurmUser());
    List<TopologySpec> topologies = TopologyBuilder.build(configuration);
    return new ClusterDefinition(
        configuration.identity().clusterName(),
        configuration.nodes().stream().map(node -> node(node, configuration)).toList(),
        configuration.partitions().stream()
            .map(partition -> PartitionBuilder.build(partition, configuration))
            .toList(),
        topologies.get(0),
        licenses,
        limits(configuration),
        List.copyOf(administrators),
        settings(configuration),
        topologies.subList(1, topologies.size()));
  }

  private static NodeHardware hardware(NodeConfiguration node) {
    NodeHardware all =
        new NodeHardware(
            node.boards(),
            node.sockets(),
            node.coresPerSocket(),
            node.threadsPerCore(),
            Math.max(0, node.realMemory() - Math.max(0, node.memSpecLimit())),
            node.tmpDisk());
    int[] listed =
        node.cpuSpecList().stream()
            .mapToInt(cpu -> cpu / node.threadsPerCore())
            .distinct()
            .toArray();
    return all.withSystem(
        listed.length > 0 ? CoreSet.of(listed) : all.lastCores(Math.max(0, node.coreSpecCount())));
  }

  private static NodeDefinition node(NodeConfiguration node, ClusterConfiguration configuration) {
    return new NodeDefinition(
        node.name(),
        hardware(node),
        node.features(),
        configuration.gres().inventory(node),
        node.weight(),
        node.hostName(),
        node.address(),
        node.port() > 0 ? node.port() : configuration.endpoints().slurmdPort(),
        node.state() == NodeState.FUTURE,
        initialState(node.state()),
        node.reason() == null ? "" : node.reason());
  }

  private static String initialState(NodeState state) {
    return switch (state) {
      case DOWN -> "DOWN";
      case DRAIN, FAIL, FAILING -> "DRAIN";
      default -> "UNKNOWN";
    };
  }

  private static Limits limits(ClusterConfiguration configuration) {
    LimitSettings limits = configuration.limits();
    TimerSettings timers = configuration.timers();
    return new Limits(
        clamp(limits.maxJobCount()),
        limits.firstJobId(),
        limits.maxJobId(),
        limits.maxArraySize(),
        clamp(limits.maxStepCount()),
        clamp(limits.maxBatchRequeue()),
        clamp(limits.maxTasksPerNode()),
        seconds(timers.minJobAge()),
        seconds(timers.killWait()),
        minutes(timers.overTimeLimitMinutes()),
        timers.slurmdTimeout() == 0 ? Long.MAX_VALUE : seconds(timers.slurmdTimeout()),
        configuration.execution().returnToService(),
        memory(limits.defMemPerNode(), limits.defMemPerCpu(), limits.defMemPerGpu()),
        configuration.execution().jobRequeue(),
        seconds(Math.max(0, configuration.preemption().exemptTimeSeconds())),
        requeueDelay(configuration));
  }

  /**
   * As the manual page of slurm.conf has it: a second more than a credential lives, unless newer
   * words name another time.
   */
  private static long requeueDelay(ClusterConfiguration configuration) {
    String named = configuration.scheduling().schedulerParameters().get("requeue_delay");
    if (named != null && named.matches("\\d{1,9}")) {
      return seconds(Long.parseLong(named));
    }
    String lifetime = configuration.identity().authInfo().get("cred_expire");
    long seconds =
        lifetime != null && lifetime.matches("\\d{1,9}")
            ? Long.parseLong(lifetime)
            : CREDENTIAL_SECONDS;
    return seconds == 0 ? 0 : seconds(seconds + 1);
  }

  /** Whichever of the three ways of counting memory is set; zero and less are not set. */
  static MemoryRequest memory(long perNode, long perCpu, long perGpu) {
    if (perCpu > 0) {
      return MemoryRequest.perCpu(perCpu);
    } else if (perNode > 0) {
      return MemoryRequest.perNode(perNode);
    } else if (perGpu > 0) {
      return new MemoryRequest(MemoryRequest.Basis.GPU, perGpu);
    }
    return MemoryRequest.NONE;
  }

  static long minutes(long minutes) {
    return minutes < 0 || minutes == SlurmDuration.INFINITE
        ? Long.MAX_VALUE
        : Math.multiplyExact(minutes, 60_000L);
  }

  static long seconds(long seconds) {
    return seconds < 0 || seconds == SlurmDuration.INFINITE
        ? Long.MAX_VALUE
        : Math.multiplyExact(seconds, 1_000L);
  }

  private static int clamp(long value) {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, value));
  }

  /** All keys that have a value, as the files say it or by default. */
  private static Map<String, String> settings(ClusterConfiguration configuration) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (KeyTable.Key key : KeyTable.get().all()) {
      if (key.note().equals("gone") || key.note().startsWith("old=")) {
        continue;
      }
      String text = configuration.settings().text(key.name());
      if (text != null && !text.isEmpty() && !text.equals("(null)")) {
        settings.put(key.name(), text);
      }
    }
    settings.put("SLURM_CONF", configuration.file());
    settings.put("SlurmctldHost", String.join(",", configuration.settings().controllerHosts()));
    return settings;
  }
}
