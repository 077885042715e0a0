package org.headrace.control.stepio;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Input and output of running steps whose tasks don't use files. */
@ProviderType
public interface StepStreams {
  /**
   * Connects to a step. Output that came before is delivered first, as far as it is kept.
   *
   * @param jobId job
   * @param stepId step
   * @param received bytes of output by node that an earlier connection delivered already: the
   *     listener goes on behind them. Empty to begin with what is kept
   * @param listener is told of output, on a thread of the controller
   * @return the connection
   */
  Connection attach(long jobId, int stepId, Map<String, Long> received, OutputListener listener);

  /**
   * Hears what a step writes, beside whoever started it and has the step's own connection. Output
   * that has just been delivered there comes first. What is sent as input comes among that of the
   * other. A listener that is {@link Connection#OUTPUT_WINDOW} behind is told that it is closed,
   * and holds up nobody.
   *
   * @param jobId job
   * @param stepId step
   * @param listener is told of output, on a thread of the controller
   * @return the connection
   */
  Connection watch(long jobId, int stepId, OutputListener listener);

  /** A connection to a step. */
  interface Connection extends AutoCloseable {
    /** Every task. */
    int ALL_TASKS = -1;

    /** How many bytes of output may be delivered ahead of {@link #consumed}. */
    int OUTPUT_WINDOW = 4 * 1024 * 1024;

    /**
     * Sends input.
     *
     * @param task task number, or {@link #ALL_TASKS}
     * @param data bytes; empty with {@code end} alone
     * @param end true when no more comes
     * @return completes when the tasks have read the data, or never will; a caller that has no more
     *     than it can keep under way waits for that
     */
    CompletionStage<Void> input(int task, byte[] data, boolean end);

    /**
     * Output that was delivered has been passed on to the user, so that more may come. A provider
     * delivers at most {@link #OUTPUT_WINDOW} bytes that have not been reported here, and has the
     * tasks wait meanwhile; so a slow reader needs no memory, and holds up nobody else. Nodes keep
     * output until it is reported here, for a listener that has to go on after this controller.
     *
     * @param bytes how many, in the order of delivery
     */
    void consumed(int bytes);

    /** Tells a pseudo terminal its size. */
    void resize(int columns, int rows);

    @Override
    void close();
  }

  /** Is told what a step's tasks write, and how they end. */
  interface OutputListener {
    /**
     * A task wrote something.
     *
     * @param node name of the node on which it runs
     * @param task task number
     * @param error true for standard error
     * @param data bytes
     */
    void output(String node, int task, boolean error, byte[] data);

    /**
     * The tasks of a node have been started. May not be said of steps that end at once.
     *
     * @param node node name
     * @param tasks how many
     */
    default void started(String node, int tasks) {}

    /**
     * A task ended.
     *
     * @param task task number
     * @param code exit code
     * @param signal signal, or zero
     * @param node node name
     */
    void taskEnded(int task, int code, int signal, String node);

    /** All output of all tasks has been delivered. */
    void closed();
  }
}
