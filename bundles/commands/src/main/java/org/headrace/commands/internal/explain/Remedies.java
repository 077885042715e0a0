package org.headrace.commands.internal.explain;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.headrace.api.job.Job;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.Remedy;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.SlurmDuration;

/** Changes with which a job would have started, as options that its user may give. */
final class Remedies {
  private static final long SECOND = 1000;
  private static final int SHOWN = 4;

  private Remedies() {}

  /** The smallest changes first; those that its user can't make are left out. */
  static List<String> options(Job job, List<Remedy> remedies, Snapshot snapshot) {
    Set<String> options = new LinkedHashSet<>();
    for (Remedy remedy : remedies) {
      if (remedy.kind() != Remedy.Kind.PARTITION || open(job, remedy.name(), snapshot)) {
        options.add(option(remedy));
      }
    }
    return new ArrayList<>(options).subList(0, Math.min(SHOWN, options.size()));
  }

  private static String option(Remedy remedy) {
    return switch (remedy.kind()) {
      case PARTITION -> "--partition=" + remedy.name();
      case TIME_LIMIT -> "--time=" + SlurmDuration.formatFull(remedy.amount() / SECOND);
      case NODES -> "--nodes=" + remedy.amount();
      case TASKS -> "--ntasks=" + remedy.amount();
      case CPUS_PER_TASK -> "--cpus-per-task=" + remedy.amount();
      case MEMORY -> "memory of " + remedy.amount() + "M";
      case GRES -> remedy.amount() + " " + remedy.name();
    };
  }

  private static boolean open(Job job, String name, Snapshot snapshot) {
    if (job.spec().partitions().contains(name)) {
      return false;
    }
    for (PartitionDefinition one : snapshot.definition().partitions()) {
      if (one.name().equals(name)) {
        return !one.rootOnly()
            && !one.hidden()
            && (allowed(one.allowGroups(), job.spec().owner().group())
                || job.spec().execution().memberOf().stream()
                    .anyMatch(group -> allowed(one.allowGroups(), group)))
            && allowed(one.allowAccounts(), job.spec().charge().account())
            && !one.denyAccounts().contains(job.spec().charge().account())
            && allowed(one.allowQos(), job.spec().charge().qos())
            && !one.denyQos().contains(job.spec().charge().qos());
      }
    }
    return false;
  }

  private static boolean allowed(List<String> names, String name) {
    return names.isEmpty() || names.contains(name.toLowerCase(Locale.ROOT)) || names.contains(name);
  }
}
