package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobState;
import org.headrace.control.command.Actor;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;

/** Finds the jobs that a command is about. */
final class Targets {
  /** Tasks that one command may give records of their own: others wait for it meanwhile. */
  private static final int MOST_SEPARATED = 10_000;

  private final Machine machine;

  Targets(Machine machine) {
    this.machine = machine;
  }

  /**
   * Why the actor may not do this to the target, or null.
   *
   * @param found what {@link #find} has found of it
   */
  Outcome.Rejected refusal(List<Job> found, JobTarget target, Actor actor, String what) {
    if (found.isEmpty()) {
      return unknown(target);
    }
    Job first = found.get(0);
    int owner = first.spec().owner().uid();
    if (owner != actor.uid() && !machine.state.admin(actor)) {
      return new Outcome.Rejected(
          ErrorCode.ACCESS_DENIED,
          "user "
              + actor.user()
              + " may not "
              + what
              + " job "
              + target.jobId()
              + " of user "
              + first.spec().owner().user()
              + "; only its owner and administrators may");
    }
    if (first.spec().component().index() > 0) {
      return new Outcome.Rejected(
          ErrorCode.NOT_FOR_COMPONENT,
          "job "
              + target.jobId()
              + " is a part of job "
              + first.spec().component().group()
              + ", which is meant as a whole");
    }
    return null;
  }

  /**
   * Whether the actor's words may become processes of that user, as far as administrators are
   * concerned: what runs as root only root decides, or an administrator could become root.
   */
  static boolean mayActFor(int uid, Actor actor) {
    return uid != 0 || actor.uid() == 0 || actor.system();
  }

  static Outcome.Rejected unknown(JobTarget target) {
    return new Outcome.Rejected(
        ErrorCode.INVALID_JOB_ID,
        "no job " + target.jobId() + (target.tasks().isEmpty() ? "" : " with such array tasks"));
  }

  /**
   * The jobs of the target as they are, ascending by id within an array. The part of an array that
   * hasn't started is there if one of its indexes is wanted.
   */
  List<Job> find(JobTarget target) {
    if (target.tasks().isEmpty()) {
      List<Job> parts = machine.arrays.parts(target.jobId());
      boolean leads = !parts.isEmpty() && parts.get(0).spec().component().index() == 0;
      List<Job> others = leads ? machine.components.others(parts.get(0)) : List.of();
      if (others.isEmpty()) {
        return parts;
      }
      List<Job> all = new ArrayList<>(parts);
      all.addAll(others);
      return all;
    }
    List<Job> found = new ArrayList<>();
    for (Job job : machine.arrays.parts(target.jobId(), task -> wants(target, task))) {
      boolean wanted =
          job.pendingArray()
              ? wantedOf(job, target).isArray()
              : job.arrayId() == target.jobId() && wants(target, job.arrayTask());
      if (wanted) {
        found.add(job);
      }
    }
    return found;
  }

  /**
   * Gives those tasks of a pending array that are wanted records of their own, unless all are.
   *
   * @param found a job of {@link #find}
   * @return what the command is about: the job itself, or the tasks that were split off
   */
  List<Job> separate(Job found, JobTarget target) {
    Job job = machine.jobs.get(found.id()); // what was done to another may have changed this one
    if (job == null) {
      return List.of();
    }
    JobArray part = part(job, target);
    if (!part.isArray()) {
      return List.of(job);
    }
    List<Job> tasks = new ArrayList<>();
    for (int index : Ranges.members(part)) {
      Job rest = machine.jobs.get(job.id());
      tasks.add(machine.gate.test(machine.arrays.split(rest, index)));
    }
    machine.gate.test(machine.jobs.get(job.id()));
    return tasks;
  }

  /**
   * The part of a pending array that is to end, however many tasks it has.
   *
   * @param found a job of {@link #find}
   * @return the job itself if all of it is wanted, or null if it doesn't wait
   */
  Job separateToEnd(Job found, JobTarget target) {
    Job job = machine.jobs.get(found.id());
    if (job == null || job.status().state() != JobState.PENDING) {
      return null;
    }
    JobArray part = part(job, target);
    if (part.count() < 2) {
      return separate(job, target).get(0);
    }
    Job group = machine.arrays.splitToEnd(job, part);
    machine.gate.test(machine.jobs.get(job.id()));
    return group;
  }

  /** Why so many tasks can't be treated differently from the rest, or null. */
  Outcome.Rejected tooMany(List<Job> found, JobTarget target) {
    long more = found.stream().mapToLong(job -> part(job, target).count()).sum();
    return more <= MOST_SEPARATED
        ? null
        : new Outcome.Rejected(
            ErrorCode.INVALID_ARRAY,
            more
                + " of the tasks of array "
                + target.jobId()
                + " would get records of their own, and at most "
                + MOST_SEPARATED
                + " may at a time; name fewer, or the whole array");
  }

  private static boolean wants(JobTarget target, int index) {
    return new JobArray(target.tasks(), 0).contains(index);
  }

  /** The tasks that a job has to be parted from; none if all of it is wanted. */
  static JobArray part(Job job, JobTarget target) {
    if (target.tasks().isEmpty() || !job.pendingArray()) {
      return JobArray.NONE;
    }
    JobArray wanted = wantedOf(job, target);
    return wanted.count() == job.status().pendingTasks().count() ? JobArray.NONE : wanted;
  }

  private static JobArray wantedOf(Job array, JobTarget target) {
    return Ranges.intersection(array.status().pendingTasks(), target.tasks());
  }
}
