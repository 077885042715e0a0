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

  /**
   * All tasks of a parallel program on this node wait in a fence: these are the pairs of key and
   * value that they bring. To be answered by {@link Launcher#fenced} once all nodes have come.
   * Heard again, with the share of the fence before, when the launcher was restarted.
   *
   * @param round number of the fence, from 1
   * @param pairs pairs in a form that only launchers know, at most 4 MiB
   */
  default void share(StepKey key, int round, byte[] pairs) {}

  /**
   * The tasks here have what all nodes brought to a fence. Heard again when the launcher was
   * restarted.
   *
   * @param round number of the fence
   */
  default void passed(StepKey key, int round) {}

  /**
   * The tasks of a parallel program here were ended, because one of them asked for that or they
   * can't go on; those on other nodes are to be ended too. May be heard again.
   *
   * @param why for the user, who has been told on this node
   */
  default void aborted(StepKey key, String why) {}
}
