package org.headrace.api.launcher;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears what becomes of steps. Called by the launcher's own thread, one call at a time and in order
 * per step; an implementation hands work on and must not block.
 */
@ConsumerType
public interface LaunchListener {

  /**
   * The processes of a step exist (in the order of {@link LaunchOrder#tasks}). Heard again after
   * the launcher was restarted or the launch repeated.
   *
   * @param notes facts for the log, such as limits that this kernel can't enforce; mostly empty
   */
  void started(StepKey key, int attempt, List<Long> pids, List<String> notes);

  /**
   * A task wrote to a stream.
   *
   * @param taskRank the task's global rank
   * @param data the bytes, which the listener may keep
   * @return false to hold back further output of this step until {@link Launcher#resumeOutput}
   */
  boolean output(StepKey key, int taskRank, OutputKind stream, byte[] data);

  /** A task ended; all that it wrote was reported before. */
  void taskExited(StepKey key, int taskRank, ExitStatus status);

  /**
   * The step is over, no process of it is left, and the result is in the spool until {@link
   * Launcher#forget}. The last call for an attempt.
   */
  void ended(StepKey key, StepResult result);

  /** After {@link Launcher#input} returned false: there is room again. */
  default void inputWritable(StepKey key) {}

  /**
   * How much input the step has taken since it began: heard whenever its tasks have read what there
   * was, and once after {@code started}, so that whoever recovers a step knows where to go on.
   *
   * @param bytes number of bytes
   */
  default void inputTaken(StepKey key, long bytes) {}
}
