package org.headrace.commands.internal.format;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.front.Caller;

/** What of the cluster a user may see. */
public final class Visibility {
  private final Caller caller;
  private final boolean administrator;
  private final boolean privateJobs;
  private final boolean privateNodes;
  private final Set<String> hidden;

  /**
   * What the caller may see.
   *
   * @param all true to show hidden partitions too
   */
  public Visibility(ClusterDefinition definition, Caller caller, boolean all) {
    this.caller = caller;
    this.administrator = caller.isRoot() || definition.administrators().contains(caller.user());
    String setting = definition.settings().getOrDefault("PrivateData", "");
    List<String> words = List.of(setting.toLowerCase(Locale.ROOT).split(","));
    privateJobs = words.contains("jobs") || words.contains("all");
    privateNodes = words.contains("nodes") || words.contains("all");
    hidden = new HashSet<>();
    for (PartitionDefinition partition : definition.partitions()) {
      if (partition.hidden() && !all) {
        hidden.add(partition.name());
      }
    }
  }

  /** Whether jobs of this user may be shown. */
  public boolean jobsOf(int uid) {
    return administrator || !privateJobs || uid == caller.uid();
  }

  /** Whether nodes may be shown. */
  public boolean nodes() {
    return administrator || !privateNodes;
  }

  /** Whether a partition is shown. */
  public boolean partition(String name) {
    return hidden.isEmpty() || !hidden.contains(name);
  }

  public boolean administrator() {
    return administrator;
  }
}
