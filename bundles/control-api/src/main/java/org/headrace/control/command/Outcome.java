package org.headrace.control.command;

import java.util.List;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Step;

/** The answer to a command. */
public sealed interface Outcome {
  /**
   * Done.
   *
   * @param messages what the caller should know, or empty
   */
  record Done(List<String> messages) implements Outcome {
    public Done {
      messages = List.copyOf(messages);
    }
  }

  /** Done, with nothing to add. */
  Outcome DONE = new Done(List.of());

  /**
   * A job is in the queue, and stays there whatever happens to the controller.
   *
   * @param jobId its id
   * @param messages what the user should know, or empty
   */
  record JobAccepted(long jobId, List<String> messages) implements Outcome {
    public JobAccepted {
      messages = List.copyOf(messages);
    }
  }

  /**
   * A job would be accepted.
   *
   * @param nextId id that the next job will get
   * @param spec what was asked for, with the defaults that a submission would get
   * @param timeLimit its time limit in milliseconds
   */
  record JobChecked(long nextId, JobSpec spec, long timeLimit) implements Outcome {}

  /**
   * A step was created.
   *
   * @param step the step
   */
  record StepAccepted(Step step) implements Outcome {}

  /**
   * A step over several components was created.
   *
   * @param steps one for each component
   */
  record StepsAccepted(List<Step> steps) implements Outcome {
    public StepsAccepted {
      steps = List.copyOf(steps);
    }
  }

  /**
   * Nothing was changed.
   *
   * @param code kind of error
   * @param message what was wrong, where, and what would be right
   */
  record Rejected(ErrorCode code, String message) implements Outcome {}
}
