package org.headrace.commands.internal.sreport;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.headrace.api.accounting.JobUse;
import org.headrace.api.model.NodeView;
import org.headrace.commands.internal.format.GresTexts;
import org.headrace.control.query.Snapshot;

/** Amounts of the trackable resources that reports are about. */
final class Resources {
  private Resources() {}

  /** What a part used of a resource, in seconds times its count. */
  static double used(JobUse use, String tres) {
    return switch (tres) {
          case "cpu", "billing" -> use.cpuMillis();
          case "mem" -> use.memoryMillis();
          case "node" -> use.nodeMillis();
          case "gres/gpu" -> use.gpuMillis();
          default -> 0;
        }
        / 1000;
  }

  /** How much of a resource a node has. */
  static long of(NodeView node, String tres) {
    return switch (tres) {
      case "cpu", "billing" -> node.hardware().usableCpus();
      case "mem" -> node.hardware().memory();
      case "node" -> 1;
      default ->
          tres.startsWith("gres/")
              ? GresTexts.configuredByKind(node.gres())
                  .getOrDefault(tres.substring("gres/".length()), 0L)
              : 0;
    };
  }

  /** How much of a resource the cluster has. */
  static long of(Snapshot snapshot, String tres) {
    return snapshot.nodes().stream().mapToLong(node -> of(node, tres)).sum();
  }

  /** Those that are asked for; null if one isn't known. */
  static List<String> chosen(Snapshot snapshot, String names) {
    List<String> known =
        IntStream.range(0, snapshot.accounts().tres().size())
            .mapToObj(i -> snapshot.accounts().tres().name(i))
            .toList();
    if (names.equalsIgnoreCase("all")) {
      return known;
    }
    List<String> wanted = List.of(names.toLowerCase(Locale.ROOT).split(","));
    return known.containsAll(wanted) ? wanted : null;
  }
}
