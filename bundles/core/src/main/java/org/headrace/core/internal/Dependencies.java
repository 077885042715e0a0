package org.headrace.core.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Dependency.Condition;
import org.headrace.api.job.Dependency.Kind;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Reason;

/**
 * Which pending jobs wait for others.
 *
 * <p>A condition that is met is taken out of the job's dependency; when none is left the job is
 * free. A condition that can't be met any more stays so, also where the job that it names is put
 * back in the queue, and makes the job hopeless, unless another of an "any" can. Waiting jobs are
 * found by the job or task they wait for, so that the end of a job costs what its dependents cost;
 * and how far an array is, is counted, so that a dependent costs the same however many tasks it
 * waits for.
 */
final class Dependencies {
  /** What is to be expected of a condition. */
  private enum Outlook {
    MET,
    OPEN,
    NEVER
  }

  private static final long MINUTE = 60_000;

  /** So many looks may be under way within each other: a thread's stack holds ten times as many. */
  private static final int MOST_NESTED = 100;

  /** The attribute in which submitters hand on {@code --kill-on-invalid-dep}. */
  private static final String KILL_WHEN_HOPELESS = "KillOnInvalidDependent";

  private final Machine machine;
  private final ClusterState state;

  /** Who waits, by the job and the task that they wait for. */
  private final Map<Long, TreeMap<Integer, TreeSet<Long>>> dependents = new HashMap<>();

  /** Those that are still to be looked at, in order. */
  private final ArrayDeque<Long> later = new ArrayDeque<>();

  private int nested;

