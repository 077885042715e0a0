package org.headrace.api.launcher;

/** A step found in the spool after a restart. Sealed: it is either alive or ended. */
public sealed interface FoundStep {

  StepKey key();

  int attempt();

  /** Still there, or not yet known to be gone; its end will be reported to the listener. */
  record Alive(StepKey key, int attempt) implements FoundStep {}

  /** Ended, and its result was not forgotten yet. */
  record Ended(StepKey key, StepResult result) implements FoundStep {
    @Override
    public int attempt() {
      return result.attempt();
    }
  }
}
