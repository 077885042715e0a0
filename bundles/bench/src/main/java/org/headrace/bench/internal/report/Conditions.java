package org.headrace.bench.internal.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.bench.internal.cluster.Cluster;

/**
 * Where and on what the figures were taken.
 *
 * @param facts by name, in the order to show them
 */
public record Conditions(Map<String, String> facts) {
  public static Conditions of(List<Cluster> clusters, boolean quick) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put(
        "machine",
        "%s, %d cores, %d GiB, Linux %s"
            .formatted(
                field("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong("0" + field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", ""))
                    >> 20,
                System.getProperty("os.version")));
    facts.put("load before", read("/proc/loadavg").strip());
    if (quick) {
      facts.put("quick", "few and small rounds: for trying, not for reporting");
    }
    clusters.forEach(cluster -> facts.put(cluster.label(), cluster.description()));
    return new Conditions(facts);
  }

  private static String field(String file, String key) {
    return read(file)
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown " + key);
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
