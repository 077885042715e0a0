package org.headrace.commands.internal.srun;

import org.headrace.api.job.Step;

/** Something that a running srun has to deal with. */
sealed interface StepEvent {
  /** A task wrote something. */
  record Output(StepLink link, String node, int task, boolean error, byte[] data)
      implements StepEvent {}

  /** The tasks of a node run. */
  record Started(String node, int tasks) implements StepEvent {}

  /** A task ended. */
  record TaskEnded(StepLink link, int task, int code, int signal, String node)
      implements StepEvent {}

  /** No more output comes. */
  record Closed(StepLink link) implements StepEvent {}

  /** The controller says that the step has ended. */
  record Ended(Step step) implements StepEvent {}

  /** Something about a node has changed. */
  record NodeChanged(String node) implements StepEvent {}

  /** The step, or all of its job, is ended from outside. */
  record Cancelled(int step) implements StepEvent {
    static final int ALL = -1;

    boolean concerns(Step own) {
      return step == ALL || step == own.id();
    }
  }

  /** Somebody has a text for the user. */
  record Notice(String text) implements StepEvent {}

  /** A signal came to srun. */
  record Signal(int number) implements StepEvent {}

  /** The user is gone. */
  record Gone() implements StepEvent {}
}
