package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
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
 * found by the job they wait for, so that the end of a job costs what its dependents cost.
 */
final class Dependencies {
  /** What is to be expected of a condition. */
  private enum Outlook {
    MET,
    OPEN,
    NEVER
  }

  private static final long MINUTE = 60_000;

  /** The attribute in which submitters hand on {@code --kill-on-invalid-dep}. */
  private static final String KILL_WHEN_HOPELESS = "KillOnInvalidDependent";

  private final Machine machine;
  private final ClusterState state;
  private final TreeMap<Long, TreeSet<Long>> dependents = new TreeMap<>();

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
        dependents.computeIfAbsent(condition.jobId(), id -> new TreeSet<>()).add(job.id());
      }
    }
  }

  void unwatch(Job job) {
    for (Condition condition : job.spec().dependency().conditions()) {
      TreeSet<Long> waiting = dependents.get(condition.jobId());
      if (waiting != null && waiting.remove(job.id()) && waiting.isEmpty()) {
        dependents.remove(condition.jobId());
      }
      if (condition.kind() == Kind.AFTER) {
        machine.end.notNeeded(condition.jobId());
      }
    }
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
        && machine.arrays.parts(id).isEmpty();
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
    for (long id : dependents.getOrDefault(parentId, new TreeSet<>())) {
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
    changed(parent.id());
    if (parent.arrayId() != 0 && parent.arrayId() != parent.id()) {
      changed(parent.arrayId());
    }
  }

  private void changed(long parentId) {
    TreeSet<Long> waiting = dependents.get(parentId);
    if (waiting != null) {
      for (long id : List.copyOf(waiting)) {
        look(id);
      }
    }
  }

  /** Looks at one waiting job again, and tells when it changes. */
  void look(long id) {
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
      for (long member : machine.arrays.members(condition.jobId()).sorted()) {
        Job counterpart = machine.jobs.get(member);
        if (counterpart == null || !over(counterpart)) {
          continue;
        }
        Job array = machine.jobs.get(job.id());
        if (array == null || !array.pendingArray()) {
          return null;
        }
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
    List<Job> parents = parents(job, condition);
    if (parents.isEmpty()) {
      // Had it been met when the job it names ended, it would have been taken out then.
      return Outlook.NEVER;
    }
    boolean rest = parents.stream().anyMatch(Job::pendingArray);
    boolean eachHasItsOwn = condition.kind() == Kind.AFTER_CORRESPONDING && job.pendingArray();
    if (eachHasItsOwn && !parents.stream().allMatch(Dependencies::over)) {
      return Outlook.OPEN;
    }
    switch (condition.kind()) {
      case AFTER:
        return after(job, parents, condition.delayMinutes() * MINUTE);
      case AFTER_ANY:
        return parents.stream().allMatch(Dependencies::over) ? Outlook.MET : Outlook.OPEN;
      case AFTER_NOT_OK:
        if (!parents.stream().allMatch(Dependencies::over)) {
          return Outlook.OPEN;
        }
        return parents.stream().allMatch(Dependencies::good) ? Outlook.NEVER : Outlook.MET;
      default:
        if (parents.stream().anyMatch(parent -> over(parent) && !good(parent))) {
          return Outlook.NEVER;
        }
        return !rest && parents.stream().allMatch(Dependencies::over) ? Outlook.MET : Outlook.OPEN;
    }
  }

  private Outlook after(Job job, List<Job> parents, long delay) {
    long met = afterAll(parents, delay);
    if (met > state.time) {
      state.timers.set(met, Timers.Kind.DEPENDENCY, job.id());
      return Outlook.OPEN;
    }
    return Outlook.MET;
  }

  /** When all have begun for so long; {@link Timers#NEVER} while one hasn't begun. */
  private static long afterAll(List<Job> parents, long delay) {
    long latest = 0;
    for (Job parent : parents) {
      boolean begun = parent.status().started() > 0 || parent.status().state().ended();
      if (!begun) {
        return Timers.NEVER;
      }
      long since =
          parent.status().started() > 0 ? parent.status().started() : parent.status().ended();
      latest = Math.max(latest, since);
    }
    return latest + delay;
  }

  /**
   * Notes for whom a job from a snapshot, or one split from an array, waits, and until when: also
   * of one that is held, which nobody looks at before it is released.
   */
  void restore(Job job) {
    watch(job);
    for (Condition condition : job.spec().dependency().conditions()) {
      List<Job> parents =
          condition.kind() == Kind.AFTER && condition.delayMinutes() > 0
              ? parents(job, condition)
              : List.of();
      if (!parents.isEmpty()) {
        long met = afterAll(parents, condition.delayMinutes() * MINUTE);
        state.timers.set(met, Timers.Kind.DEPENDENCY, job.id());
      }
    }
  }

  /** True for a job of which a condition is met at that very time. */
  boolean due(Job job, long at) {
    for (Condition condition : job.spec().dependency().conditions()) {
      if (condition.kind() == Kind.AFTER && condition.delayMinutes() > 0) {
        List<Job> parents = parents(job, condition);
        if (!parents.isEmpty() && afterAll(parents, condition.delayMinutes() * MINUTE) == at) {
          return true;
        }
      }
    }
    return false;
  }

  private List<Job> parents(Job job, Condition condition) {
    int index = condition.arrayTask();
    if (index == Condition.ALL_TASKS && condition.kind() == Kind.AFTER_CORRESPONDING) {
      index = job.arrayTask() == Job.NO_TASK ? Condition.ALL_TASKS : job.arrayTask();
    }
    if (index == Condition.ALL_TASKS) {
      List<Job> parts = machine.arrays.parts(condition.jobId());
      return condition.kind() == Kind.AFTER_CORRESPONDING && job.pendingArray()
          ? corresponding(job, parts)
          : parts;
    }
    Job task = machine.arrays.task(condition.jobId(), index);
    if (task != null) {
      return List.of(task);
    }
    Job rest = machine.jobs.get(condition.jobId());
    boolean waits =
        rest != null && rest.pendingArray() && rest.status().pendingTasks().contains(index);
    return waits ? List.of(rest) : List.of();
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
