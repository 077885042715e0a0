package org.headrace.control.command;

import java.util.List;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Dependency;
import org.headrace.api.model.ResourceRequest;

/** One change of a job by {@link Command.UpdateJob}. */
public sealed interface JobChange
    permits JobChange.Name,
        JobChange.TimeLimit,
        JobChange.Priority,
        JobChange.Nice,
        JobChange.Partitions,
        JobChange.Request,
        JobChange.ChargeTo,
        JobChange.Begin,
        JobChange.Deadline,
        JobChange.DependsOn,
        JobChange.Requeue,
        JobChange.ArrayThrottle,
        JobChange.Files,
        JobChange.Attribute,
        JobChange.Reserved,
        JobChange.SiteFactor,
        JobChange.AccrualReset,
        JobChange.TimeMin,
        JobChange.WorkDirectory,
        JobChange.OwnOrder {
  /**
   * New name.
   *
   * @param name name
   */
  record Name(String name) implements JobChange {}

  /**
   * New time limit.
   *
   * @param millis time limit; of a running job only an administrator may raise it
   */
  record TimeLimit(long millis) implements JobChange {}

  /**
   * Fixed priority.
   *
   * @param priority value; a user may only lower it
   */
  record Priority(long priority) implements JobChange {}

  /**
   * New nice value.
   *
   * @param nice value; a user may only raise it
   */
  record Nice(int nice) implements JobChange {}

  /**
   * Other partitions, while pending.
   *
   * @param partitions names, best first
   */
  record Partitions(List<String> partitions) implements JobChange {
    public Partitions {
      partitions = List.copyOf(partitions);
    }
  }

  /**
   * Other resources, while pending.
   *
   * @param request resources
   */
  record Request(ResourceRequest request) implements JobChange {}

  /**
   * Charged to somebody else, while pending.
   *
   * @param charge to whom
   */
  record ChargeTo(Charge charge) implements JobChange {}

  /**
   * Earliest start, while pending.
   *
   * @param time epoch milliseconds, or zero
   */
  record Begin(long time) implements JobChange {}

  /**
   * Deadline.
   *
   * @param time epoch milliseconds, or zero
   */
  record Deadline(long time) implements JobChange {}

  /**
   * Other jobs that have to come first, while pending.
   *
   * @param dependency conditions
   */
  record DependsOn(Dependency dependency) implements JobChange {}

  /**
   * Whether it may be put back in the queue.
   *
   * @param requeue true when it may
   */
  record Requeue(boolean requeue) implements JobChange {}

  /**
   * How many tasks of the array may run at once.
   *
   * @param maxRunning number, or zero for any
   */
  record ArrayThrottle(int maxRunning) implements JobChange {}

  /**
   * Other files, while pending. A null leaves one as it is.
   *
   * @param input standard input
   * @param output standard output
   * @param error standard error
   */
  record Files(String input, String output, String error) implements JobChange {}

  /**
   * An attribute that the controller keeps and doesn't look at.
   *
   * @param name name
   * @param value value; the empty string removes it
   */
  record Attribute(String name, String value) implements JobChange {}

  /**
   * Reservation to run in, while pending.
   *
   * @param name its name, or the empty string
   */
  record Reserved(String name) implements JobChange {}

  /**
   * What an administrator adds to the job's priority.
   *
   * @param factor −2,147,483,645 to 2,147,483,645
   */
  record SiteFactor(int factor) implements JobChange {}

  /** Loses the age that it has accrued, while pending. */
  record AccrualReset() implements JobChange {}

  /**
   * Shortest time limit that it accepts, while pending.
   *
   * @param millis at most its time limit; zero for none but that
   */
  record TimeMin(long millis) implements JobChange {}

  /**
   * New nice value of a job that goes before or behind other jobs of its user, where users may have
   * that: what it gains, the others have to have lost before.
   *
   * @param nice value
   */
  record OwnOrder(int nice) implements JobChange {}

  /**
   * Another working directory, while pending.
   *
   * @param path absolute
   */
  record WorkDirectory(String path) implements JobChange {}
}
