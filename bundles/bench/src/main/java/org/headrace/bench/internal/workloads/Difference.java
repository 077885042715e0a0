package org.headrace.bench.internal.workloads;

/**
 * Something in which the two sides differ.
 *
 * @param moment when it was seen
 * @param job key of the job
 * @param line how it was submitted
 * @param ours what Headrace says
 * @param theirs what Slurm says
 * @param listed true for one that {@code docs/differences.md} has, with its cause
 */
record Difference(
    Kind kind, String moment, String job, String line, String ours, String theirs, boolean listed) {

  /** What it is about. */
  enum Kind {
    SUBMISSION("accepted or refused"),
    PRIORITY("priority"),
    ORDER("order in the queue"),
    REASON("reason"),
    START("started in a wave"),
    ALLOCATION("what was allocated"),
    END("state and exit code"),
    RECORD("what sacct says");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }
}
