package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobState;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;

/**
 * Job arrays. All tasks share one record until they start, or are treated differently: then a task
 * is split off and has a record, and an id, of its own. The last one keeps the array's. Tasks that
 * are cancelled together before they start are split off together.
 */
final class Arrays {
  private final Machine machine;
  private final ClusterState state;

  Arrays(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /** How many tasks of a pending job may start now; 1 for a job that is no array. */
  int startable(Job job) {
    if (job.arrayId() == 0) {
      return 1;
    }
    int waiting = job.pendingArray() ? job.status().pendingTasks().count() : 1;
    int most = job.spec().array().maxRunning();
    if (most <= 0) {
      return waiting;
    }
    return Math.max(0, Math.min(waiting, most - members(job.arrayId()).active));
  }

  Members members(long arrayId) {
    Members members = state.arrays.get(arrayId);
    return members == null ? Members.NONE : members;
  }

  /** Notes that a task began, or ceased, to hold resources. */
  void active(Job task, int change) {
    if (task.arrayId() == 0) {
      return;
    }
    Members members = members(task.arrayId());
    state.arrays.put(task.arrayId(), members.counting(members.active + change, members.pending));
  }

  /** Notes that a task with a record of its own began, or ceased, to be pending. */
  void pending(Job task, int change) {
    if (task.arrayId() == 0 || task.arrayTask() == Job.NO_TASK) {
      return;
    }
    Members members = members(task.arrayId());
    state.arrays.put(task.arrayId(), members.counting(members.active, members.pending + change));
  }

  /** Takes in a task that has a record of its own. */
  void join(Job task) {
    state.arrays.put(task.arrayId(), members(task.arrayId()).plus(task.id()));
  }

  /** After a task started or ended: see to the rest, or with a limit to all that wait. */
  void ran(Job task) {
    if (task.spec().array().maxRunning() > 0) {
      throttle(task.arrayId());
    } else {
      Job rest = machine.jobs.get(task.arrayId());
      if (rest != null && rest.pendingArray()) {
        machine.gate.test(rest);
      }
    }
  }

  /** After a change of how many tasks run: lets further tasks start, or holds them back. */
  void throttle(long arrayId) {
    Members members = members(arrayId);
    Job rest = machine.jobs.get(arrayId);
    if (rest != null && rest.status().state() == JobState.PENDING) {
      machine.gate.test(rest);
    }
    if (members.pending == 0) {
      return;
    }
    for (long id : members.sorted()) {
      JobPage page = state.table.find(id);
      if (id != arrayId
          && page != null
          && page.state[JobTable.row(id)] == JobState.PENDING.ordinal()) {
        machine.gate.test(machine.jobs.get(id));
      }
    }
  }

  /**
   * Gives a task of a pending array a record of its own. The caller settles or starts it.
   *
   * @param array the part of the array that hasn't started
   * @param index one of its indexes
   */
  Job split(Job array, int index) {
    JobArray left = Ranges.difference(array.status().pendingTasks(), Ranges.of(index).ranges());
    if (!left.isArray()) {
      Job last =
          new Job(
              array.id(),
              array.id(),
              index,
              array.spec(),
              new StatusEdit(array.status()).pendingTasks(JobArray.NONE).done());
      machine.jobs.put(last);
      join(last);
      pending(last, 1);
      return last;
    }
    Job task = apart(array, left, index, JobArray.NONE);
    join(task);
    pending(task, 1);
    machine.dependencies.restore(task);
    TimerHandler.watch(state.timers, task, state.time);
    machine.singletons.add(task);
    return task;
  }

  /**
   * Gives several tasks of a pending array one record together. The caller ends it at once: only
   * one part of an array waits.
   *
   * @param array the part of the array that hasn't started
   * @param part some of its indexes, not all of them
   */
  Job splitToEnd(Job array, JobArray part) {
    JobArray left = Ranges.difference(array.status().pendingTasks(), part.ranges());
    Job group = apart(array, left, Job.NO_TASK, part);
    join(group);
    return group;
  }

  private Job apart(Job array, JobArray left, int index, JobArray part) {
    Job rest = array.withStatus(new StatusEdit(array.status()).pendingTasks(left).done());
    machine.jobs.put(rest);
    state.taskCount -= array.status().pendingTasks().count() - left.count();
    Job own =
        new Job(
            newId(),
            array.id(),
            index,
            array.spec(),
            new StatusEdit(array.status()).pendingTasks(part).done());
    JobPage page = state.table.find(array.id());
    int row = JobTable.row(array.id());
    long script = page.script.get(row);
    long environment = page.environment.get(row);
    state.files.retain(script);
    state.files.retain(environment);
    machine.jobs.add(own, script, environment, 0);
    return own;
  }

  /** Takes the next id that no job has. */
  long newId() {
    long id = nextId();
    state.nextJobId = id + 1;
    return id;
  }

  /** The first of so many ids in a row that no job has, which are given out next. */
  long idsInARow(int count) {
    long last = state.limits().maxJobId();
    long id = nextId();
    int free = 1;
    while (free < count) {
      long next = id + free;
      if (next <= last && !state.table.contains(next) && state.arrays.get(next) == null) {
        free++;
      } else {
        state.nextJobId = next + 1;
        id = nextId();
        free = 1;
      }
    }
    state.nextJobId = id;
    return id;
  }

  /** The next id that no job has; it isn't taken. */
  long nextId() {
    long first = state.limits().firstJobId();
    long last = state.limits().maxJobId();
    long id = Math.max(first, state.nextJobId);
    while (true) {
      if (id > last) {
        id = first;
      }
      if (!state.table.contains(id) && state.arrays.get(id) == null) {
        return id;
      }
      id++;
    }
  }

  /**
   * The jobs that make up an array, the part that hasn't started first; or the one job of that id;
   * or none.
   */
  List<Job> parts(long id) {
    List<Job> parts = new ArrayList<>();
    Job own = machine.jobs.get(id);
    if (own != null && (own.arrayId() != id || own.pendingArray())) {
      parts.add(own);
    }
    if (own == null || own.arrayId() == id) {
      for (long member : members(id).sorted()) {
        Job job = machine.jobs.get(member);
        if (job != null) {
          parts.add(job);
        }
      }
    }
    return parts;
  }

  /** The record of a task, its own or that of a group that ended together, or null. */
  Job task(long arrayId, int index) {
    for (long member : members(arrayId).sorted()) {
      JobPage page = state.table.find(member);
      int task = page == null ? index : page.arrayTask.get(JobTable.row(member));
      Job job = task == index || task == Job.NO_TASK ? machine.jobs.get(member) : null;
      if (job != null && (task == index || job.status().pendingTasks().contains(index))) {
        return job;
      }
    }
    return null;
  }
}
