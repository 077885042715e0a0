package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.LongStream;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;

/**
 * Job arrays. All tasks share one record until they start, or are treated differently: then a task
 * is split off and has a record, and an id, of its own. The last one keeps the array's. Tasks that
 * are cancelled together before they start are split off together.
 */
final class Arrays {
  private static final long[] NO_IDS = {};
  private static final JobState[] STATES = JobState.values();

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

  /** Notes when a part began. */
  void begun(Job part, long time) {
    if (part.arrayId() != 0 && time > 0) {
      state.arrays.put(part.arrayId(), members(part.arrayId()).at(time, 0));
    }
  }

  /** Notes that a part has ended and left its nodes. */
  void over(Job part) {
    if (part.arrayId() != 0) {
      Members members = counted(part, 1).at(begunAt(part), part.status().ended());
      state.arrays.put(part.arrayId(), members);
    }
  }

  /** Notes that a part that was over goes back to the queue. */
  void again(Job part) {
    if (part.arrayId() != 0) {
      state.arrays.put(part.arrayId(), counted(part, -1));
    }
  }

  private Members counted(Job part, int change) {
    Members members = members(part.arrayId());
    boolean bad = part.status().state() != JobState.COMPLETED;
    return isMember(part) ? members.over(change, bad ? change : 0) : members;
  }

  /** True for a part of an array other than the one that hasn't started. */
  static boolean isMember(Job part) {
    return part.arrayId() != 0 && (part.arrayTask() != Job.NO_TASK || part.id() != part.arrayId());
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
    return parts(id, task -> true);
  }

  /**
   * The same without tasks that aren't wanted; those that share a record are always there.
   *
   * @param wanted is asked about indexes of tasks with records of their own
   */
  List<Job> parts(long id, IntPredicate wanted) {
    List<Job> parts = new ArrayList<>();
    boolean single = single(id);
    if (single || hasRest(id)) {
      parts.add(machine.jobs.get(id));
    }
    for (long member : single ? NO_IDS : members(id).sorted()) {
      int task = taskOf(member);
      if (task == Job.NO_TASK || wanted.test(task)) {
        parts.add(machine.jobs.get(member));
      }
    }
    return parts;
  }

  /** The index of a task with a record of its own. */
  private int taskOf(long member) {
    return state.table.find(member).arrayTask.get(JobTable.row(member));
  }

  /** True for the id of a job that isn't an array's. */
  private boolean single(long id) {
    JobPage page = state.table.find(id);
    return page != null && page.arrayId.get(JobTable.row(id)) != id;
  }

  /** True for the id of an array that has a record of tasks which wait, or never started. */
  private boolean hasRest(long id) {
    JobPage page = state.table.find(id);
    return page != null
        && page.arrayId.get(JobTable.row(id)) == id
        && page.arrayTask.get(JobTable.row(id)) == Job.NO_TASK;
  }

  /** True for the id of a job or array that is known. */
  boolean known(long id) {
    return state.table.contains(id) || members(id).size() > 0;
  }

  /** True when a job, or all of an array, has ended and left its nodes. */
  boolean over(long id) {
    if (single(id)) {
      return isOver(id);
    }
    Members members = members(id);
    return members.over == members.size() && (!hasRest(id) || isOver(id));
  }

  /** True when a job, or a part of an array, is over and hasn't completed. */
  boolean anyBad(long id) {
    boolean own = single(id) || hasRest(id);
    return !single(id) && members(id).bad > 0
        || own
            && isOver(id)
            && state.table.find(id).state[JobTable.row(id)] != JobState.COMPLETED.ordinal();
  }

  /** True for a record of a job that has ended and left its nodes. */
  boolean isOver(long id) {
    JobPage page = state.table.find(id);
    int row = JobTable.row(id);
    return STATES[page.state[row]].ended() && !Jobs.has(page.flags[row], JobFlag.COMPLETING);
  }

  /**
   * When a job, or the last part of an array, began; {@link Timers#NEVER} while one hasn't. One
   * that ended before has begun then.
   */
  long begun(long id) {
    if (single(id)) {
      return begunAt(machine.jobs.get(id));
    }
    Members members = members(id);
    return members.pending > 0 || hasRest(id) && !isOver(id) ? Timers.NEVER : members.begun;
  }

  /** When a job began; {@link Timers#NEVER} if it hasn't. */
  static long begunAt(Job job) {
    JobStatus status = job.status();
    if (status.started() > 0) {
      return status.started();
    }
    return status.state().ended() ? status.ended() : Timers.NEVER;
  }

  /**
   * True while tasks of an array have counterparts in another that aren't over; where none has a
   * counterpart, while the other isn't over.
   */
  boolean counterpartsGoOn(JobArray tasks, long id) {
    boolean any = false;
    if (hasRest(id)) {
      any = meets(tasks, id);
      if (any && !isOver(id)) {
        return true;
      }
    }
    for (long member : single(id) ? NO_IDS : members(id).sorted()) {
      int task = taskOf(member);
      if (task == Job.NO_TASK ? meets(tasks, member) : tasks.contains(task)) {
        any = true;
        if (!isOver(member)) {
          return true;
        }
      }
    }
    return !any && !over(id);
  }

  /** Ids of records that are over: of some of the tasks, and of tasks that ended together. */
  long[] membersOver(long id, JobArray tasks) {
    return LongStream.of(members(id).sorted())
        .filter(this::isOver)
        .filter(member -> taskOf(member) == Job.NO_TASK || tasks.contains(taskOf(member)))
        .toArray();
  }

  private boolean meets(JobArray tasks, long id) {
    JobArray together = machine.jobs.get(id).status().pendingTasks();
    return Ranges.intersection(tasks, together.ranges()).isArray();
  }

  /** The record of a task, its own or that of a group that ended together, or null. */
  Job task(long arrayId, int index) {
    for (long member : members(arrayId).sorted()) {
      int task = taskOf(member);
      Job job = task == index || task == Job.NO_TASK ? machine.jobs.get(member) : null;
      if (job != null && (task == index || job.status().pendingTasks().contains(index))) {
        return job;
      }
    }
    return null;
  }
}
