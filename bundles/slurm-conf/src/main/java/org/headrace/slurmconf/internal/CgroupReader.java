package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.headrace.slurmconf.CgroupConfiguration;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.internal.ConfigLine.Setting;
import org.headrace.slurmconf.text.TextFormatException;

/** Reads cgroup.conf. */
final class CgroupReader {
  private static final List<String> KEYS =
      List.of(
          "AllowedRAMSpace",
          "AllowedSwapSpace",
          "CgroupJobIdPaths",
          "CgroupMountpoint",
          "CgroupPlugin",
          "CgroupSlice",
          "ConstrainCores",
          "ConstrainDevices",
          "ConstrainRAMSpace",
          "ConstrainSwapSpace",
          "EnableControllers",
          "EnableExtraControllers",
          "IgnoreSystemd",
          "IgnoreSystemdOnFailure",
          "MaxRAMPercent",
          "MaxSwapPercent",
          "MemorySwappiness",
          "MinRAMSpace",
          "SignalChildrenProcesses",
          "SystemdTimeout");
  private static final Set<String> GONE =
      Set.of(
          "CGROUPAUTOMOUNT",
          "CGROUPRELEASEAGENTDIR",
          "TASKAFFINITY",
          "ALLOWEDKMEMSPACE",
          "CONSTRAINKMEMSPACE",
          "MAXKMEMPERCENT",
          "MINKMEMSPACE",
          "ALLOWEDDEVICESFILE");
  private static final Set<String> PLUGINS =
      Set.of("autodetect", "cgroup/v1", "cgroup/v2", "disabled");

  private final Diagnostics diagnostics;

  CgroupReader(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  CgroupConfiguration read(List<ConfigLine> lines, Position file) {
    List<Setting> settings = new ArrayList<>();
    for (ConfigLine line : lines) {
      for (Setting setting : line.settings()) {
        if (GONE.contains(setting.key().toUpperCase(Locale.ROOT))) {
          diagnostics.warning(
              setting.position(), setting.key() + " is obsolete and has no effect; remove it");
        } else if (KEYS.stream().noneMatch(setting.key()::equalsIgnoreCase)) {
          diagnostics.warning(
              setting.position(),
              "unknown key "
                  + TextFormatException.quote(setting.key())
                  + " is ignored"
                  + Spelling.hint(setting.key(), KEYS));
        } else {
          settings.add(setting);
        }
      }
    }
    ConfigLine all =
        new ConfigLine(
            file,
            settings.isEmpty()
                ? List.of(new Setting("CgroupPlugin", "autodetect", file))
                : settings);
    Row row = Row.of(all, KEYS, Map.of(), diagnostics);
    String plugin = row.text("CgroupPlugin", "autodetect");
    if (!PLUGINS.contains(plugin)) {
      row.error(
          "CgroupPlugin",
          "CgroupPlugin: "
              + TextFormatException.quote(plugin)
              + " is not one of autodetect, cgroup/v1, cgroup/v2, disabled");
    }
    return new CgroupConfiguration(
        plugin,
        row.text("CgroupMountpoint", "/sys/fs/cgroup"),
        row.flag("ConstrainCores", false),
        row.flag("ConstrainDevices", false),
        row.flag("ConstrainRAMSpace", false),
        row.flag("ConstrainSwapSpace", false),
        row.decimal("AllowedRAMSpace", 100),
        row.decimal("AllowedSwapSpace", 0),
        row.decimal("MaxRAMPercent", 100),
        row.decimal("MaxSwapPercent", 100),
        row.memory("MinRAMSpace", 30),
        row.flag("IgnoreSystemd", false),
        row.flag("IgnoreSystemdOnFailure", false),
        row.flag("EnableControllers", false),
        row.flag("SignalChildrenProcesses", false),
        row.integer("SystemdTimeout", 0, 3_600_000, 1000));
  }
}
