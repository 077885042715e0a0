package org.headrace.bench.internal.emulated;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.model.NodeHardware;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.cluster.Cluster;

/**
 * Nodes that are all alike.
 *
 * @param count how many
 * @param hardware what each has
 */
public record NodeShape(int count, NodeHardware hardware) {

  /** What a machine is measured with where none is given: 64 cores, 250 GiB. */
  public static NodeShape of(int count) {
    return new NodeShape(count, new NodeHardware(1, 2, 32, 1, 256_000, 0));
  }

  /** The partition with the most nodes. */
  public static String largestPartition(Cluster cluster) {
    return cluster.commands().need("sinfo", "-h", "-o", "%D %R").lines().stream()
        .map(line -> line.split(" +", 2))
        .max(Comparator.comparingInt(fields -> Integer.parseInt(fields[0])))
        .orElseThrow(() -> new BenchException(cluster.label() + " has no partition"))[1];
  }

  /**
   * The nodes of a partition.
   *
   * @throws BenchException if there are none, or they aren't alike
   */
  public static NodeShape of(Cluster cluster, String partition) {
    List<String> lines =
        cluster
            .commands()
            .need("sinfo", "-h", "-N", "-p", partition, "-o", "%N %X %Y %Z %m")
            .lines();
    Set<String> kinds = new HashSet<>();
    lines.forEach(line -> kinds.add(line.substring(line.indexOf(' ') + 1)));
    if (kinds.size() != 1) {
      throw new BenchException(
          "partition %s of %s has %d kinds of nodes; of one kind it can be emulated"
              .formatted(partition, cluster.label(), kinds.size()));
    }
    String[] fields = lines.get(0).split(" +");
    try {
      return new NodeShape(
          lines.size(),
          new NodeHardware(
              1, number(fields[1]), number(fields[2]), number(fields[3]), number(fields[4]), 0));
    } catch (NumberFormatException e) {
      throw new BenchException("sinfo says '" + lines.get(0) + "' of a node", e);
    }
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  String name(int number) {
    return "c" + (number + 1);
  }

  public int cpus() {
    return hardware.cpus();
  }
}
