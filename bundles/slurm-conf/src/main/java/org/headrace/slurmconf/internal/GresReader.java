package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.headrace.slurmconf.GresConfiguration;
import org.headrace.slurmconf.GresEntry;
import org.headrace.slurmconf.text.BitmapList;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.TextFormatException;

/** Reads gres.conf. */
final class GresReader {
  private static final List<String> KEYS =
      List.of(
          "AutoDetect",
          "NodeName",
          "Name",
          "Type",
          "File",
          "MultipleFiles",
          "Count",
          "Cores",
          "Links",
          "Flags");
  private static final Map<String, String> ALIASES =
      Map.of("CPUS", "Cores", "FILES", "File", "LINK", "Links", "FLAG", "Flags");
  private static final Set<String> DETECTORS =
      Set.of("off", "nvml", "rsmi", "oneapi", "nvidia", "nrt", "full");
  private static final Set<String> FLAGS =
      Set.of(
          "countonly",
          "one_sharing",
          "all_sharing",
          "explicit",
          "nvidia_gpu_env",
          "amd_gpu_env",
          "intel_gpu_env",
          "opencl_env",
          "env_uuid",
          "no_gpu_env");
  private static final int MAX_FILES = 1024;

  private final Diagnostics diagnostics;
  private final Set<String> nodes;
  private final List<String> gresTypes;
  private final List<GresEntry> entries = new ArrayList<>();
  private String autoDetect = "";

  GresReader(Diagnostics diagnostics, Set<String> nodes, List<String> gresTypes) {
    this.diagnostics = diagnostics;
    this.nodes = nodes;
    this.gresTypes = gresTypes;
  }

  GresConfiguration read(List<ConfigLine> lines) {
    lines.forEach(this::line);
    return new GresConfiguration(autoDetect, entries);
  }

  private void line(ConfigLine line) {
    Row row = Row.of(line, KEYS, ALIASES, diagnostics);
    String detector = row.text("AutoDetect", "").toLowerCase(Locale.ROOT);
    if (!detector.isEmpty() && !DETECTORS.contains(detector)) {
      row.error(
          "AutoDetect",
          "AutoDetect: "
              + TextFormatException.quote(detector)
              + " is not one of full, nvml,"
              + " nvidia, rsmi, oneapi, nrt, off");
    }
    if (!row.has("Name") && !row.has("NodeName")) {
      if (row.has("AutoDetect")) {
        autoDetect = detector;
      } else if (!row.keys().isEmpty()) {
        row.error("Name", "a line of gres.conf needs Name= or AutoDetect=");
      }
      return;
    }
    if (!row.has("Name") && !row.has("AutoDetect")) {
      row.error("Name", "Name= is missing; write NodeName=... Name=gpu ...");
      return;
    }
    entries.add(entry(row, detector));
  }

  private GresEntry entry(Row row, String detector) {
    String name = row.text("Name", "").toLowerCase(Locale.ROOT);
    if (!name.isEmpty() && gresTypes.stream().noneMatch(name::equalsIgnoreCase)) {
      row.error(
          "Name", "Name " + TextFormatException.quote(name) + " is not in GresTypes of slurm.conf");
    }
    List<String> files = files(row, "File");
    List<String> multiple = files(row, "MultipleFiles");
    if (!files.isEmpty() && !multiple.isEmpty()) {
      row.error("MultipleFiles", "File and MultipleFiles exclude each other");
    }
    boolean shared = name.equals("mps") || name.equals("shard");
    long units = files.isEmpty() ? 1 : files.size();
    long count = count(row, units);
    if (!files.isEmpty() && !shared && count != units) {
      row.error("Count", "Count=" + count + " does not match the " + units + " files of File=");
    }
    return new GresEntry(
        members(row),
        name,
        row.text("Type", ""),
        count,
        files,
        multiple,
        cores(row),
        links(row, files.size()),
        flags(row),
        detector,
        row.position());
  }

  private static long count(Row row, long absent) {
    if (!row.has("Count")) {
      return absent;
    }
    try {
      return Sizes.parseCount(row.text("Count", ""));
    } catch (TextFormatException e) {
      row.error("Count", "Count: " + e.getMessage());
      return absent;
    }
  }

  private List<String> members(Row row) {
    List<String> members = row.hosts("NodeName");
    for (String node : members) {
      if (!nodes.contains(node)) {
        row.warning(
            "NodeName",
            "NodeName names "
                + node
                + ", which slurm.conf does not define"
                + Spelling.hint(node, nodes));
        break;
      }
    }
    return members;
  }

  private static List<String> files(Row row, String key) {
    try {
      List<String> files = Hostlist.expandFiles(row.text(key, ""), MAX_FILES);
      for (String file : files) {
        if (!file.startsWith("/")) {
          row.error(key, key + ": " + TextFormatException.quote(file) + " is not a full path");
          return List.of();
        }
      }
      return files;
    } catch (TextFormatException e) {
      row.error(key, key + ": " + e.getMessage());
      return List.of();
    }
  }

  private static Set<Integer> cores(Row row) {
    Set<Integer> cores = new LinkedHashSet<>();
    try {
      BitmapList.parse(row.text("Cores", "")).stream().forEach(cores::add);
    } catch (TextFormatException e) {
      row.error("Cores", "Cores: " + e.getMessage());
    }
    return cores;
  }

  private static List<Integer> links(Row row, int files) {
    List<Integer> links = new ArrayList<>();
    for (String link : row.list("Links")) {
      try {
        links.add((int) Values.integer(link, -1, 1024));
      } catch (TextFormatException e) {
        row.error("Links", "Links: " + e.getMessage());
        return List.of();
      }
    }
    if (!links.isEmpty() && files > 1) {
      row.error("Links", "Links describes one device, and File= names " + files);
    }
    return links;
  }

  private static Set<String> flags(Row row) {
    Set<String> flags = new LinkedHashSet<>();
    for (String flag : row.list("Flags")) {
      flags.add(flag.toLowerCase(Locale.ROOT));
      if (!FLAGS.contains(flag.toLowerCase(Locale.ROOT))) {
        row.warning(
            "Flags",
            "unknown flag " + TextFormatException.quote(flag) + Spelling.hint(flag, FLAGS));
      }
    }
    return flags;
  }
}
