package org.headrace.api.launcher;

/** Where a task's input comes from or its output goes. */
public sealed interface IoTarget {

  /**
   * A file, opened with the user's rights.
   *
   * @param path absolute, all patterns expanded. If output and error name the same path, they share
   *     one open file
   */
  record FilePath(String path) implements IoTarget {}

  /** To and from the {@link LaunchListener} and {@link Launcher#input}. */
  record Stream() implements IoTarget {}

  /** Empty input, discarded output. */
  record Null() implements IoTarget {}

  /** Standard error only: the same open file or stream as standard output. */
  record SameAsOutput() implements IoTarget {}
}