  Dependencies(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  void clear() {
    dependents.clear();
  }

  /** Notes for whom a job waits. */
  void watch(Job job) {
    for (Condition condition : job.spec().dependency().conditions()) {
      if (condition.kind() != Kind.SINGLETON) {
        dependents
            .computeIfAbsent(condition.jobId(), id -> new TreeMap<>())
            .computeIfAbsent(condition.arrayTask(), task -> new TreeSet<>())
            .add(job.id());
      }
    }
  }

  void unwatch(Job job) {
    for (Condition condition : job.spec().dependency().conditions()) {
      forget(condition, job.id());
      if (condition.kind() == Kind.AFTER) {
        machine.end.notNeeded(condition.jobId());
      }
    }
  }

  private void forget(Condition condition, long id) {
    TreeMap<Integer, TreeSet<Long>> tasks = dependents.get(condition.jobId());
    TreeSet<Long> waiting = tasks == null ? null : tasks.get(condition.arrayTask());
    if (waiting == null) {
      return;
    }
    waiting.remove(id);
    if (waiting.isEmpty()) {
      tasks.remove(condition.arrayTask());
    }
    if (tasks.isEmpty()) {
      dependents.remove(condition.jobId());
    }
  }

  /** Those that wait for a job, or for any part of an array; ascending. */
  private TreeSet<Long> dependents(long parentId) {
    TreeSet<Long> all = new TreeSet<>();
    dependents.getOrDefault(parentId, new TreeMap<>()).values().forEach(all::addAll);
    return all;
  }

  /** True when a job with a dependency can never become free. */
  boolean hopeless(Job job) {
    Dependency dependency = job.spec().dependency();
    boolean all = true;
    boolean some = false;
    for (Condition condition : dependency.conditions()) {
      boolean never = outlook(job, condition) == Outlook.NEVER;
      all &= never;
      some |= never;
    }
    return dependency.any() ? all : some;
  }

  /**
   * A new dependency without the conditions on jobs that ended so long ago that they are forgotten.
   * How they ended isn't known here any more, so they hold nobody up.
   */
  Dependency withoutForgotten(Dependency dependency) {
    List<Condition> open =
        dependency.conditions().stream().filter(condition -> !forgotten(condition)).toList();
    if (open.size() == dependency.conditions().size()) {
      return dependency;
    }
    return open.isEmpty() || dependency.any() ? Dependency.NONE : new Dependency(open, false);
  }

  private boolean forgotten(Condition condition) {
    long id = condition.jobId();
    return condition.kind() != Kind.SINGLETON
        && id >= state.limits().firstJobId()
        && id < state.nextJobId
        && !machine.arrays.known(id);
  }

  /** The job with the conditions taken out that are met, and those marked that never will be. */
  Job reconsider(Job job) {
    Dependency dependency = job.spec().dependency();
    if (dependency.isEmpty()) {
      return job;
    }
    List<Condition> open = new ArrayList<>();
    boolean met = false;
    for (Condition condition : dependency.conditions()) {
      switch (outlook(job, condition)) {
        case MET -> met = true;
        case OPEN -> open.add(condition);
        case NEVER -> open.add(condition.withFailed());
      }
    }
    if (!met && open.equals(dependency.conditions())) {
      return job;
    }
    unwatch(job);
    boolean free = open.isEmpty() || met && dependency.any();
    Dependency left = free ? Dependency.NONE : new Dependency(open, dependency.any());
    Job changed = job.withSpec(job.spec().withDependency(left));
    watch(changed);
    return changed;
  }

  /** True while some job waits until enough time has passed since this one started. */
  boolean delaying(long parentId) {
    for (long id : dependents(parentId)) {
      Job job = machine.jobs.get(id);
      boolean waits =
          job != null
              && job.spec().dependency().conditions().stream()
                  .anyMatch(c -> c.jobId() == parentId && c.kind() == Kind.AFTER);
      if (waits) {
        return true;
      }
    }
    return false;
  }

  /** After a job started, ended or went: looks at those that wait for it. */
  void changed(Job parent) {
    if (parent.arrayId() != parent.id()) {
      dependents(parent.id()).forEach(this::look);
    }
    if (parent.arrayId() == 0) {
      return;
    }
    if (parent.arrayTask() == Job.NO_TASK) {
      dependents(parent.arrayId()).forEach(this::look);
    } else {
      changed(parent.arrayId(), parent.arrayTask());
    }
  }

  /** Who waits for another task has nothing to learn of this one. */
  private void changed(long arrayId, int task) {
    TreeMap<Integer, TreeSet<Long>> tasks = dependents.get(arrayId);
    if (tasks != null) {
      TreeSet<Long> waiting = new TreeSet<>(tasks.getOrDefault(task, new TreeSet<>()));
      waiting.addAll(tasks.getOrDefault(Condition.ALL_TASKS, new TreeSet<>()));
      waiting.forEach(this::look);
    }
  }

  /**
   * Looks at one waiting job again, and tells when it changes. That may end it, and with it others
   * that wait for it; where they wait for each other in a long chain, the rest of them is looked at
   * after those that come first.
   */
  void look(long id) {
    if (nested == MOST_NESTED) {
      later.add(id);
      return;
    }
    nested++;
    try {
      lookNow(id);
      while (nested == 1 && !later.isEmpty()) {
        lookNow(later.remove());
      }
    } finally {
      nested--;
      if (nested == 0) {
        later.clear(); // else a fault would leave something that no snapshot has
      }
    }
  }

  private void lookNow(long id) {
    Job job = machine.jobs.get(id);
    if (job == null
        || job.status().state() != JobState.PENDING
        || job.status().has(JobFlag.COMPLETING)) {
      return;
    }
    job = splitCorresponding(job);
    if (job == null) {
      return;
    }
    Job changed = reconsider(job);
    Job tested = machine.gate.settle(changed);
    if (killsWhenHopeless(tested) && !tested.spec().dependency().isEmpty() && hopeless(tested)) {
      machine.end.withdraw(tested, JobState.CANCELLED, tested.status().reason(), -1);
    } else if (changed != job || tested.status().reason() != job.status().reason()) {
      state.events.job(tested);
    }
  }

  /** Splits off those tasks whose own counterpart has come to its end; null if none is left. */
  private Job splitCorresponding(Job job) {
    if (!job.pendingArray()) {
      return job;
    }
    for (Condition condition : job.spec().dependency().conditions()) {
      if (condition.kind() != Kind.AFTER_CORRESPONDING) {
        continue;
      }
      for (long member : machine.arrays.membersOver(condition.jobId(), waitingOf(job.id()))) {
        Job array = machine.jobs.get(job.id());
        if (array == null || !array.pendingArray()) {
          return null;
        }
        Job counterpart = machine.jobs.get(member);
        if (counterpart.pendingArray()) {
          endCorresponding(array, counterpart.status().pendingTasks());
        } else if (array.status().pendingTasks().contains(counterpart.arrayTask())) {
          look(machine.arrays.split(array, counterpart.arrayTask()).id());
        }
      }
    }
    Job rest = machine.jobs.get(job.id());
    return rest.pendingArray() ? rest : null;
  }

  private JobArray waitingOf(long id) {
    Job array = machine.jobs.get(id);
    return array == null || !array.pendingArray() ? JobArray.NONE : array.status().pendingTasks();
  }

  /**
   * The counterparts of some tasks were cancelled together: these tasks end together, too, where
   * jobs without hope do. Else they stay with the rest of the array, which has hope while another
   * of its tasks has.
   */
  private void endCorresponding(Job array, JobArray cancelled) {
    JobArray waiting = array.status().pendingTasks();
    JobArray part = Ranges.intersection(waiting, cancelled.ranges());
    boolean hopeless = killsWhenHopeless(array) && !array.spec().dependency().any();
    if (!hopeless || !part.isArray() || part.count() == waiting.count()) {
      return;
    }
    if (part.count() == 1) {
      look(machine.arrays.split(array, Ranges.first(part)).id());
    } else {
      Job group = machine.arrays.splitToEnd(array, part);
      machine.end.withdraw(group, JobState.CANCELLED, Reason.DEPENDENCY_NEVER_SATISFIED, -1);
    }
  }

  private boolean killsWhenHopeless(Job job) {
    String own = job.spec().attributes().get(KILL_WHEN_HOPELESS);
    if (own != null) {
      return own.equalsIgnoreCase("yes");
    }
    return state.configuration.setting("DependencyParameters", "").contains("kill_invalid_depend");
  }

  private Outlook outlook(Job job, Condition condition) {
    if (condition.failed()) {
      return Outlook.NEVER;
    }
    if (condition.kind() == Kind.SINGLETON) {
      return machine.singletons.blocked(job) ? Outlook.OPEN : Outlook.MET;
    }
    long id = condition.jobId();
    Integer task = task(job, condition);
    boolean corresponding = condition.kind() == Kind.AFTER_CORRESPONDING && job.pendingArray();
    if (task != null) {
      Job parent = parent(id, task);
      // Had it been met when the job it names ended, it would have been taken out then.
      return parent == null
          ? Outlook.NEVER
          : outlook(job, condition, over(parent), over(parent) && !good(parent));
    } else if (!machine.arrays.known(id)) {
      return Outlook.NEVER;
    } else if (corresponding) {
      return correspondingOutlook(job, id);
    }
    return outlook(job, condition, machine.arrays.over(id), machine.arrays.anyBad(id));
  }

  /**
   * What is to be expected of a condition.
   *
   * @param over true when all that it names are over
   * @param bad true when one of them is over and hasn't completed
   */
  private Outlook outlook(Job job, Condition condition, boolean over, boolean bad) {
    switch (condition.kind()) {
      case AFTER:
        long met = met(job, condition);
        state.timers.set(met > state.time ? met : 0, Timers.Kind.DEPENDENCY, job.id());
        return met > state.time ? Outlook.OPEN : Outlook.MET;
      case AFTER_ANY:
        return over ? Outlook.MET : Outlook.OPEN;
      case AFTER_NOT_OK:
        if (!over) {
          return Outlook.OPEN;
        }
        return bad ? Outlook.MET : Outlook.NEVER;
      default:
        if (bad) {
          return Outlook.NEVER;
        }
        return over ? Outlook.MET : Outlook.OPEN;
    }
  }

  /** Of an array whose tasks wait for another's one by one. */
  private Outlook correspondingOutlook(Job array, long id) {
    if (machine.arrays.counterpartsGoOn(array.status().pendingTasks(), id)) {
      return Outlook.OPEN;
    }
    List<Job> parents = corresponding(array, machine.arrays.parts(id));
    return parents.stream().allMatch(Dependencies::good) ? Outlook.MET : Outlook.NEVER;
  }

  /** When those that a condition names have begun for so long; never while one hasn't begun. */
  private long met(Job job, Condition condition) {
    Integer task = task(job, condition);
    Job parent = task == null ? null : parent(condition.jobId(), task);
    long begun = Timers.NEVER;
    if (task == null && machine.arrays.known(condition.jobId())) {
      begun = machine.arrays.begun(condition.jobId());
    } else if (parent != null) {
      begun = Arrays.begunAt(parent);
    }
    return Timers.after(begun, condition.delayMinutes() * MINUTE);
  }

  /**
   * Notes for whom a job from a snapshot, or one split from an array, waits, and until when: also
   * of one that is held, which nobody looks at before it is released.
   */
  void restore(Job job) {
    watch(job);
    for (Condition condition : job.spec().dependency().conditions()) {
      if (condition.kind() == Kind.AFTER && condition.delayMinutes() > 0) {
        state.timers.set(met(job, condition), Timers.Kind.DEPENDENCY, job.id());
      }
    }
  }

  /** True for a job of which a condition is met at that very time. */
  boolean due(Job job, long at) {
    for (Condition condition : job.spec().dependency().conditions()) {
      boolean delayed = condition.kind() == Kind.AFTER && condition.delayMinutes() > 0;
      if (delayed && met(job, condition) == at) {
        return true;
      }
    }
    return false;
  }

  /** The one task that a condition names, or null where it names a job or all of an array. */
  private static Integer task(Job job, Condition condition) {
    if (condition.arrayTask() != Condition.ALL_TASKS) {
      return condition.arrayTask();
    }
    boolean own = condition.kind() == Kind.AFTER_CORRESPONDING && job.arrayTask() != Job.NO_TASK;
    return own ? job.arrayTask() : null;
  }

  /** The record of a task, which it may share with others; null if there is none. */
  private Job parent(long arrayId, int task) {
    Job own = machine.arrays.task(arrayId, task);
    if (own != null) {
      return own;
    }
    Job rest = machine.jobs.get(arrayId);
    boolean waits =
        rest != null && rest.pendingArray() && rest.status().pendingTasks().contains(task);
    return waits ? rest : null;
  }

  /** Those that some of an array's tasks wait for; all where none has a counterpart. */
  private static List<Job> corresponding(Job array, List<Job> parts) {
    JobArray tasks = array.status().pendingTasks();
    List<Job> own =
        parts.stream()
            .filter(
                part ->
                    part.pendingArray()
                        ? Ranges.intersection(tasks, part.status().pendingTasks().ranges())
                            .isArray()
                        : tasks.contains(part.arrayTask()))
            .toList();
    return own.isEmpty() ? parts : own;
  }

  /** True when a job has ended and left its nodes. */
  static boolean over(Job job) {
    return job.status().state().ended() && !job.status().has(JobFlag.COMPLETING);
  }

  private static boolean good(Job job) {
    return job.status().state() == JobState.COMPLETED;
  }
}
