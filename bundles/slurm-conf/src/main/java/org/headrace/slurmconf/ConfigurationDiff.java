package org.headrace.slurmconf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * What a reconfiguration changes.
 *
 * @param keys cluster-level keys with other values, in the order of the table
 * @param nodes names by kind of change
 * @param partitions names by kind of change
 * @param otherFiles which of gres.conf, topology and cgroup.conf changed
 */
public record ConfigurationDiff(
    List<ChangedKey> keys, Changes nodes, Changes partitions, Set<String> otherFiles) {

  /**
   * One key.
   *
   * @param name in its usual spelling
   * @param before old text
   * @param after new text
   * @param needsRestart whether daemons must be restarted to use the new value
   */
  public record ChangedKey(String name, String before, String after, boolean needsRestart) {}

  /**
   * Names of things that are new, gone, or configured differently.
   *
   * @param added only in the new one
   * @param removed only in the old one
   * @param changed in both
   */
  public record Changes(List<String> added, List<String> removed, List<String> changed) {
    /** Copies its arguments. */
    public Changes {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
      changed = List.copyOf(changed);
    }

    /** Whether nothing changed. */
    public boolean isEmpty() {
      return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }
  }

  /** Copies its arguments. */
  public ConfigurationDiff {
    keys = List.copyOf(keys);
    otherFiles = Set.copyOf(otherFiles);
  }

  /** Compares two configurations. Where in a file something stands does not count. */
  public static ConfigurationDiff between(ClusterConfiguration before, ClusterConfiguration after) {
    Set<String> files = new LinkedHashSet<>();
    if (!withoutPositions(before.gres()).equals(withoutPositions(after.gres()))) {
      files.add("gres.conf");
    }
    if (!withoutPositions(before.topologies()).equals(withoutPositions(after.topologies()))) {
      files.add("topology");
    }
    if (!before.cgroup().equals(after.cgroup())) {
      files.add("cgroup.conf");
    }
    return new ConfigurationDiff(
        keys(before.settings(), after.settings()),
        changes(before.nodes(), after.nodes(), NodeConfiguration::name, ConfigurationDiff::same),
        changes(
            before.partitions(),
            after.partitions(),
            PartitionConfiguration::name,
            ConfigurationDiff::same),
        files);
  }

  private static List<ChangedKey> keys(ClusterSettings before, ClusterSettings after) {
    Set<String> names = new LinkedHashSet<>(before.configuredKeys());
    names.addAll(after.configuredKeys());
    List<ChangedKey> changed = new ArrayList<>();
    String oldHosts = String.join(",", before.controllerHosts());
    String newHosts = String.join(",", after.controllerHosts());
    if (!oldHosts.equals(newHosts)) {
      changed.add(new ChangedKey("SlurmctldHost", oldHosts, newHosts, true));
    }
    for (String name : names) {
      String old = before.text(name);
      String now = after.text(name);
      if (!old.equals(now)) {
        changed.add(new ChangedKey(name, old, now, ClusterSettings.needsRestart(name)));
      }
    }
    return changed;
  }

  private static <T> Changes changes(
      List<T> before, List<T> after, Function<T, String> name, BiPredicate<T, T> same) {
    Map<String, T> old = new LinkedHashMap<>();
    before.forEach(item -> old.put(name.apply(item), item));
    List<String> added = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (T item : after) {
      T other = old.remove(name.apply(item));
      if (other == null) {
        added.add(name.apply(item));
      } else if (!same.test(other, item)) {
        changed.add(name.apply(item));
      }
    }
    return new Changes(added, List.copyOf(old.keySet()), changed);
  }

  private static <T> boolean same(T a, T b) {
    return Objects.equals(withoutPositions(a), withoutPositions(b));
  }

  /** Records print all their components; positions are the only ones that may differ unseen. */
  private static String withoutPositions(Object value) {
    return value.toString().replaceAll("position=[^,\\]]*:\\d+", "position");
  }

  /** Whether nothing changed. */
  public boolean isEmpty() {
    return keys.isEmpty() && nodes.isEmpty() && partitions.isEmpty() && otherFiles.isEmpty();
  }

  /** The changed keys that take effect only after a restart. */
  public List<ChangedKey> needingRestart() {
    return keys.stream().filter(ChangedKey::needsRestart).toList();
  }
}
