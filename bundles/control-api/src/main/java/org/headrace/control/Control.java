package org.headrace.control;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongPredicate;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.EventListener;
import org.headrace.control.query.Diagnostics;
import org.headrace.control.query.Forecast;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.control.query.Remedy;
import org.headrace.control.query.Snapshot;
import org.osgi.annotation.versioning.ProviderType;

/** The controller as front ends see it. Safe for any thread. */
@ProviderType
public interface Control {
  /**
   * Carries out a command. The stage completes after the command is safe in the log and its effects
   * are visible in {@link #snapshot}; it never completes exceptionally: what went wrong is an
   * {@link Outcome.Rejected}.
   */
  CompletionStage<Outcome> execute(Command command, Actor actor);

  /** The published state. */
  Snapshot snapshot();

  /**
   * Says when and where a job would start, or why it would be refused, without submitting it.
   *
   * <p>Where nobody can tell, {@link Forecast#unknown()}.
   */
  default CompletionStage<Forecast> forecast(JobSpec spec, Actor actor) {
    return CompletableFuture.completedFuture(Forecast.unknown());
  }

  /**
   * Changes with which a pending job could have started when the last plans were made, the smallest
   * first. Empty where none would do, and where nobody has looked yet.
   */
  default List<Remedy> remedies(Job job) {
    return List.of();
  }

  /**
   * How the priorities of pending jobs came about when they were computed last. The stage never
   * completes exceptionally.
   *
   * @param jobs which jobs, by their ids; called on another thread
   */
  default CompletionStage<PriorityBreakdown> priorities(LongPredicate jobs) {
    return CompletableFuture.completedFuture(
        PriorityBreakdown.failed("no controller plans here at the moment"));
  }

  /** Script and environment of a job, or null if the job isn't known. */
  JobFiles files(long jobId);

  /**
   * Has a listener told of events from now on, until the result is closed.
   *
   * @return closes without exceptions
   */
  Registration listen(EventListener listener);

  /** Figures about the controller. */
  Diagnostics diagnostics();

  /** Starts counting anew. */
  void resetDiagnostics();

  /**
   * Reads the configuration again and puts it into force.
   *
   * @return what changed or, as {@link Outcome.Rejected}, what is wrong, by file and line; then
   *     nothing has changed
   */
  CompletionStage<Outcome> reconfigure(Actor actor);

  /** Counts a user command that was served, for {@link Diagnostics}. */
  void served(String command, String user, long micros);

  /** An end to a relation. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
