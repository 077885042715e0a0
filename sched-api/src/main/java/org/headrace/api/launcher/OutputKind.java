package org.headrace.api.launcher;

/** The two output streams of a task. */
public enum OutputKind {
  STDOUT,
  STDERR
}
