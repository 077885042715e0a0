package org.headrace.controller.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.job.Execution;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.NodeReport;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;

/** Values for tests: a cluster of nodes n1, n2 … with one partition, and small jobs. */
public final class Samples {
  public static final Actor ANNA = new Actor(1000, 1000, "anna", "users", false);
  public static final JobFiles FILES =
      new JobFiles(
          "#!/bin/sh\ntrue\n".getBytes(StandardCharsets.UTF_8),
          "HOME=/\0PATH=/bin\0".getBytes(StandardCharsets.UTF_8));

  private Samples() {}

  public static NodeHardware hardware(int cores) {
    return new NodeHardware(1, 2, cores / 2, 1, 16_000, 1000);
  }

  private static Limits limits() {
    return new Limits(
        200_000,
        1,
        67_000_000,
        1001,
        100,
        2,
        512,
        600_000,
        30_000,
        0,
        300_000,
        1,
        MemoryRequest.NONE,
        true);
  }

  /**
   * A cluster.
   *
   * @param ports port of each node's agent; as many nodes as there are ports
   */
  public static ClusterDefinition cluster(int cores, Map<String, String> settings, int... ports) {
    return cluster(cores, settings, List.of(), ports);
  }

  /** The same, with further partitions. */
  static ClusterDefinition cluster(
      int cores, Map<String, String> settings, List<PartitionDefinition> more, int... ports) {
    List<NodeDefinition> nodes = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < ports.length; i++) {
      String name = "n" + (i + 1);
      names.add(name);
      nodes.add(
          new NodeDefinition(
              name,
              hardware(cores),
              List.of(),
              List.of(),
              1,
              name,
              "127.0.0.1",
              ports[i],
              false,
              "UNKNOWN",
              ""));
    }
    List<PartitionDefinition> partitions = new ArrayList<>(List.of(partition(names)));
    partitions.addAll(more);
    Map<String, String> all = new TreeMap<>(settings);
    all.putIfAbsent("PriorityType", "priority/basic");
    return new ClusterDefinition(
        "test", nodes, partitions, TopologySpec.FLAT, Map.of(), limits(), List.of(), all);
  }

  private static PartitionDefinition partition(List<String> nodes) {
    return PartitionDefinition.open("debug", nodes)
        .withLimits(1, Integer.MAX_VALUE, 3_600_000, 1)
        .withDefault(true);
  }

  /** A batch job of anna's for one CPU. */
  public static JobSpec job() {
    return job("job");
  }

  /** A batch job of anna's for one CPU. */
  public static JobSpec job(String name) {
    return JobSpec.of(
        name,
        new Owner(ANNA.uid(), ANNA.gid(), ANNA.user(), ANNA.group()),
        Execution.plain(true, "/tmp", 022, true));
  }

  public static Command.SubmitJob submission() {
    return submission("job");
  }

  public static Command.SubmitJob submission(String name) {
    return new Command.SubmitJob(job(name), FILES, 0);
  }

  public static NodeReport report(String node, int cores) {
    long now = System.currentTimeMillis();
    return new NodeReport(
        node,
        hardware(cores),
        List.of(),
        "1",
        "Linux",
        "x86_64",
        now - 100_000,
        now,
        0,
        8_000,
        node,
        node,
        List.of());
  }
}
