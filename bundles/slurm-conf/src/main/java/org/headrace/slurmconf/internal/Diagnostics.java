package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.Problem;
import org.headrace.slurmconf.Problem.Severity;

/** Collects problems while files are read. Bounded: a hostile file cannot fill the memory. */
public final class Diagnostics {
  private static final int LIMIT = 1000;

  private final List<Problem> errors = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private int warningsGiven;

  public void error(Position at, String message) {
    add(errors, Severity.ERROR, at, message);
  }

  public void warning(Position at, String message) {
    warningsGiven++;
    add(warnings, Severity.WARNING, at, message);
  }

  private static void add(List<Problem> list, Severity severity, Position at, String message) {
    Problem problem = new Problem(severity, at.file(), at.line(), message);
    if (list.size() < LIMIT) {
      // A mistake in a DEFAULT row shows up at every row that uses it.
      if (!list.contains(problem)) {
        list.add(problem);
      }
    } else if (list.size() == LIMIT) {
      list.add(
          new Problem(
              severity, at.file(), at.line(), "more than " + LIMIT + " problems; the rest is cut"));
    }
  }

  /** Whether so many warnings came, repetitions too, that no more work need go into them. */
  boolean isFullOfWarnings() {
    return warningsGiven > LIMIT;
  }

  public List<Problem> errors() {
    return errors;
  }

  public List<Problem> warnings() {
    return warnings;
  }
}
