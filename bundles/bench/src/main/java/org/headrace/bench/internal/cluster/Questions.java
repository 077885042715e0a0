package org.headrace.bench.internal.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.bench.internal.BenchException;

/** What a cluster tells of itself through its own commands. */
final class Questions {
  private Questions() {}

  /** Keys of {@code scontrol show config}, in lower case. */
  static Map<String, String> configuration(Commands commands) {
    Map<String, String> values = new HashMap<>();
    for (String line : commands.need("scontrol", "show", "config").lines()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(
            line.substring(0, equals).strip().toLowerCase(Locale.ROOT),
            line.substring(equals + 1).strip());
      }
    }
    return values;
  }

  static long number(Map<String, String> configuration, String key) {
    String text = configuration.getOrDefault(key.toLowerCase(Locale.ROOT), "");
    try {
      return Long.parseLong(text.split(" ", 2)[0]);
    } catch (NumberFormatException e) {
      throw new BenchException(
          "scontrol show config has " + key + " = '" + text + "', a number is needed", e);
    }
  }

  static long jobs(Commands commands) {
    return commands.need("squeue", "-h", "-o", "%i").lines().size();
  }

  /** For instance {@code slurm 26.05.3, 4 nodes, 256 CPUs}. */
  static String description(Commands commands) {
    String version = commands.need("squeue", "-V").out().strip();
    List<String> nodes = commands.need("sinfo", "-h", "-N", "-o", "%N %c").lines();
    long cpus =
        nodes.stream()
            .distinct()
            .mapToLong(line -> Long.parseLong(line.replaceAll("^.* |[^0-9]*$", "")))
            .sum();
    return "%s, %d nodes, %d CPUs configured"
        .formatted(version, nodes.stream().distinct().count(), cpus);
  }
}
