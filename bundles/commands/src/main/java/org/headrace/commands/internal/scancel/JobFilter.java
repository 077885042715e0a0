package org.headrace.commands.internal.scancel;

import java.util.List;
import java.util.Set;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.control.front.Caller;
import org.headrace.control.query.Snapshot;

/** Which jobs the options of scancel let through. */
final class JobFilter {
  private final ScancelOptions options;
  private final Snapshot snapshot;
  private final Caller caller;
  private final Set<String> nodes;
  private final boolean othersToo;

  JobFilter(ScancelOptions options, Snapshot snapshot, Caller caller) {
    this.options = options;
    this.snapshot = snapshot;
    this.caller = caller;
    this.nodes = Set.copyOf(options.wantedNodes());
    this.othersToo =
        options.has("user")
            || caller.isRoot()
            || snapshot.definition().administrators().contains(caller.user());
  }

  boolean accepts(Job job) {
    JobState state = job.status().state();
    return !state.ended()
        && (options.wantedState() == null || options.wantedState() == state)
        && mine(job)
        && same("account", job.spec().charge().account())
        && same("qos", job.spec().charge().qos())
        && same("wckey", job.spec().charge().wckey())
        && same("name", job.spec().name())
        && same("reservation", job.reservation())
        && partition(job)
        && onNodes(job);
  }

  private boolean mine(Job job) {
    int uid = job.spec().owner().uid();
    if (options.has("me") || !othersToo) {
      return uid == caller.uid();
    }
    String user = options.value("user");
    return user.isEmpty()
        || user.equals(job.spec().owner().user())
        || user.equals(Integer.toString(uid));
  }

  private boolean same(String option, String value) {
    return !options.has(option) || List.of(options.value(option).split(",")).contains(value);
  }

  private boolean partition(Job job) {
    String wanted = options.value("partition");
    return wanted.isEmpty()
        || wanted.equals(job.status().partition())
        || job.status().state() == JobState.PENDING && job.spec().partitions().contains(wanted);
  }

  private boolean onNodes(Job job) {
    if (nodes.isEmpty()) {
      return true;
    }
    return job.status().state() != JobState.PENDING
        && NodeNames.of(job.status().allocation(), snapshot).stream().anyMatch(nodes::contains);
  }
}
