package org.headrace.slurmconf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.headrace.slurmconf.internal.KeyTable;
import org.headrace.slurmconf.internal.KeyTable.Key;
import org.headrace.slurmconf.internal.ShownValue;

/**
 * Every cluster-level key with its text, as configured or by default. For what the typed records
 * leave out, and for {@code scontrol show config}. Immutable.
 */
public final class ClusterSettings {
  private final Map<String, Configured> configured;
  private final List<String> controllerHosts;

  /**
   * A value from a file.
   *
   * @param value as written, without quotes
   * @param position where
   */
  public record Configured(String value, Position position) {}

  /**
   * From what files say.
   *
   * @param configured by key in its usual spelling
   * @param controllerHosts as written, {@code name} or {@code name(address)}
   */
  public ClusterSettings(Map<String, Configured> configured, List<String> controllerHosts) {
    this.configured = Map.copyOf(configured);
    this.controllerHosts = List.copyOf(controllerHosts);
  }

  /** What a file says for a key, named in any case. */
  public Optional<Configured> configured(String key) {
    Key known = KeyTable.get().find(key);
    return Optional.ofNullable(configured.get(known == null ? key : known.name()));
  }

  /** The text of a key, its default where no file has it, or empty. */
  public String text(String key) {
    Key known = KeyTable.get().find(key);
    return configured(key).map(Configured::value).orElse(known == null ? "" : known.absent());
  }

  /** The SlurmctldHost lines as written. */
  public List<String> controllerHosts() {
    return controllerHosts;
  }

  /** The keys that a change of which takes effect only after a restart. */
  public static boolean needsRestart(String key) {
    Key known = KeyTable.get().find(key);
    return known != null && known.needsRestart();
  }

  /** The keys that a file sets, in the order of the table. */
  public List<String> configuredKeys() {
    return KeyTable.get().all().stream().map(Key::name).filter(configured::containsKey).toList();
  }

  /**
   * All keys as {@code scontrol show config} prints them, in its order.
   *
   * @param runtime what only the running controller knows and what it wants shown differently:
   *     BOOT_TIME, HASH_VAL, NEXT_JOB_ID, SLURM_CONF, SLURM_VERSION, MaxNodeCount, {@code
   *     SlurmUser=root(0)}, ...
   */
  public Map<String, String> shown(Map<String, String> runtime) {
    Map<String, String> upper = new LinkedHashMap<>();
    runtime.forEach((key, value) -> upper.put(key.toUpperCase(Locale.ROOT), value));
    Map<String, String> shown = new LinkedHashMap<>();
    for (Key key : KeyTable.get().all()) {
      String given = upper.remove(key.name().toUpperCase(Locale.ROOT));
      if (given != null) {
        shown.put(key.name(), given);
      } else if (key.name().equals("SlurmctldHost")) {
        for (int i = 0; i < controllerHosts.size(); i++) {
          shown.put("SlurmctldHost[" + i + "]", controllerHosts.get(i));
        }
      } else {
        Configured value = configured.get(key.name());
        String text = ShownValue.of(key, value == null ? null : value.value());
        if (text != null) {
          shown.put(key.name(), text);
        }
      }
    }
    if (configured.containsKey("DefMemPerCPU") || configured.containsKey("DefMemPerGPU")) {
      shown.remove("DefMemPerNode");
    }
    if (configured.containsKey("MaxMemPerCPU")) {
      shown.remove("MaxMemPerNode");
    }
    return shown;
  }
}
