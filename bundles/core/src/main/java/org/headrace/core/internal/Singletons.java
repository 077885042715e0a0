package org.headrace.core.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Job;

/** Unfinished jobs by user and name, for jobs that want to be the only one of theirs. */
final class Singletons {
  private final Machine machine;
  private final Map<Key, Group> groups = new HashMap<>();

  private record Key(int user, String name) {}

  private static final class Group {
    private final IdSet unfinished = new IdSet();
    private final TreeSet<Long> waiting = new TreeSet<>();
  }

  Singletons(Machine machine) {
    this.machine = machine;
  }

  void clear() {
    groups.clear();
  }

  /** Takes in an unfinished job. */
  void add(Job job) {
    Group group = groups.computeIfAbsent(key(job), key -> new Group());
    group.unfinished.add(job.id());
    if (wants(job)) {
      group.waiting.add(job.id());
    }
  }

  /** Takes out a job, and looks at those that waited for it. */
  void remove(Job job) {
    Group group = groups.get(key(job));
    if (group == null) {
      return;
    }
    group.unfinished.remove(job.id());
    group.waiting.remove(job.id());
    if (group.unfinished.isEmpty()) {
      groups.remove(key(job));
      return;
    }
    for (long id : List.copyOf(group.waiting)) {
      if (blocked(group, id)) {
        return; // and by whom it waits for, or by itself, so is who comes later
      }
      machine.dependencies.look(id);
    }
  }

  /** Follows a change of a job's name or dependency. */
  void moved(Job before, Job after) {
    if (!key(before).equals(key(after)) || wants(before) != wants(after)) {
      Group group = groups.get(key(before));
      boolean known = group != null && group.unfinished.contains(before.id());
      remove(before);
      if (known) {
        add(after);
      }
    }
  }

  /** True while an older unfinished job of the same name and user is there. */
  boolean blocked(Job job) {
    Group group = groups.get(key(job));
    if (group == null) {
      return false;
    }
    return blocked(group, job.id());
  }

  private boolean blocked(Group group, long job) {
    long array = arrayOf(job);
    return group.unfinished.anyBelow(job, id -> array == 0 || arrayOf(id) != array);
  }

  private long arrayOf(long id) {
    var page = machine.state.table.find(id);
    return page == null ? 0 : page.arrayId.get(org.headrace.core.internal.table.JobTable.row(id));
  }

  private static boolean wants(Job job) {
    return job.spec().dependency().conditions().stream()
        .anyMatch(condition -> condition.kind() == Dependency.Kind.SINGLETON);
  }

  private static Key key(Job job) {
    return new Key(job.spec().owner().uid(), job.spec().name());
  }
}
